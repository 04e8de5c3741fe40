"""What Vite has built, by its manifest: the addresses of an island and of all that it loads."""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static


def url(entry: str) -> str:
    """The address under which the page loads this entry."""
    return static(str(_manifest()[entry]["file"]))


def of(entries: Iterable[str]) -> list[str]:
    """The addresses of these entries, their styles, imports, fonts and other files, each once."""
    return sorted({address for entry in entries for address in _addresses(entry)})


def _addresses(entry: str) -> Iterator[str]:
    """Pages and stylesheets name a file by its hashed address, scripts by the one Vite gave it:
    in production these are two."""
    row = _manifest()[entry]
    yield static(row["file"])
    for path in row.get("css", ()):
        yield static(path)
    for path in row.get("assets", ()):
        yield static(path) if path.endswith(".woff2") else settings.STATIC_URL + path
    for name in row.get("imports", ()):
        yield from _addresses(name)
        yield settings.STATIC_URL + _manifest()[name]["file"]


@cache
def _manifest() -> dict[str, Any]:
    path = Path(str(settings.DJANGO_VITE["default"]["manifest_path"]))
    manifest: dict[str, Any] = json.loads(path.read_text())
    return manifest
