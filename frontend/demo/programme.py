"""A conference with its rooms, a weekly course, a shared template, and a picture we drew."""

from datetime import datetime, time, timedelta
from io import BytesIO

from django.utils import timezone
from PIL import Image, ImageDraw

from participation import actors, queries
from participation.actors import Actor
from workshops import queries as workshop_queries
from workshops.models import Venue, Workshop
from workshops.services import copies, images, places, programme, scheduling, series

TOWN = "menden"
HOUSE = "Zukunfts.Werk.Stadt"
MEETING = "Fachtagung „Digitale Stadt“"
COURSE = "Digitale Sprechstunde"
SPOT = {"lat": 51.4386, "lon": 7.7953}
DIRECTIONS = "Bus bis Neumarkt, fünf Minuten zu Fuß vom Bahnhof. Parkhaus Nordwall."
# Title, what it is about, room, hour it begins, its length in hours.
PARTS = (
    ("Eröffnung: Was eine Stadt weiß", "Warum offene Daten allen nützen.", "Marktplatz", 9, 1),
    ("Sensoren selbst bauen", "Wir bauen einen Fühler für Feinstaub.", "Werkraum", 10, 2),
    ("Daten lesen lernen", "Von der Tabelle zum Bild, ohne Vorwissen.", "Lernlabor", 10, 2),
    ("Wer darf was wissen?", "Datenschutz im Rathaus, an Beispielen.", "Marktplatz", 13, 1.5),
    ("Schule und Stadt", "Was Klassen aus der Umgebung erforscht haben.", "Lernlabor", 13, 1.5),
)


def load(now: datetime) -> None:
    actor = actors.system(queries.municipality_by_slug(TOWN))
    venue = next(row for row in workshop_queries.venues(actor) if row.name == HOUSE)
    places.change_venue(actor=actor, venue_id=venue.pk, changes={**SPOT, "directions": DIRECTIONS})
    known = {workshop.title for workshop in workshop_queries.workshops(actor)}
    if MEETING not in known:
        _meeting(actor, venue, now)
    if COURSE not in known:
        _course(actor, venue, now)


def _meeting(actor: Actor, venue: Venue, now: datetime) -> None:
    event = _offer(actor, venue, MEETING, "Ein Tag, drei Räume, fünf Werkstätten.")
    images.set_image(
        actor=actor,
        workshop_id=event.pk,
        content=drawing(),
        alt="Gezeichnete Häuser einer kleinen Stadt am Abend, mit erleuchteten Fenstern",
    )
    rooms = {room.name: room for room in venue.rooms.all()}
    for title, text, room, hour, hours in PARTS:
        part = _offer(actor, venue, title, text, parent_id=event.pk)
        starts_at = _at(now, days=17, clock=time(hour))
        details = scheduling.SlotDetails(
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=hours),
            capacity=min(rooms[room].seats, 60),
            room_id=rooms[room].pk,
        )
        scheduling.create_slot(actor=actor, workshop_id=part.pk, details=details, state="open")


def _course(actor: Actor, venue: Venue, now: datetime) -> None:
    text = "Fragen zu Telefon, Tablet und Konto? Kommen Sie vorbei, wir nehmen uns Zeit."
    course = _offer(actor, venue, COURSE, text, audience="Ältere Menschen", max_party=2)
    starts_at = _at(now, days=3, clock=time(15))
    first = scheduling.SlotDetails(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1, minutes=30),
        capacity=6,
        room_id=next(room.pk for room in venue.rooms.all() if room.name == "Lernlabor"),
        booking_closes_at=starts_at - timedelta(hours=3),
    )
    series.create_series(
        actor=actor, workshop_id=course.pk, rule="FREQ=WEEKLY;COUNT=8", first=first, state="open"
    )
    template = copies.make_template(actor=actor, workshop_id=course.pk)
    copies.share_template(actor=actor, template_id=template.pk, shared=True)


def _offer(actor: Actor, venue: Venue, title: str, text: str, **more: object) -> Workshop:
    details = programme.WorkshopDetails(
        title=title,
        text=text,
        theme="bildung",
        venue_id=venue.pk,
        **more,  # type: ignore[arg-type]  # fields of WorkshopDetails
    )
    return programme.create_workshop(actor=actor, details=details, state="published")


def _at(now: datetime, *, days: int, clock: time) -> datetime:
    day = timezone.localdate(now) + timedelta(days=days)
    return datetime.combine(day, clock, tzinfo=timezone.get_default_timezone())


def drawing() -> bytes:
    """A small town in the evening."""
    picture = Image.new("RGB", (1600, 900), "#1b2a4a")
    pen = ImageDraw.Draw(picture)
    for row in range(900):
        shade = row / 900
        pen.line((0, row, 1600, row), fill=(int(27 + 190 * shade), int(42 + 90 * shade), 90))
    pen.ellipse((1220, 120, 1360, 260), fill="#ffe9a8")
    walls = ("#27425f", "#33526f", "#203650", "#3b5a76")
    for house in range(11):
        left, width = house * 150 - 30, 165
        top = 470 + (house * 83) % 170
        wall = walls[house % len(walls)]
        pen.rectangle((left, top, left + width, 900), fill=wall)
        pen.polygon(
            ((left, top), (left + width / 2, top - 95), (left + width, top)), fill="#7b3b36"
        )
        for window in range(6):
            across, down = window % 2, window // 2
            x, y = left + 32 + across * 62, top + 40 + down * 85
            lit = (house + window) % 3 != 0
            pen.rectangle((x, y, x + 38, y + 52), fill="#ffd873" if lit else "#162338")
    made = BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()
