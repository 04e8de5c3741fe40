"""PDF documents: accessible, in our own fonts, and without a look outside."""

import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from participation import documents
from participation.models import Municipality
from tests.participation.print_probe import Printed

ROOT = Path(__file__).resolve().parents[2]
LETTER = """
{% extends "print/document.html" %}
{% load i18n %}
{% block title %}Brief an {{ name }}{% endblock title %}
{% block heading %}{{ name }}{% endblock heading %}
{% block body %}
  <p>{% translate "Termine" %}</p>
  <img src="{{ picture }}" alt="Ein Kreis">
  <table>
    <thead><tr><th scope="col">Stadt</th></tr></thead>
    <tbody><tr><td>Menden</td></tr></tbody>
  </table>
{% endblock body %}
"""
CIRCLE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="9"/></svg>'
MENDEN = Municipality(name="Menden", official_name="Stadt Menden", brand_color="#1f6b3a")


@pytest.fixture(autouse=True)
def templates(settings: Any, tmp_path: Path) -> Path:
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], tmp_path]}]
    (tmp_path / "letter.html").write_text(LETTER)
    return tmp_path


def letter(name: str = "Łukasz Öztürk", language: str = "de", picture: str = "") -> Printed:
    context = {"town": MENDEN, "name": name, "picture": picture or documents.picture(CIRCLE)}
    return Printed(documents.pdf("letter.html", context, language=language))


def test_a_document_is_accessible() -> None:
    printed = letter()
    assert (printed.title, printed.language) == ("Brief an Łukasz Öztürk", "de")
    assert printed.tagged("Figure") == ["Ein Kreis"]
    assert [tag for tag, _alt in printed.tags() if tag in {"H1", "Table", "TH", "TD"}] == [
        "H1",
        "Table",
        "TH",
        "TD",
    ]


def test_its_language_is_the_readers() -> None:
    printed = letter(language="en")
    assert printed.language == "en"
    assert "Dates" in printed.text


@pytest.mark.parametrize("name", ["Łukasz Öztürk", "Олександр Ґалаґан", "Ελένη", "Yıldız Şahin ẞ"])
def test_names_are_written_in_our_typeface(name: str) -> None:
    printed = letter(name)
    assert name in printed.text
    assert printed.fonts == {"Fira-Sans", "Fira-Sans-Semi-Bold"}


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/picture.png",
        "http://127.0.0.1:9/",
        f"file://{ROOT}/manage.py",
        "fonts:../municipalities.csv",
        "ftp://example.org/",
    ],
)
def test_nothing_is_fetched(address: str, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("weasyprint").addHandler(caplog.handler)
    letter(picture=address)
    logging.getLogger("weasyprint").removeHandler(caplog.handler)
    assert f"A document asks for {address}" in caplog.text


def test_words_stay_words() -> None:
    assert "<script>" in letter("<script>").text


def test_a_colour_too_pale_for_paper_is_not_used() -> None:
    assert documents.brand_color(Municipality(brand_color="#ffffff")) == documents.PLAIN_COLOR
    assert documents.brand_color(MENDEN) == "#1f6b3a"


def test_the_same_content_is_made_once() -> None:
    context = {"town": MENDEN, "name": "Kim"}

    def made(name: str) -> bytes:
        return documents.pdf(
            "letter.html", {**context, "name": name}, language="de", keep_seconds=60
        )

    assert made("Kim") is not made("Alex")
    first = made("Kim")
    documents._weasyprint.cache_clear()
    assert made("Kim") == first
    assert documents._weasyprint.cache_info().currsize == 0


def test_a_third_document_at_once_has_to_wait() -> None:
    with documents._places, documents._places, pytest.raises(documents.PrintBusy) as refusal:
        letter()
    assert (refusal.value.status, refusal.value.retry_after) == (503, 2)
    assert letter().pages == 1


WITHOUT_PANGO = """
import cffi, django
from django.conf import settings
def missing(self, *names): raise OSError("cannot load library")
cffi.FFI.dlopen = missing
django.setup()
from participation import documents
try:
    documents.pdf("print/document.html", {}, language="en")
except documents.PrintUnavailable as error:
    print(error.status, error.code, error.message)
"""


def test_a_machine_without_pango_says_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PANGO],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "config.test_settings"},
        text=True,
        capture_output=True,
        check=True,
    )
    last = done.stdout.splitlines()[-1]
    assert last.startswith("503 print_unavailable")
    assert "apt-get install libpango-1.0-0" in last
