"""What the network page tells of „Smart Cities: 5 für Südwestfalen“; from its publications."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontend.network_map import partnership
from participation.models import Municipality


@dataclass(frozen=True, slots=True)
class Counts:
    all: int
    pioneers: int
    members: int
    open: int
    people: int


@dataclass(frozen=True, slots=True)
class Event:
    when: str
    what: str
    text: str = ""


def counts(towns: Iterable[Municipality]) -> Counts:
    """`towns` with their accessions fetched."""
    towns = list(towns)
    kinds = Counter(partnership(town) for town in towns)
    return Counts(
        all=len(towns),
        pioneers=kinds["pioneer"],
        members=kinds["member"],
        open=sum(town.is_active for town in towns),
        people=sum(town.population for town in towns),
    )


def timeline() -> list[Event]:
    """Oldest first; a date is left out where the publications name none."""
    return [
        Event(
            "2019",
            _("Der Bund fördert das Vorhaben"),
            _("In Berlin erhalten die fünf Pionierkommunen den Bescheid."),
        ),
        Event(
            _("18. November 2020"),
            _("Die Rahmenstrategie wird vorgestellt"),
            _("Sie ist die gemeinsame Grundlage; jede Kommune kann ihr beitreten."),
        ),
        Event(
            "",
            _("Erste Konferenz"),
            _("Über 80 Gäste sprechen über die digitale Stadt."),
        ),
        Event(
            "",
            _("Plettenberg tritt als Erste bei"),
            _("Der Rat beschließt den Beitritt zur Rahmenstrategie."),
        ),
        Event("2021", _("Konferenz in Arnsberg")),
        Event(
            _("18. bis 20. Oktober 2022"),
            _("Smart Country Convention in Berlin"),
            _("Südwestfalen zeigt seine Projekte."),
        ),
        Event(
            _("9. November 2022"),
            _("Fachtagung „Mit Digitalisierung Raum gestalten“ in Siegen"),
            _("Die Konferenz der Kommunen ist Teil des Tages in der Siegerlandhalle."),
        ),
        Event(
            _("16. Dezember 2022"),
            _("Die Zukunfts.Werk.Stadt in Menden öffnet"),
            _("Ein Zukunfts-Marktplatz mit zehn Ständen und rund 500 Gästen."),
        ),
    ]
