"""Everything that website, mails and API say exists in English, with the same placeholders."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import allauth
import polib
import pytest
import rest_framework
from django.test import Client
from django.utils import translation
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
APPS = ("config", "participation", "workshops", "polls", "frontend")
LIBRARIES = (allauth, rest_framework)
LIBRARIES_IN_GERMAN = ROOT / "config/locale/de/LC_MESSAGES/django.po"
MARKERS = ("_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy")
SAID_IN_TEMPLATE = re.compile(
    r"""(?<!\w)(?:_|gettext|ngettext)\(u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
)
# What both sides must hold alike: places for values, and tags.
FIXED = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w[^>]*>")


def catalogue(app: str) -> polib.POFile:
    return polib.pofile(str(ROOT / app / "locale/en/LC_MESSAGES/django.po"))


@pytest.mark.parametrize("app", APPS)
def test_every_message_in_code_and_templates_is_in_the_catalogue(app: str) -> None:
    said = set(_said_in_code(app)) | set(_said_in_templates(app))
    known = {entry.msgid for entry in catalogue(app)}

    assert said, "extraction found nothing"
    assert said - known == set(), "run `make messages` and translate what is new"
    assert known - said == set(), "run `make messages` to drop what nobody says"


@pytest.mark.parametrize("app", APPS)
def test_every_message_is_translated(app: str) -> None:
    entries = catalogue(app)

    assert [entry.msgid for entry in entries if entry.fuzzy] == []
    assert [entry.msgid for entry in entries.untranslated_entries()] == []


def test_libraries_speak_german_as_we_do() -> None:
    """A library that words a message anew, or outranks ours, is noticed here."""
    words = {entry.msgid: entry.msgstr for entry in polib.pofile(str(LIBRARIES_IN_GERMAN))}
    said = {entry.msgid for library in LIBRARIES for entry in polib.mofile(_german_of(library))}

    assert words.keys() - said == set()
    assert [pair for pair in words.items() if _fixed(pair[0]) != _fixed(pair[1])] == []
    with translation.override("de"):
        assert {message: translation.gettext(message) for message in words} == words


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "title", "detail"),
    [
        ("de", "Ungültige Anfrage", "Bitte füllen Sie dieses Feld aus."),
        ("en", "Invalid request", "This field is required."),
    ],
)
def test_the_api_answers_in_the_language_asked_for(
    client: Client, language: str, title: str, detail: str
) -> None:
    problem = client.post(
        "/api/v1/bookings/confirm/", {}, "application/json", headers={"accept-language": language}
    ).json()

    assert (problem["title"], problem["errors"][0]["detail"]) == (title, detail)


@pytest.mark.parametrize("app", APPS)
def test_both_languages_have_the_same_placeholders_and_tags(app: str) -> None:
    unequal = [pair for pair in _pairs(catalogue(app)) if _fixed(pair[0]) != _fixed(pair[1])]

    assert unequal == []


def test_one_german_message_has_one_english_one() -> None:
    """Django merges the catalogues of all apps: two wordings of one message would compete."""
    wordings: dict[str, set[str]] = {}
    for app in APPS:
        for german, english in _pairs(catalogue(app)):
            wordings.setdefault(german, set()).add(english)

    assert {german: all_ for german, all_ in wordings.items() if len(all_) > 1} == {}


def test_the_extraction_sees_code_and_templates() -> None:
    code = ast.parse('_("eins" " und zwei"), ngettext("%d Platz", "%d Plätze", n), other("drei")')
    template = '{% translate "vier" %}{{ x|default:_("fünf") }}{% if a == _("sechs") %}'

    assert set(_calls(code)) == {"eins und zwei", "%d Platz"}
    assert set(_in_template(template)) == {"vier", "fünf", "sechs"}


def _german_of(library: ModuleType) -> str:
    (folder,) = library.__path__
    return f"{folder}/locale/de/LC_MESSAGES/django.mo"


def _pairs(entries: polib.POFile) -> Iterator[tuple[str, str]]:
    for entry in entries:
        if entry.msgid_plural:
            yield entry.msgid, entry.msgstr_plural[0]
            yield entry.msgid_plural, entry.msgstr_plural[1]
        else:
            yield entry.msgid, entry.msgstr


def _fixed(message: str) -> list[str]:
    return sorted(FIXED.findall(message))


def _said_in_code(app: str) -> Iterator[str]:
    for path in (ROOT / app).rglob("*.py"):
        yield from _calls(ast.parse(path.read_text()))


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(message)), *_]):
                if name in MARKERS:
                    yield message


def _said_in_templates(app: str) -> Iterator[str]:
    for kind in ("html", "txt"):
        for path in (ROOT / app).glob(f"templates/**/*.{kind}"):
            yield from _in_template(path.read_text())


def _in_template(source: str) -> Iterator[str]:
    for literal in SAID_IN_TEMPLATE.findall(templatize(source)):
        yield str(ast.literal_eval(literal))
