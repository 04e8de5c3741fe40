"""Which personal data of the dates is due to be erased, when, and on what ground.

One table, `DATA_CLASSES`, says it for the run and the dry run alike: what the dry run counts is
what the run erases (`workshops/privacy.py`).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participation.actors import Actor
from participation.errors import NotFound
from participation.models import Municipality
from participation.models.access import Scope
from workshops.models import (
    AccessNeeds,
    Answer,
    Booking,
    ErasureRecord,
    GuestMessage,
    RefusedAnswer,
    RefusedWalkIn,
    Scan,
    Slot,
    Ticket,
    WaitEntry,
)
from workshops.queries import conflicts
from workshops.queries.programme import day_start

DAY = timedelta(days=1)
# Until then a door without a network may still hold its list (and forgets it, too).
KEPT_AFTER_THE_END = DAY
ENDED_KEPT_DAYS = 7
PREVIEW_DAYS = 30
OVER = (Slot.State.DONE, Slot.State.CANCELLED, Slot.State.PURGED)
ENDED = (Booking.State.EXPIRED, Booking.State.CANCELLED)

EARLY, ON_REQUEST = "early", "on_request"


# --- When ----------------------------------------------------------------------------------------


def _days(count: Any) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(ExpressionWrapper(count, IntegerField()) * DAY, DurationField())


def purge_at(slot: str = "") -> ExpressionWrapper[Any]:
    """When all of a date goes: its own days after its end, else its workshop's."""
    keep_days = Coalesce(F(f"{slot}keep_days"), F(f"{slot}workshop__keep_days"))
    return ExpressionWrapper(F(f"{slot}ends_at") + _days(keep_days), DateTimeField())


def _over(slot: str, since: datetime) -> Q:
    """Dates that ended before `since` and hold personal data still: few, by an index."""
    return Q((f"{slot}purged_at", None), (f"{slot}state__in", OVER), (f"{slot}ends_at__lte", since))


def _past_keeping(slot: str, now: datetime) -> Q:
    begun = Q((f"{slot}state", Slot.State.PURGED))
    return _over(slot, now) & (begun | Q(LessThanOrEqual(purge_at(slot), now)))


def _soon_after(slot: str) -> Callable[[datetime], Q]:
    return lambda now: _over(slot, now - KEPT_AFTER_THE_END)


def _ended(booking: str, now: datetime) -> Q:
    """Never confirmed, or cancelled, seven whole days ago: one record a day and date."""
    limit = day_start(timezone.localdate(now) - timedelta(days=ENDED_KEPT_DAYS))
    given_back = Q((f"{booking}cancelled_at", None)) | Q((f"{booking}cancelled_at__lt", limit))
    return given_back & Q(
        (f"{booking}state__in", ENDED),
        (f"{booking}erased_at", None),
        (f"{booking}created_at__lt", limit),
    )


def _asked_for_long_enough(slot: str, now: datetime) -> Q:
    asked_for = F(f"{slot}ends_at") + _days(F("question__keep_days"))
    until = LessThanOrEqual(ExpressionWrapper(asked_for, DateTimeField()), now)
    return _over(slot, now) & Q(until)


def _answers_early(now: datetime) -> Q:
    return _asked_for_long_enough("booking__slot__", now) | _ended("booking__", now)


def _needs_early(now: datetime) -> Q:
    return _soon_after("booking__slot__")(now) | _ended("booking__", now)


# --- What ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DataClass:
    """One kind of personal data of a date; `slot` is the way from its row to the date.

    All rows go when the date's time is over, some `early`. Of a class that `stays` the early rows
    are emptied only: they still count, until they go with the rest.
    """

    name: str
    label: Promise | str
    slot: str
    rows: Callable[[], QuerySet[Any]]
    early: Callable[[datetime], Q] | None = None
    stays: bool = False

    def due(self, now: datetime) -> QuerySet[Any]:
        past = _past_keeping(self.slot, now)
        if self.early is None:
            return self.rows().filter(past)
        early = self.early(now)
        return self.rows().filter(early & ~past if self.stays else early | past)

    def due_of(self, slot_id: int, now: datetime) -> QuerySet[Any]:
        return self.due(now).filter(**{f"{self.slot}pk": slot_id})


# In the order in which they go: who points before what is pointed to. A scan belongs to the date
# of the booking that was shown, wherever it was shown.
DATA_CLASSES = (
    DataClass(
        "answers",
        gettext_lazy("Antworten auf Fragen"),
        "booking__slot__",
        Answer.objects.all,
        _answers_early,
    ),
    DataClass(
        "access_needs",
        gettext_lazy("Unterstützungsbedarfe"),
        "booking__slot__",
        AccessNeeds.objects.all,
        _needs_early,
    ),
    DataClass(
        "guardians",
        gettext_lazy("Kontakte von Erziehungsberechtigten"),
        "slot__",
        lambda: Booking.objects.exclude(guardian_name="", guardian_phone=""),
        _soon_after("slot__"),
        stays=True,
    ),
    DataClass(
        "ended_bookings",
        gettext_lazy("Angaben verfallener und stornierter Buchungen"),
        "slot__",
        Booking.objects.all,
        lambda now: _ended("", now),
        stays=True,
    ),
    DataClass(
        "waiting_people",
        gettext_lazy("Namen und Adressen der Warteliste"),
        "slot__",
        lambda: WaitEntry.objects.exclude(name="", email="", phone=""),
        _soon_after("slot__"),
        stays=True,
    ),
    DataClass(
        "wait_entries",
        gettext_lazy("Einträge der Warteliste"),
        "slot__",
        WaitEntry.objects.all,
    ),
    DataClass(
        "unknown_scans",
        gettext_lazy("Scans unbekannter Codes"),
        "slot__",
        lambda: Scan.objects.filter(booking=None),
    ),
    DataClass(
        "refused_answers",
        gettext_lazy("Antworten ohne Platz"),
        "refused__slot__",
        RefusedAnswer.objects.all,
        lambda now: _asked_for_long_enough("refused__slot__", now),
    ),
    DataClass(
        "refused_walk_ins",
        gettext_lazy("Ohne Buchung und ohne Platz"),
        "slot__",
        RefusedWalkIn.objects.all,
    ),
    DataClass("scans", gettext_lazy("Scans"), "booking__slot__", Scan.objects.all),
    DataClass("tickets", gettext_lazy("Tickets"), "booking__slot__", Ticket.objects.all),
    DataClass("bookings", gettext_lazy("Buchungen"), "slot__", Booking.objects.all),
    DataClass(
        "messages", gettext_lazy("Nachrichten an die Gäste"), "slot__", GuestMessage.objects.all
    ),
)


def labelled(counts: dict[str, int]) -> list[tuple[str, int]]:
    """The counts in words, in the table's order."""
    return [(str(one.label), counts[one.name]) for one in DATA_CLASSES if one.name in counts]


# --- The plan ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Planned:
    """What a run would erase of one date; `held_by` is the reason why it does not."""

    slot: Slot
    rule: str
    counts: dict[str, int]
    held_by: str

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


def plan(now: datetime, town: Municipality | None = None) -> list[Planned]:
    """What a run at `now` finds, date by date; fourteen statements, however many dates."""
    counts: dict[int, dict[str, int]] = {}
    for one in DATA_CLASSES:
        rows = one.due(now).order_by()
        if town is not None:
            rows = rows.filter(**{f"{one.slot}workshop__municipality": town})
        grouped = rows.values_list(f"{one.slot}pk").annotate(rows=Count("pk"))
        for slot_id, count in grouped:
            counts.setdefault(slot_id, {})[one.name] = count
    slots = Slot.objects.select_related("workshop__municipality").annotate(purge_at=purge_at())
    return [
        Planned(slot, rule_of(slot, now), counts[slot.pk], slot.legal_hold)
        for slot in slots.filter(pk__in=counts).order_by("ends_at", "pk")
    ]


def due_slot_ids(now: datetime, limit: int) -> list[int]:
    """The dates of which a run at `now` erases something, no more than `limit`; none on hold."""
    past = Slot.objects.filter(_past_keeping("", now), legal_hold="").order_by()
    found = set(past.values_list("pk", flat=True)[:limit])
    for one in DATA_CLASSES:
        if one.early is not None:
            rows = one.due(now).filter(**{f"{one.slot}legal_hold": ""}).order_by()
            found.update(rows.values_list(f"{one.slot}pk", flat=True).distinct()[:limit])
    return sorted(found)[:limit]


def keeping_is_over(slot: Slot, now: datetime) -> bool:
    return slot.state in OVER and kept_until(slot) <= now


def kept_until(slot: Slot) -> datetime:
    """`purge_at` of one date, with its workshop."""
    return slot.ends_at + _keep_days(slot) * DAY


def _keep_days(slot: Slot) -> int:
    return slot.workshop.keep_days if slot.keep_days is None else slot.keep_days


def rule_of(slot: Slot, now: datetime) -> str:
    """The ground as an erasure record names it: `after_30_days` or `early`."""
    over = slot.state == Slot.State.PURGED or keeping_is_over(slot, now)
    return f"after_{_keep_days(slot)}_days" if over else EARLY


def rule_text(rule: str) -> str:
    """In words."""
    if rule == EARLY:
        return _("Vorzeitige Löschung: nicht mehr gebrauchte Angaben")
    if rule == ON_REQUEST:
        return _("Auf Wunsch der betroffenen Person")
    days = int(rule.removeprefix("after_").removesuffix("_days"))
    return _("%(days)s Tage nach dem Ende des Termins") % {"days": days}


def who_text(erased_by: str) -> str:
    """Who erased, in words: never a name."""
    words = {
        "system": _("die Uhr, von selbst"),
        "operator": _("den Betrieb der Installation"),
        "citizen": _("die betroffene Person"),
    }
    return words.get(erased_by, erased_by)


# --- The desk ------------------------------------------------------------------------------------


def govern(actor: Actor) -> None:
    """Holds, dry runs and records are the town's head's. Raises LoginRequired, NotAllowed."""
    actor.require(Scope.ADMIN)


def dry_run(actor: Actor, now: datetime) -> list[Planned]:
    """What a run at `now` would erase in this town. Raises LoginRequired, NotAllowed."""
    govern(actor)
    return plan(now, actor.town)


def coming(actor: Actor, now: datetime, days: int = PREVIEW_DAYS) -> QuerySet[Slot]:
    """Dates with bookings whose data goes within so many days, soonest first, as `purge_at`."""
    govern(actor)
    return (
        Slot.objects.of(actor.town)
        .select_related("workshop")
        .annotate(purge_at=purge_at(), has_bookings=Exists(_bookings_of_slot()))
        .filter(purged_at=None, has_bookings=True, ends_at__lte=now + days * DAY, legal_hold="")
        .filter(purge_at__lte=now + days * DAY)
        .order_by("purge_at", "pk")
    )


def _bookings_of_slot() -> QuerySet[Booking]:
    return Booking.objects.filter(slot=OuterRef("pk")).order_by()


def held_slots(actor: Actor) -> QuerySet[Slot]:
    """Dates on legal hold, as long as they last."""
    govern(actor)
    held = Slot.objects.of(actor.town).exclude(legal_hold="").select_related("workshop")
    return held.annotate(purge_at=purge_at()).order_by("ends_at", "pk")


def slot_to_hold(actor: Actor, slot_id: int) -> Slot:
    """Raises NotFound, LoginRequired, NotAllowed."""
    govern(actor)
    slots = Slot.objects.of(actor.town).select_related("workshop").annotate(purge_at=purge_at())
    found = slots.filter(pk=slot_id).first()
    if found is None:
        raise NotFound
    return found


def hold_set_by(actor: Actor, slot: Slot) -> str:
    """The name of who set its hold; empty for who is gone, and for the system."""
    return conflicts.names_of(actor, {slot.legal_hold_by}).get(slot.legal_hold_by, "")


def erasure_records(actor: Actor) -> QuerySet[ErasureRecord]:
    """What was erased, newest first; one that is being written is not shown yet."""
    govern(actor)
    records = ErasureRecord.objects.of(actor.town).exclude(sha256="")
    return records.select_related("municipality").order_by("-erased_at", "-pk")


def erasure_record(actor: Actor, record_id: int) -> ErasureRecord:
    """Raises NotFound, LoginRequired, NotAllowed."""
    found = erasure_records(actor).filter(pk=record_id).first()
    if found is None:
        raise NotFound
    return found


def canonical_json(record: ErasureRecord) -> str:
    """The text whose SHA-256 is the record's: keys sorted, no blanks, times in UTC."""
    content = {
        "municipality": record.municipality.ags,
        "slot": record.slot_id,
        "workshop_title": record.workshop_title,
        "slot_starts_at": _utc(record.slot_starts_at),
        "rule": record.rule,
        "counts": record.counts,
        "erased_by": record.erased_by,
        "erased_at": _utc(record.erased_at),
    }
    if record.held_at is not None:
        # Only here, so that the hashes of older records still stand.
        content["held_at"] = _utc(record.held_at)
    if record.hold_lifted_at is not None:
        content["hold_lifted_at"] = _utc(record.hold_lifted_at)
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
