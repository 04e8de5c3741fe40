"""Documents for paper: a template becomes a tagged PDF (PDF/UA-1) in a town's look.

Nothing is fetched while one is made: its fonts and its style sheet are ours, its pictures stand in
the page as `data:` addresses. WeasyPrint is loaded at the first document, because it needs Pango,
which is no Python package: a machine without it runs everything else.
"""

import atexit
import hashlib
import threading
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.cache import cache as answers
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from PIL import ImageFile

from participation import colors
from participation.errors import InvalidInput, Unavailable
from participation.models import Municipality

DATA = Path(__file__).resolve().parent / "data"
FACES = {400: "fonts:fira-sans-400.woff2", 600: "fonts:fira-sans-600.woff2"}
# KERN's own colour of actions, for a town without a legible one.
PLAIN_COLOR = "#171a2b"

# Making a document is all computing: a process makes one at a time, and lets one more wait.
_press = threading.Lock()
_places = threading.BoundedSemaphore(2)


class PrintUnavailable(Unavailable):
    """This machine lacks Pango."""

    code = "print_unavailable"
    message = _(
        "Auf diesem Server fehlt Pango, deshalb gibt es hier keine PDF-Dateien. Auf Debian hilft:"
        " apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    )


class PrintBusy(Unavailable):
    """Other documents are being made."""

    code = "print_busy"
    message = _("Gerade entstehen mehrere PDF-Dateien. Bitte versuchen Sie es gleich noch einmal.")
    retry_after = 2


def pdf(
    template: str, context: Mapping[str, Any], *, language: str, keep_seconds: int = 0
) -> bytes:
    """The PDF of `template`, which extends `print/base.html`; `context["town"]` gives the look.

    `language` is the document's. With `keep_seconds` the same content is made once in that time:
    only for what holds no personal data. Raises PrintUnavailable, PrintBusy.
    """
    with translation.override(language):
        html = render_to_string(
            template, {**context, "language": language, "brand": brand_color(context.get("town"))}
        )
    if not keep_seconds:
        return _printed(html)
    key = f"document-{hashlib.sha256(html.encode()).hexdigest()}"
    kept: bytes | None = answers.get(key)
    if kept is None:
        kept = _printed(html)
        answers.set(key, kept, keep_seconds)
    return kept


def picture(svg: str) -> str:
    """An SVG element as an address for `<img>`, which can have an alternative text."""
    return f"data:image/svg+xml,{quote(svg)}"


def brand_color(town: Municipality | None) -> str:
    """The town's colour as it is legible on paper, and under white letters."""
    try:
        return colors.derive_pair(town.brand_color).light if town else PLAIN_COLOR
    except InvalidInput:
        return PLAIN_COLOR


def _printed(html: str) -> bytes:
    if not _places.acquire(blocking=False):
        raise PrintBusy
    try:
        with _press:
            return _weasyprint()(html)
    finally:
        _places.release()


@cache
def _weasyprint() -> Callable[[str], bytes]:
    """From HTML to PDF. Our fonts and style sheet are read once: each document then costs little.

    Raises PrintUnavailable.
    """
    try:
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except OSError as error:
        raise PrintUnavailable from error
    # WeasyPrint lets the whole process take pictures that are cut off; an upload must be whole.
    ImageFile.LOAD_TRUNCATED_IMAGES = False

    class OursAlone(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Our fonts and what stands in the page itself; no network, no other file."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            if url not in FACES.values():
                raise ValueError(f"A document asks for {url}.")
            font = (DATA / url.replace(":", "/")).read_bytes()
            return URLFetcherResponse(url, font, {"Content-Type": "font/woff2"})

    fetcher, fonts = OursAlone(), FontConfiguration()
    sheet = "".join(
        f'@font-face{{font-family:"Fira Sans";font-weight:{weight};src:url("{url}")}}'
        for weight, url in FACES.items()
    ) + (DATA / "print.css").read_text(encoding="utf-8")
    style = CSS(string=sheet, font_config=fonts, url_fetcher=fetcher)

    def print_document(html: str) -> bytes:
        document = HTML(string=html, url_fetcher=fetcher)
        content: bytes = document.write_pdf(
            stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1"
        )
        return content

    # The fonts lie in a temporary folder, which goes while Python is still whole.
    atexit.register(_weasyprint.cache_clear)
    return print_document
