"""The guests of a date as the desk sees them: who comes, who waits, how it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from participation.actors import Actor
from participation.errors import NotFound
from participation.sheets import Cell
from workshops import policy
from workshops.models import Booking, GuestMessage, Slot, Ticket, WaitEntry

OTHER_DATES = 5
FULL_DATES = 5
State = Booking.State

CALLED_OFF = Q(
    state=State.CANCELLED,
    cancelled_by=Booking.CancelledBy.VENUE,
    slot__state=Slot.State.CANCELLED,
    erased_at=None,
)
# What the guest list can be narrowed to.
SHOWN: dict[str, Q] = {
    "coming": Q(state__in=(State.HELD, *Booking.COMING)),
    "held": Q(state=State.HELD),
    "answered": Q(state__in=Booking.COMING, reconfirmed_at__isnull=False),
    "silent": Q(state=State.CONFIRMED, reconfirm_asked_at__isnull=False, reconfirmed_at=None),
    # Whom to call: who comes, and whose date we have called off.
    "no_email": Q(Q(state__in=Booking.COMING) | CALLED_OFF, email=""),
    "no_show": Q(state=State.NO_SHOW),
    "cancelled": Q(state=State.CANCELLED),
}
DEFAULT_SHOWN = "coming"


def guests(actor: Actor, slot_id: int, *, text: str = "", shown: str = "") -> QuerySet[Booking]:
    """The bookings of a date by name, each with `seats_present`; `shown` names a key of SHOWN.

    One statement. `text` is looked for in names, codes, addresses and organisations.
    """
    policy.run_programme(actor)
    inside = Q(tickets__revoked_at=None, tickets__entered_at__isnull=False)
    rows = (
        Booking.objects.of(actor.town)
        .filter(SHOWN.get(shown, SHOWN[DEFAULT_SHOWN]), slot_id=slot_id)
        .select_related("access_needs")
        .annotate(seats_present=Count("tickets", filter=inside))  # type: ignore[no-redef]
    )
    if text := text.replace("\x00", "").strip():
        named = Ticket.objects.filter(booking=OuterRef("pk"), name__icontains=text)
        rows = rows.filter(
            Q(name__icontains=text)
            | Q(code__iexact=text.replace(" ", ""))
            | Q(email__icontains=text)
            | Q(organisation__icontains=text)
            | Exists(named)
        )
    return rows.order_by("name", "pk")


class GuestCounts(TypedDict):
    """Bookings by what the list shows, and seats: confirmed and only held."""

    coming: int
    held: int
    answered: int
    silent: int
    no_email: int
    no_show: int
    cancelled: int
    seats_confirmed: int
    seats_held: int


def guest_counts(actor: Actor, slot_id: int) -> GuestCounts:
    """One statement."""
    policy.run_programme(actor)
    counted = Booking.objects.of(actor.town).filter(slot_id=slot_id)
    counts: GuestCounts = counted.aggregate(  # type: ignore[assignment]  # its keys are these
        **{name: Count("pk", filter=shown) for name, shown in SHOWN.items()},
        seats_confirmed=Coalesce(Sum("party_size", filter=Q(state__in=Booking.COMING)), 0),
        seats_held=Coalesce(Sum("party_size", filter=Q(state=State.HELD)), 0),
    )
    return counts


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: list[str]
    rows: list[list[Cell]]


def guest_table(
    actor: Actor, slot: Slot, *, text: str = "", shown: str = "", needs: bool = False
) -> Table:
    """The guest list to take away. What a party needs to take part leaves only where it is asked
    for (`needs`): it is nobody's business but the room's."""
    columns = [
        _("Name"),
        _("Einrichtung"),
        _("Plätze"),
        _("Da"),
        _("Code"),
        _("Stand"),
        _("Zusage"),
        _("E-Mail-Adresse"),
        _("Telefon"),
        _("Gebucht am"),
    ]
    rows: list[list[Cell]] = [
        [
            booking.name,
            booking.organisation,
            booking.party_size,
            booking.seats_present,
            booking.code,
            booking.get_state_display(),
            answer_word(booking),
            booking.email,
            booking.phone,
            booking.created_at,
            *([needs_of(booking)] if needs else []),
        ]
        for booking in guests(actor, slot.pk, text=text, shown=shown)
    ]
    if needs:
        columns.append(_("Braucht"))
    title = _("Gäste")
    return Table(f"{title} {slot.starts_at:%Y-%m-%d}", columns, rows)


def needs_of(booking: Booking) -> str:
    return str(getattr(booking, "access_needs", ""))


def answer_word(booking: Booking) -> str:
    """Whether they said that they come; empty where nobody asked."""
    if booking.reconfirmed_at:
        return _("kommt")
    return _("keine Antwort") if booking.is_silent else ""


def door_rows(actor: Actor, slot_id: int) -> QuerySet[Booking]:
    """The door list on paper: who may come in, by name, with `seats_present`."""
    return guests(actor, slot_id).filter(state__in=Booking.COMING).prefetch_related("tickets")


def messages(actor: Actor, slot_id: int) -> QuerySet[GuestMessage]:
    """What the desk wrote to the guests of a date, the newest first."""
    policy.run_programme(actor)
    return GuestMessage.objects.of(actor.town).filter(slot_id=slot_id).order_by("-sent_at", "-pk")


def recipients(actor: Actor, slot_id: int) -> int:
    """How many mails a message to the guests is: one statement."""
    policy.run_programme(actor)
    return Booking.objects.of(actor.town).filter(slot_id=slot_id).to_be_written_to().count()


# --- The minimum number --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Minimum:
    """How a date stands against its minimum: `light` is red below half of it, yellow below, green
    from it on or once it is decided that the date takes place."""

    light: str
    needed: int
    taken: int
    is_decided: bool

    @property
    def missing(self) -> int:
        return max(self.needed - self.taken, 0)


def minimum(slot: Slot) -> Minimum | None:
    """None where the date has no minimum, or is off: its seats are free again."""
    if slot.min_seats is None or slot.is_cancelled:
        return None
    decided = slot.decided_at is not None
    if decided or slot.seats_taken >= slot.min_seats:
        light = "green"
    else:
        light = "yellow" if 2 * slot.seats_taken >= slot.min_seats else "red"
    return Minimum(light, slot.min_seats, slot.seats_taken, decided)


def full_dates(actor: Actor, now: datetime) -> list[Slot]:
    """The town's next dates without a free seat, soonest first, each with how many parties wait for
    one (`parties_waiting`): for its desk, one statement."""
    policy.run_programme(actor)
    waiting = Count("wait_entries", filter=Q(wait_entries__state=WaitEntry.State.WAITING))
    rows = (
        Slot.objects.of(actor.town)
        .filter(state=Slot.State.OPEN, starts_at__gt=now, seats_taken__gte=F("capacity"))
        .select_related("workshop")
        .annotate(parties_waiting=waiting)
    )
    return list(rows.order_by("starts_at", "pk")[:FULL_DATES])


def dates_with_seats(slot: Slot, *, after: datetime) -> list[Slot]:
    """The next dates of the same workshop that can be booked, soonest first."""
    rows = Slot.objects.filter(
        workshop=slot.workshop, state=Slot.State.OPEN, starts_at__gt=after
    ).exclude(pk=slot.pk)
    return [one for one in rows.order_by("starts_at", "pk")[: 4 * OTHER_DATES] if one.seats_left][
        :OTHER_DATES
    ]


# --- The waiting list ----------------------------------------------------------------------------


def callers_with_seats(actor: Actor) -> QuerySet[WaitEntry]:
    """Who has no address and must be called before the seats set aside go on; by their end."""
    policy.run_programme(actor)
    return (
        WaitEntry.objects.of(actor.town)
        .filter(state=WaitEntry.State.OFFERED, email="")
        .select_related("slot__workshop", "offer")
        .order_by("offer__hold_expires_at", "pk")
    )


def wait_entry(actor: Actor, pk: int) -> WaitEntry:
    """For the desk. Raises NotFound."""
    policy.run_programme(actor)
    found = WaitEntry.objects.of(actor.town).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def wait_entry_by_code(actor: Actor, code: str) -> WaitEntry:
    """For the desk; the API names entries by their code. Raises NotFound."""
    policy.run_programme(actor)
    found = WaitEntry.objects.of(actor.town).filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def place_in_line(entry: WaitEntry) -> int:
    """How many are served before this one, plus one; a smaller party may still be served sooner."""
    earlier = Q(created_at__lt=entry.created_at) | Q(created_at=entry.created_at, pk__lt=entry.pk)
    ahead = WaitEntry.objects.filter(
        Q(priority__gt=entry.priority) | Q(priority=entry.priority) & earlier,
        slot_id=entry.slot_id,
        state=WaitEntry.State.WAITING,
    )
    return ahead.count() + 1
