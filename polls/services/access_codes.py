"""Printed codes: each gives one seat, is stored hashed and shown only when it is made."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation import secrets
from participation.actors import Actor
from participation.errors import InvalidInput
from polls import documents, policy, queries
from polls.errors import IllegalStep
from polls.models import AccessCode, LiveSession
from polls.services import sessions

MOST_CODES = 2000
# Ten pages: more at once would keep the press from everybody else for too long.
MOST_PRINTED = 240


def issue_access_codes(*, actor: Actor, code: str, count: int) -> list[str]:
    """Make 1 to 2,000 single-use codes to print; they are stored hashed and shown this once.

    Locks the session. Raises NotFound, NotAllowed, IllegalStep, InvalidInput (`count`).
    """
    _printable(actor, code)
    fresh = _fresh(count)
    _store(actor=actor, code=code, codes=fresh)
    return fresh


def print_access_codes(*, actor: Actor, code: str, count: int, language: str) -> bytes:
    """The same as a PDF to cut up. What could not be printed is not stored, so no code is lost.

    Locks the session, once the document is made. At most 240 at once. Raises as
    `issue_access_codes`, PrintUnavailable, PrintBusy.
    """
    session = _printable(actor, code)
    if count > MOST_PRINTED:
        message = _("Bitte drucken Sie höchstens %(most)d Codes auf einmal.")
        raise InvalidInput("count", "code_count", message % {"most": MOST_PRINTED})
    fresh = _fresh(count)
    content = documents.code_sheets(session, fresh, language=language)
    _store(actor=actor, code=code, codes=fresh)
    return content


def _printable(actor: Actor, code: str) -> LiveSession:
    session = queries.live_session(actor, code)
    policy.must_facilitate(actor, session)
    if session.eligibility != LiveSession.Eligibility.CODES:
        raise IllegalStep
    return session


def _fresh(count: int) -> list[str]:
    if not 1 <= count <= MOST_CODES:
        raise InvalidInput("count", "code_count", _("Bitte geben Sie 1 bis 2.000 Codes an."))
    codes = sorted({secrets.new_code(8) for _n in range(count)})
    while len(codes) < count:
        codes = sorted({*codes, secrets.new_code(8)})
    return codes


@transaction.atomic
def _store(*, actor: Actor, code: str, codes: Sequence[str]) -> None:
    session = sessions.locked_session(actor, code)
    if session.state not in {LiveSession.State.DRAFT, LiveSession.State.LIVE}:
        raise IllegalStep
    AccessCode.objects.bulk_create(
        AccessCode(session=session, code_hash=secrets.hashed(f"{session.code}|{one}"))
        for one in codes
    )
