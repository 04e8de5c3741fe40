"""What is printed of a live session: its single-use codes, and its result."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from participation import documents
from polls import queries
from polls.models import LiveSession
from workshops.tickets import qr_svg

KEEP_PUBLIC_SECONDS = 3600
SLIPS_A_PAGE = 24


def code_sheets(session: LiveSession, codes: Sequence[str], *, language: str) -> bytes:
    """24 slips a page to cut out: where to go, the code, and both as a QR code.

    Raises PrintUnavailable, PrintBusy.
    """
    join = vote_url(session)
    with translation.override(language):
        slips = [
            (f"{one[:4]} {one[4:]}", documents.picture(qr_svg(f"{join}?code={one}")))
            for one in codes
        ]
        context = {
            "town": session.municipality,
            "session": session,
            "pages": [slips[at : at + SLIPS_A_PAGE] for at in range(0, len(slips), SLIPS_A_PAGE)],
            "address": readable(join),
            "alt": _("QR-Code zum Abstimmen mit dem Code %(code)s"),
        }
    return documents.pdf("print/access_codes.html", context, language=language)


def result_sheet(
    session: LiveSession, results: Mapping[str, Any], *, language: str, staff: bool
) -> bytes:
    """The result on paper, from what `results` show to this reader.

    Raises PrintUnavailable, PrintBusy.
    """
    texts = queries.shown_texts(session)
    with translation.override(language):
        context = {
            "town": session.municipality,
            "session": session,
            "results": results,
            "asked": queries.told_rounds(results, texts),
            "address": readable(vote_url(session)),
            "staff": staff,
        }
    return documents.pdf(
        "print/live_result.html", context, language=language, keep_seconds=KEEP_PUBLIC_SECONDS
    )


def vote_url(session: LiveSession) -> str:
    return f"{settings.SITE_URL}/live/{session.code}/"


def readable(url: str) -> str:
    """An address as people type it."""
    return url.partition("://")[2].rstrip("/")
