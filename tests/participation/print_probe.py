"""What a PDF says of itself, for the tests of printed documents."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from page import ValidationProfile, validate_pdf_bytes
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

POINTS_A_MILLIMETRE = 72 / 25.4


class Printed:
    """A PDF, read: it keeps every rule of PDF/UA-1 (ISO 14289-1) that a program can judge."""

    def __init__(self, content: bytes) -> None:
        report = validate_pdf_bytes(content, profile=ValidationProfile.PDF_UA_1)
        assert report.is_compliant, [failure.message for failure in report.failures]
        self.reader = PdfReader(BytesIO(content))
        self.root: Any = self.reader.trailer["/Root"]

    @property
    def pages(self) -> int:
        return len(self.reader.pages)

    @property
    def text(self) -> str:
        """All words, one space between two."""
        return " ".join(" ".join(page.extract_text() for page in self.reader.pages).split())

    def heights(self, page: int) -> dict[str, float]:
        """How far from the top of the page each piece of text stands, in millimetres."""
        found: dict[str, float] = {}
        paper = float(self.reader.pages[page].mediabox.height)

        def see(text: str, cm: list[float], tm: list[float], _font: Any, _size: Any) -> None:
            up = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            if text.strip():
                found[text.strip()] = (paper - up) / POINTS_A_MILLIMETRE

        self.reader.pages[page].extract_text(visitor_text=see)
        return found

    @property
    def title(self) -> str:
        facts = self.reader.metadata
        return str(facts.title) if facts else ""

    @property
    def language(self) -> str:
        return str(self.root["/Lang"])

    @property
    def fonts(self) -> set[str]:
        """Their names, without the mark of a subset; each is embedded or this fails."""
        names = set()
        for page in self.reader.pages:
            for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
                (inner,) = font.get_object()["/DescendantFonts"]
                described = inner.get_object()["/FontDescriptor"]
                assert {"/FontFile2", "/FontFile3"} & described.keys()
                names.add(str(described["/FontName"]).partition("+")[2])
        return names

    def tags(self) -> Iterator[tuple[str, str]]:
        """Each element of the structure in reading order, with its alternative text."""
        yield from walk(self.root["/StructTreeRoot"])

    def tagged(self, kind: str) -> list[str]:
        return [text for tag, text in self.tags() if tag == kind]


def walk(node: Any) -> Iterator[tuple[str, str]]:
    node = node.get_object()
    if not isinstance(node, DictionaryObject):
        return
    if "/S" in node:
        yield str(node["/S"]).removeprefix("/"), str(node.get("/Alt", ""))
    inside = node.get("/K", [])
    for child in inside if isinstance(inside, list) else [inside]:
        yield from walk(child)
