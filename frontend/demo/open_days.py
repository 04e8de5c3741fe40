"""The Zukunfts.Werk.Stadt's coming open day, and its opening on 16 December 2022 as it was counted:
about 500 visitors at ten stands."""

import math
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from participation import actors, queries
from participation.actors import Actor
from workshops import queries as workshop_queries
from workshops.models import OpenDay, Stand
from workshops.queries import open_days as days
from workshops.services import open_days, stand_counts

TOWN, VENUE = "menden", "Zukunfts.Werk.Stadt"
HALF_AN_HOUR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Place:
    """`share` of the opening's visitors, in percent; `peak`: hours after the start."""

    name: str
    text: str
    share: int
    peak: float


STANDS = (
    Place("3D-Druck", "Zuschauen, wie ein Anhänger entsteht, und ihn mitnehmen.", 16, 1.5),
    Place("Virtuelle Mendener Synagoge", "Mit der VR-Brille durch das zerstörte Haus.", 15, 2.5),
    Place("Digitale Sprechstunde", "Fragen zu Handy und Tablet, in Ruhe beantwortet.", 8, 1.0),
    Place("Repair Café", "Toaster, Radio, Lampe: gemeinsam reparieren statt wegwerfen.", 10, 2.0),
    Place("Coding für Kinder", "Ein Roboter fährt, wohin Ihr wollt. Ab acht Jahren.", 13, 1.0),
    Place("Stadtmodell zum Anfassen", "Menden aus Holz und Licht: Was fehlt, was stört?", 9, 3.0),
    Place("Klima und Energie", "Was bringt Sonne auf dem eigenen Dach?", 7, 2.0),
    Place("Mobil ohne Auto", "Lastenrad und Bürgerbus zum Ausprobieren.", 6, 1.5),
    Place("Ideenwand", "Ihre Idee für die Stadt: aufschreiben, anpinnen, mitreden.", 10, 3.5),
    Place("Smart Cities: Schule", "Schülerinnen und Schüler zeigen ihre Stadt von morgen.", 6, 2.5),
)

TITLE = "Offener Tag: Zukunfts-Marktplatz"
TEXT = (
    "Zehn Stände zum Ausprobieren, Fragen und Mitreden. Kommen Sie, wann Sie mögen, und bleiben "
    "Sie, so lange Sie mögen. Der Eintritt ist frei, für Kinder ist gesorgt."
)
OPENING = "Eröffnung der Zukunfts.Werk.Stadt"
OPENING_TEXT = (
    "Mit einem Zukunfts-Marktplatz öffnet die Zukunfts.Werk.Stadt ihre Türen: zehn Stände, von "
    "3D-Druck bis zur Virtuellen Mendener Synagoge."
)
OPENED_AT = datetime(2022, 12, 16, 14, 0)  # noqa: DTZ001  (the clock on the wall in Menden)
OPENING_VISITORS = 500


def load(now: datetime) -> None:
    actor = actors.system(queries.municipality_by_slug(TOWN))
    known = list(days.open_days(actor))
    if not any(day.title == TITLE and day.ends_at > now for day in known):
        _make(actor, TITLE, TEXT, _coming_saturday(now), hours=6)
    if not any(day.title == OPENING for day in known):
        starts_at = OPENED_AT.replace(tzinfo=timezone.get_default_timezone())
        _count(actor, _make(actor, OPENING, OPENING_TEXT, starts_at, hours=5))


def _coming_saturday(now: datetime) -> datetime:
    """Eleven o'clock on the next Saturday but today."""
    today = timezone.localdate(now)
    day = today + timedelta(days=(5 - today.weekday() - 1) % 7 + 1)
    return datetime.combine(day, time(11), tzinfo=timezone.get_default_timezone())


def _make(actor: Actor, title: str, text: str, starts_at: datetime, *, hours: int) -> OpenDay:
    venue = next(row for row in workshop_queries.venues(actor) if row.name == VENUE)
    details = open_days.OpenDayDetails(
        title=title,
        text=text,
        venue_id=venue.pk,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
    )
    made = open_days.create_open_day(actor=actor, details=details, state=OpenDay.State.PUBLISHED)
    for place in STANDS:
        stand = open_days.StandDetails(name=place.name, text=place.text)
        open_days.add_stand(actor=actor, open_day_id=made.pk, details=stand)
    return made


def _count(actor: Actor, opening: OpenDay) -> None:
    """What the stands counted, every half an hour: few at first, most at the stand's own time."""
    for stand, place in zip(days.stands(actor, opening.pk), STANDS, strict=True):
        visitors = round(OPENING_VISITORS * place.share / 100)
        for step, count in enumerate(_spread(visitors, place.peak)):
            if count:
                _tap(stand, count, opening.starts_at + step * HALF_AN_HOUR)


def _spread(visitors: int, peak: float) -> list[int]:
    """Over ten half hours; the sum is exact."""
    weights = [math.exp(-(((step / 2 + 0.25) - peak) ** 2) / 2) for step in range(10)]
    total, given, counts = sum(weights), 0, []
    for n in range(1, len(weights) + 1):
        share = round(visitors * sum(weights[:n]) / total)
        counts.append(share - given)
        given = share
    return counts


def _tap(stand: Stand, count: int, at: datetime) -> None:
    name = uuid5(NAMESPACE_URL, f"demo:{stand.token}:{at.isoformat()}")
    tap = stand_counts.Tap(client_uuid=name, amount=count, tapped_at=at)
    stand_counts.count_by_token(token=stand.token, tap=tap, now=at + HALF_AN_HOUR)
