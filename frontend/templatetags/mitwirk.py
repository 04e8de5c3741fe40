"""What templates need: dates in words, the navigation, fields in KERN's markup."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField, widgets
from django.template import RequestContext
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from frontend import dates
from frontend.navigation import Entry, desk_entries, main_entries
from participation.models import Municipality, OfficialResponse

register = template.Library()


# --- Languages -----------------------------------------------------------------------------------


@register.filter
def spoken(language: str) -> SafeString:
    """` lang="de"` for words that are not in the page's language: a screen reader says them right.

    For what citizens and towns have written, which nobody translates; without a language of its
    own it is German.
    """
    own = language or settings.LANGUAGE_CODE
    if own == (get_language() or settings.LANGUAGE_CODE):
        return SafeString("")
    return format_html(' lang="{}"', own)


@register.filter
def spoken_in(words: str, language: str) -> SafeString:
    """The same for words among others: a step of the breadcrumb, a name within a sentence."""
    attribute = spoken(language)
    if not attribute:
        return conditional_escape(words)
    return format_html("<span{}>{}</span>", attribute, words)


# --- Dates ---------------------------------------------------------------------------------------


@register.filter
def when(value: datetime | None) -> str:
    """`Sa., 28. November 2026, 14 Uhr`"""
    return dates.when(value) if value else ""


@register.filter
def day(value: date | None) -> str:
    """`Sa., 28. November 2026`"""
    return dates.day(value) if value else ""


@register.filter
def short_day(value: date | None) -> str:
    """`28. November 2026`"""
    return dates.short_day(value) if value else ""


@register.filter
def clock(value: datetime | None) -> str:
    """`14 Uhr`, `14.30 Uhr`"""
    return dates.clock(value) if value else ""


@register.filter
def date_block(value: date) -> dict[str, str]:
    """The parts of a day for `mw-date`: weekday, number, month."""
    return dates.parts(value)


@register.filter
def as_json(value: Any) -> str:
    """For a `data-` attribute that a script reads."""
    return json.dumps(value)


# --- Where we are --------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def navigation(context: RequestContext) -> list[Entry]:
    return main_entries(context.get("town"), _path(context))


@register.simple_tag(takes_context=True)
def desk_navigation(context: RequestContext) -> list[Entry]:
    return desk_entries(context["actor"], _path(context))


@register.simple_tag(takes_context=True)
def legal_url(context: RequestContext, page: str) -> str:
    """The town's own legal page, or the network's: imprint, privacy, accessibility, …"""
    town: Municipality | None = context.get("town")
    if town is not None:
        return reverse(f"town_{page}", args=[town.slug])
    return reverse(page)


@dataclass(frozen=True, slots=True)
class Crumb:
    label: str
    url: str = ""


@register.inclusion_tag("parts/breadcrumb.html", takes_context=True)
def breadcrumb(context: RequestContext, *steps: Any) -> dict[str, Any]:
    """`{% breadcrumb "Angebote" programme_url workshop.title %}`: label and address in turn, the
    page's own label last. The start page comes first by itself."""
    town: Municipality | None = context.get("town")
    start = (
        Crumb(town.name, reverse("town", args=[town.slug]))
        if town is not None
        else Crumb(_("Start"), reverse("home"))
    )
    texts = [str(step) for step in steps]
    middle = [Crumb(*pair) for pair in zip(texts[:-1:2], texts[1::2], strict=False)]
    return {"crumbs": [start, *middle, Crumb(texts[-1])]}


@register.simple_tag(takes_context=True)
def page_url(context: RequestContext, number: int) -> str:
    """This address with another page number, every other parameter kept."""
    query = context["request"].GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


def _path(context: RequestContext) -> str:
    request = context.get("request")
    return str(request.path) if request is not None else ""


# --- Addresses -----------------------------------------------------------------------------------


@register.filter
def site_name(url: str) -> str:
    """`www.soest.de` of `https://www.soest.de/`"""
    return urlsplit(url).netloc or url


@register.filter
def phone_number(typed: str) -> str:
    """The dialled form: digits and a leading plus."""
    return "".join(ch for ch in typed if ch.isdigit() or ch == "+")


@register.filter
def answering_towns(response: OfficialResponse) -> str:
    """The town whose idea it is, then those that sign: "Menden, Arnsberg und Olpe"."""
    names = [response.idea.municipality.name]
    names += [row.municipality.name for row in response.signatures]
    return get_text_list(names, _("und"))


@register.filter
def density(town: Municipality) -> Decimal:
    """Inhabitants per square kilometre."""
    return town.population / town.area_km2


@register.filter
def percent(share: float | None) -> str:
    """`12 %`; a dash where there is nothing to be a share of."""
    return "–" if share is None else f"{round(100 * share)} %"


# --- Form fields ---------------------------------------------------------------------------------


@register.filter
def field_kind(field: BoundField) -> str:
    """Which of the templates in forms/ shows this field."""
    widget = field.field.widget
    if isinstance(widget, widgets.CheckboxInput):
        return "checkbox"
    if isinstance(widget, (widgets.RadioSelect, widgets.CheckboxSelectMultiple)):
        return "group"
    if isinstance(widget, widgets.Select) and not widget.allow_multiple_selected:
        return "select"
    return "input"


@register.filter
def described_by(field: BoundField) -> str:
    """Ids of the hint and the errors of a field."""
    ids = []
    if field.help_text:
        ids.append(f"{field.auto_id}_helptext")
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    return " ".join(ids)


@register.filter
def kern_widget(field: BoundField) -> SafeString:
    """The input itself with KERN's class, tied to its hint and its errors."""
    kinds = {
        "checkbox": "kern-form-check__checkbox",
        "select": "kern-form-input__select",
        "input": "kern-form-input__input",
    }
    kern_class = kinds[field_kind(field)]
    own_class = field.field.widget.attrs.get("class", "")
    error_class = f"{kern_class}--error" if field.errors else ""
    attrs: dict[str, Any] = {
        "class": " ".join(part for part in (kern_class, error_class, own_class) if part)
    }
    if described := described_by(field):
        attrs["aria-describedby"] = described
    if field.errors:
        attrs["aria-invalid"] = "true"
    if field.field.widget.attrs.get("placeholder") == field.label:
        attrs["placeholder"] = False  # leaves it out: the label says it already
    return field.as_widget(attrs=attrs)


@dataclass(frozen=True, slots=True)
class Option:
    type: str
    name: str
    value: str
    id: str
    label: str
    selected: bool
    required: bool


@register.filter
def options(field: BoundField) -> list[Option]:
    """The radio buttons or checkboxes of a group."""
    # CheckboxSelectMultiple is a RadioSelect to Django, so ask for it first.
    several = isinstance(field.field.widget, widgets.CheckboxSelectMultiple)
    kind = "checkbox" if several else "radio"
    return [
        Option(
            type=kind,
            name=str(part.data["name"]),
            value=str(part.data["value"]),
            id=part.id_for_label,
            label=str(part.choice_label),
            selected=bool(part.data["selected"]),
            required=kind == "radio" and field.field.required,
        )
        for part in field.subwidgets
    ]


@register.filter
def first_input_id(field: BoundField) -> str:
    """Where the link of an error leads."""
    if field_kind(field) == "group":
        return f"{field.auto_id}_0"
    return str(field.id_for_label)


@register.filter
def error_count(form: BaseForm) -> int:
    return sum(len(errors) for errors in form.errors.values())


@register.filter
def before_words(label: str) -> SafeString:
    """`Ihr Name:`, but `Was essen Sie?` as it is; the label may say its language."""
    ends = strip_tags(label).endswith(("?", "!", ".", ":"))
    return format_html("{}{}", label, "" if ends else ":")
