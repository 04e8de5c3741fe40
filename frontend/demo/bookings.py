"""Two offers that ask: a kitchen under conditions, and one to which children come alone."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from participation import actors, queries
from participation.actors import Actor
from workshops import queries as workshop_queries
from workshops.models import Question, Slot, Workshop
from workshops.services import bookings, programme, questions, scheduling
from workshops.services.parties import Party
from workshops.services.questions import QuestionDetails

KITCHEN = "Winterküche: gemeinsam kochen"
ROBOTS = "Roboter-Werkstatt für Kinder"


def load(now: datetime) -> None:
    actor = actors.system(queries.municipality_by_slug("menden"))
    titles = {row.title for row in workshop_queries.workshops(actor)}
    if KITCHEN not in titles:
        _kitchen(actor, now)
    if ROBOTS not in titles:
        _robots(actor, now)


def _kitchen(actor: Actor, now: datetime) -> None:
    workshop = _offer(
        actor,
        KITCHEN,
        "Wir kochen zusammen ein Abendessen aus dem, was der Winter hergibt, und essen es auch.",
        "umwelt-klima",
        bring="Schürze und eine Dose für Reste",
    )
    diet = _ask(
        actor,
        workshop,
        text="Was essen Sie?",
        kind="choice",
        options=("alles", "vegetarisch", "vegan"),
        is_required=True,
    )
    allergic = _ask(actor, workshop, text="Gibt es Unverträglichkeiten?", kind="yes_no")
    _ask(
        actor,
        workshop,
        text="Welche?",
        help_text="Zum Beispiel Nüsse, Gluten, Milch",
        depends_on_id=allergic.pk,
        depends_value="yes",
        is_required=True,
        keep_days=1,
    )
    _ask(
        actor,
        workshop,
        text="Wobei helfen Sie gern?",
        kind="several",
        options=("Schneiden", "Backen", "Abwaschen"),
    )
    _ask(actor, workshop, text="Wie viele Schürzen brauchen Sie von uns?", kind="number")
    _ask(
        actor,
        workshop,
        text="Hat das Händewaschen geklappt?",
        kind="yes_no",
        asked="door",
        keep_days=0,
    )
    slots = [_date(actor, workshop, now, days, 18) for days in (6, 13, 20)]
    party = Party(
        2,
        "Familie Schröder",
        "familie.schroeder@example.org",
        names=("Uta Schröder", "Emil Schröder"),
        answers={str(diet.pk): "vegetarisch", str(allergic.pk): False},
    )
    bookings.book_slot(actor=actor, slot_id=slots[0].pk, party=party, now=now, source="desk")


def _robots(actor: Actor, now: datetime) -> None:
    workshop = _offer(
        actor,
        ROBOTS,
        "Wir bauen einen Roboter aus Pappe, der malen kann. Ab 8 Jahren, auch ohne Eltern.",
        "bildung",
        age_min=8,
        age_max=13,
        max_party=3,
        asks_guardian=True,
    )
    _ask(
        actor,
        workshop,
        text="Darf Ihr Kind danach allein nach Hause gehen?",
        kind="yes_no",
        is_required=True,
    )
    _ask(actor, workshop, text="Wann ist Ihr Kind geboren?", kind="date", keep_days=7)
    for days in (9, 16):
        _date(actor, workshop, now, days, 15)


def _offer(actor: Actor, title: str, text: str, theme: str, **more: object) -> Workshop:
    venue = workshop_queries.venues(actor)[0]
    details = programme.WorkshopDetails(
        title=title,
        text=text,
        theme=theme,
        venue_id=venue.pk,
        **more,  # type: ignore[arg-type]  # fields of WorkshopDetails
    )
    return programme.create_workshop(actor=actor, details=details, state=Workshop.State.PUBLISHED)


def _ask(actor: Actor, workshop: Workshop, **details: object) -> Question:
    return questions.add_question(
        actor=actor,
        workshop_id=workshop.pk,
        details=QuestionDetails(**details),  # type: ignore[arg-type]  # its own fields
    )


def _date(actor: Actor, workshop: Workshop, now: datetime, days: int, hour: int) -> Slot:
    day = timezone.localdate(now) + timedelta(days=days)
    starts_at = datetime.combine(day, time(hour), tzinfo=timezone.get_default_timezone())
    details = scheduling.SlotDetails(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=3), capacity=12
    )
    return scheduling.create_slot(
        actor=actor, workshop_id=workshop.pk, details=details, state=Slot.State.OPEN
    )
