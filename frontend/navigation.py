"""The entries of the main navigation and of the desk's."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from participation.actors import Actor
from participation.models import Municipality
from participation.models.access import Scope

# Which entry of the desk leads to pages with an address of their own.
BELOW = {
    "desk_programme": (
        "termine/",
        "terminreihen/",
        "buchungen/",
        "warteliste/",
        "fragen/",
        "vorlagen/",
    ),
    "desk_venues": ("raeume/",),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """`current` is the value of `aria-current`: page, true (a page below) or empty."""

    label: str
    url: str
    current: str = ""


def main_entries(town: Municipality | None, path: str) -> list[Entry]:
    named: list[tuple[str, str, list[str]]]
    if town is None:
        named = [
            (_("Kommunen"), "home", []),
            (_("Angebote"), "network_programme", []),
            (_("Live"), "live_join", []),
        ]
    else:
        slug = [town.slug]
        named = [
            (_("Start"), "town", slug),
            (_("Angebote"), "programme", slug),
            (_("Ideen"), "ideas", slug),
            (_("Live"), "live_join", []),
        ]
    starts = {"home", "town"}
    return _entries([(label, name, args, name in starts) for label, name, args in named], path)


def desk_entries(actor: Actor, path: str) -> list[Entry]:
    """What this person may open at this town's desk."""
    named = [
        (_("Übersicht"), "desk", Scope.READ),
        (_("Einlass"), "door", Scope.DOOR),
        (_("Angebote und Termine"), "desk_programme", Scope.DESK),
        (_("Orte und Räume"), "desk_venues", Scope.DESK),
        (_("Geräte"), "desk_devices", Scope.DESK),
        (_("Offene Tage"), "desk_open_days", Scope.DESK),
        (_("Zahlen"), "desk_figures", Scope.DESK),
        (_("Ideen"), "inbox", Scope.MODERATE),
        (_("Live-Runden"), "desk_live", Scope.LIVE),
        (_("Team"), "desk_team", Scope.ADMIN),
        (_("Datenschutz"), "desk_retention", Scope.ADMIN),
    ]
    slug = [actor.town.slug]
    return _entries(
        [(label, name, slug, name == "desk") for label, name, scope in named if actor.may(scope)],
        path,
        root=reverse("desk", args=slug),
    )


def _entries(
    named: list[tuple[str, str, list[str], bool]], path: str, *, root: str = ""
) -> list[Entry]:
    """`exact` entries are current on their own page only, not on the pages below."""
    entries = []
    for label, name, args, exact in named:
        try:
            url = reverse(name, args=args)
        except NoReverseMatch:
            continue
        below = (url, *(root + part for part in BELOW.get(name, ())))
        current = "page" if path == url else "true" if not exact and path.startswith(below) else ""
        entries.append(Entry(label, url, current))
    return entries
