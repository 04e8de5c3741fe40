"""The editor of a question: for each type the fields that fit it, and no others."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import LineField
from frontend.forms.live_question_types import config_fields, lines_field, picture_field
from frontend.forms.live_question_types import label as end_field
from participation.errors import InvalidInput, RuleBroken
from participation.models import Municipality
from polls.models import Question
from polls.models.answers import QuestionType as Kind
from polls.models.answers.places import box_of
from polls.models.languages import Language
from polls.services.pictures import Pictures
from polls.services.wording import Wording

LINES = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.RATING, Kind.RANKING, Kind.POINTS})
SCALES = frozenset({Kind.SCALE, Kind.RATING})
ROWS = frozenset({Kind.QUIZ, Kind.IMAGE})
LEAST_ROWS, SPARE_ROWS, MOST_ROWS = 6, 2, 40


@dataclass(frozen=True, slots=True)
class AnswerRow:
    number: int
    fields: list[BoundField]
    image: str


@dataclass(frozen=True, slots=True)
class LanguageFields:
    """`name` as the language is called; open on the page where something stands in it."""

    name: str
    fields: list[BoundField]

    @property
    def filled(self) -> bool:
        return any(field.value() or field.errors for field in self.fields)


class TypedQuestionForm(forms.Form):
    """`kind` is its type; `question` the one that is changed, with its options."""

    text = LineField(label=_("Frage"), max_length=300)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        kind: str,
        town: Municipality,
        question: Question | None = None,
        **more: Any,
    ) -> None:
        more.setdefault("initial", _initial_of(question) if question else {})
        super().__init__(data, files, **more)
        self.kind = kind
        self.town = town
        self.there = list(question.options.all()) if question else []
        self.own_image = question.image.url if question and question.image else ""
        self.rows = self._row_count() if kind in ROWS else 0
        for name, field in self._own_fields():
            self.fields[name] = field
        self._add_languages()

    # --- Fields -----------------------------------------------------------------------------------

    def _own_fields(self) -> Iterable[tuple[str, forms.Field]]:
        if self.kind in LINES:
            yield "options", lines_field(_("Antworten"), _("Eine Antwort je Zeile."), required=True)
        right = _("Antwort %(n)d ist richtig")
        for n in range(1, self.rows + 1):
            label = _("Antwort %(n)d") % {"n": n}
            yield f"option_{n}", LineField(label=label, max_length=200, required=n <= 2)
            if self.kind == Kind.QUIZ:
                yield f"right_{n}", forms.BooleanField(label=right % {"n": n}, required=False)
            else:
                yield f"picture_{n}", picture_field(_("Bild zu Antwort %(n)d") % {"n": n})
        yield from ((f"config_{name}", field) for name, field in config_fields(self.kind))
        help_text = _("JPEG, PNG oder WebP. Alle Bilder zusammen höchstens 12 MB.")
        yield "image", picture_field(_("Bild zur Frage"), help_text)
        if self.own_image:
            yield "drop", forms.BooleanField(label=_("Bild entfernen"), required=False)
        yield (
            "image_alt",
            LineField(
                label=_("Bildbeschreibung"),
                max_length=300,
                required=False,
                help_text=_("Was darauf zu sehen ist, für Menschen, die es nicht sehen."),
            ),
        )

    def _add_languages(self) -> None:
        hint = _("In derselben Reihenfolge, eine je Zeile.")
        for code, name in (("en", _("Englisch")), *Language.choices):
            label = _("Frage: %(language)s") % {"language": name}
            self.fields[f"text_{code}"] = LineField(label=label, max_length=300, required=False)
            if self.kind in LINES | ROWS:
                label = _("Antworten: %(language)s") % {"language": name}
                self.fields[f"options_{code}"] = lines_field(label, hint, rows=3)
            if self.kind in SCALES:
                first = _("Erste Stufe: %(language)s") % {"language": name}
                last = _("Letzte Stufe: %(language)s") % {"language": name}
                self.fields[f"config_low_{code}"] = end_field(first)
                self.fields[f"config_high_{code}"] = end_field(last)
            if code == "ar":
                for field in (n for n in self.fields if n.endswith("_ar")):
                    self.fields[field].widget.attrs["dir"] = "rtl"

    def _row_count(self) -> int:
        typed = [int(name[7:]) for name in self.data if _is_row(name)]
        before = [int(name[7:]) for name in self.initial if _is_row(name)]
        wanted = max([LEAST_ROWS, *typed, *(n + SPARE_ROWS for n in before)])
        return min(MOST_ROWS, wanted)

    # --- For the template -------------------------------------------------------------------------

    @property
    def answer_rows(self) -> list[AnswerRow]:
        return [
            AnswerRow(
                n,
                [self[name] for name in self.fields if name.endswith(f"_{n}")],
                self.there[n - 1].image.url if n <= len(self.there) and self._has_image(n) else "",
            )
            for n in range(1, self.rows + 1)
        ]

    @property
    def main_fields(self) -> list[BoundField]:
        return [self[name] for name in ("options",) if name in self.fields]

    @property
    def settings(self) -> list[BoundField]:
        further = {field.name for field in self.language_fields}
        names = (name for name in self.fields if name.startswith("config_"))
        return [self[name] for name in names if name not in further]

    @property
    def picture_fields(self) -> list[BoundField]:
        return [self[name] for name in ("image", "drop", "image_alt") if name in self.fields]

    @property
    def language_fields(self) -> list[BoundField]:
        ends = tuple(f"_{code}" for code in ("en", *Language.values))
        starts = ("text_", "options_", "config_low_", "config_high_")
        return [self[n] for n in self.fields if n.startswith(starts) and n.endswith(ends)]

    @property
    def languages(self) -> list[LanguageFields]:
        """Each language with its own fields, so that the page can fold them."""
        return [
            LanguageFields(
                str(name), [f for f in self.language_fields if f.name.endswith(f"_{code}")]
            )
            for code, name in (("en", _("Englisch")), *Language.choices)
        ]

    @property
    def languages_filled(self) -> bool:
        return any(language.filled for language in self.languages)

    @property
    def picture_wanted(self) -> bool:
        given = any(field.value() or field.errors for field in self.picture_fields)
        return self.kind == Kind.PIN or bool(self.own_image) or given

    # --- What it says -----------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        german = len(self._options())
        for code in ("en", *Language.values):
            lines = _lines(values.get(f"options_{code}", ""))
            if lines and len(lines) != german:
                message = _("Bitte geben Sie so viele Antworten an wie auf Deutsch.")
                self.add_error(f"options_{code}", ValidationError(message, code="option_count"))
        if self.kind == Kind.IMAGE:
            for n in range(1, self.rows + 1):
                shown = values.get(f"picture_{n}") or self._has_image(n)
                if values.get(f"option_{n}") and not shown:
                    self.add_error(f"picture_{n}", _("Bitte wählen Sie ein Bild."))
        shown = values.get("image") or (self.own_image and not values.get("drop"))
        if self.kind == Kind.PIN and values.get("config_on") == "image" and not shown:
            self.add_error("image", _("Bitte wählen Sie ein Bild."))
        return values

    def _has_image(self, n: int) -> bool:
        return n <= len(self.there) and bool(self.there[n - 1].image)

    def _options(self) -> list[tuple[int, str]]:
        """(row, text) of each answer; a row left empty is none."""
        values = self.cleaned_data
        if self.kind in LINES:
            return list(enumerate(_lines(values.get("options", "")), start=1))
        rows = [(n, values.get(f"option_{n}", "")) for n in range(1, self.rows + 1)]
        return [(n, text) for n, text in rows if text]

    def wording(self) -> Wording:
        values = self.cleaned_data
        german = self._options()
        english = _lines(values.get("options_en", "")) or [""] * len(german)
        lines = {code: _lines(values.get(f"options_{code}", "")) for code in Language.values}
        on_map = values.get("config_on") == "map"
        alt = values["image_alt"]
        return Wording(
            type=self.kind,
            text=values["text"],
            text_en=values["text_en"],
            options=[(text, other) for (_n, text), other in zip(german, english, strict=True)],
            config=self._config(german),
            texts={code: values[f"text_{code}"] for code in Language.values},
            option_texts=[
                {code: lines[code][place] for code in Language.values if lines[code]}
                for place in range(len(german))
            ],
            image_alt=alt or (_map_of(self.town) if on_map else ""),
        )

    def changes(self) -> dict[str, Any]:
        """For a question that is there: its pictures and when it is shown stay."""
        wording = self.wording()
        names = ("type", "text", "text_en", "options", "config", "texts", "option_texts")
        changes = {name: getattr(wording, name) for name in (*names, "image_alt")}
        if self.kind == Kind.YES_NO:
            del changes["options"]
        return changes

    def pictures(self) -> Pictures:
        values = self.cleaned_data
        rows = [n for n, _text in self._options()] if self.kind == Kind.IMAGE else []
        uploads = {place: values.get(f"picture_{n}") for place, n in enumerate(rows)}
        own = values.get("image")
        return Pictures(
            question=own.read() if own else None,
            options={place: file.read() for place, file in uploads.items() if file},
            drop=bool(values.get("drop")),
        )

    def _config(self, german: list[tuple[int, str]]) -> dict[str, Any]:
        values = self.cleaned_data
        config = {
            field.removeprefix("config_"): values[field]
            for field in self.fields
            if field.startswith("config_") and values.get(field) not in {None, ""}
        }
        if self.kind == Kind.QUIZ:
            config["right"] = [
                place for place, (n, _text) in enumerate(german, 1) if values.get(f"right_{n}")
            ]
        if config.get("on") == "map":
            config["box"] = box_of(self.town)
        return config

    def add_rule(self, error: RuleBroken) -> None:
        """Beside the field that the service names, as far as this type has it."""
        attr = error.attr if isinstance(error, InvalidInput) else ""
        first, _dot, second = attr.partition(".")
        field = {
            "config": f"config_{second}",
            "texts": f"text_{second}",
            "option_texts": f"options_{second}",
            "option_images": f"picture_{self._row_of(second)}",
        }.get(first, first)
        if first in {"options", "config"} and field not in self.fields:
            field = "option_1" if self.kind in ROWS else next((f.name for f in self.settings), "")
        self.add_error(field if field in self.fields else None, str(error.message))

    def _row_of(self, place: str) -> int:
        rows = [n for n, _text in self._options()]
        return rows[int(place) - 1] if place.isdecimal() and int(place) <= len(rows) else 1


def _initial_of(question: Question) -> dict[str, Any]:
    """What stands in the fields of a question that is changed."""
    own = question.type == Kind.YES_NO
    options = [] if own else list(question.options.all())
    initial: dict[str, Any] = {"text": question.text, "image_alt": question.image_alt}
    initial |= {f"config_{name}": value for name, value in question.config.items()}
    initial["options"] = "\n".join(option.text for option in options)
    right = question.config.get("right", ())
    for n, option in enumerate(options, start=1):
        initial |= {f"option_{n}": option.text, f"right_{n}": n in right}
    for code in ("en", *Language.values):
        further = [
            option.text_en if code == "en" else option.texts.get(code, "") for option in options
        ]
        text = question.text_en if code == "en" else question.texts.get(code, "")
        initial[f"text_{code}"] = text
        initial[f"options_{code}"] = "\n".join(further) if all(further) else ""
    return initial


def retyped(typed: Any) -> dict[str, Any]:
    """What was typed for one type, as the start of another: nothing is lost on the way."""
    initial = {name: value for name, value in typed.items() if not name.startswith("config_")}
    rows = sorted(int(name[7:]) for name in initial if _is_row(name))
    lines = _lines(initial.get("options", "")) or [
        line for n in rows if (line := initial[f"option_{n}"].strip())
    ]
    initial |= {f"option_{n}": line for n, line in enumerate(lines, start=1)}
    return {**initial, "options": "\n".join(lines)}


def _map_of(town: Municipality) -> str:
    return gettext("Karte von %(town)s") % {"town": town.name}


def _is_row(name: str) -> bool:
    """`option_3`, and not what a stranger makes of it."""
    return (
        name.startswith("option_")
        and name[7:].isascii()
        and name[7:].isdecimal()
        and len(name) < 11
    )


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]
