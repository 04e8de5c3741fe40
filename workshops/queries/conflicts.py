"""What two doors without a network decided differently: who, when, where, by which device."""

from collections.abc import Sequence
from typing import TypedDict

from django.db.models import Prefetch, Q, QuerySet

from participation.actors import Actor
from participation.models import ApiKey, Device, User
from workshops import policy
from workshops.models import RefusedAnswer, RefusedWalkIn, Scan, SettledConflict
from workshops.queries.door import door_slot

DETAILS = ("booking", "ticket", "first_scan", "settled")


class Moment(TypedDict):
    """One scan in words: `by` names the device, the person or the key."""

    occurred_at: object
    gate: str
    by: str


class Conflict(TypedDict):
    """`seats` the seat meant, or none for a whole booking; `first` the entry that stood already."""

    id: int
    kind: str
    outcome: str
    reason: str
    code: str
    name: str
    seat: int | None
    received_at: object
    skew_seconds: int | None
    scan: Moment
    first: Moment | None
    settled_at: object
    settled_by: str
    note: str


def door_conflicts(actor: Actor, slot_id: int, *, settled: bool | None = None) -> QuerySet[Scan]:
    """What a door without a network did and the server would not have: whom it let in, let out or
    took back, unknown codes too; settled or not, or only those.

    Two statements. Raises LoginRequired, NotAllowed, NotFound.
    """
    policy.run_door(actor)
    slot = door_slot(actor, slot_id)
    refused = Q(outcome=Scan.Outcome.REFUSED, offline=True)
    rows = Scan.objects.filter(Q(outcome=Scan.Outcome.CONFLICT) | refused, slot=slot)
    if settled is not None:
        rows = rows.filter(settled__isnull=not settled)
    return rows.select_related(*DETAILS).order_by("occurred_at", "pk")


class GivenAtDoor(TypedDict):
    """An answer as people read it."""

    question: str
    answer: str


class RefusedParty(TypedDict):
    """People without a booking who did not fit; `code` of the booking they have got since, which
    has their `answers` from then on."""

    id: int
    party_size: int
    name: str
    gate: str
    by: str
    reason: str
    occurred_at: object
    received_at: object
    settled_at: object
    settled_by: str
    note: str
    answers: list[GivenAtDoor]
    code: str


def refused_walk_ins(actor: Actor, slot_id: int) -> QuerySet[RefusedWalkIn]:
    """Whom a door without a network let in beyond the seats, settled or not.

    Three statements. Raises LoginRequired, NotAllowed, NotFound.
    """
    policy.run_door(actor)
    rows = RefusedWalkIn.objects.filter(slot=door_slot(actor, slot_id)).select_related("booking")
    answers = RefusedAnswer.objects.select_related("question").order_by(
        "question__position", "question", "pk"
    )
    return rows.prefetch_related(Prefetch("given_answers", answers)).order_by("occurred_at", "pk")


def refused_described(actor: Actor, rows: Sequence[RefusedWalkIn]) -> list[RefusedParty]:
    """At most three statements, for the names."""
    names = names_of(actor, {one for row in rows for one in (row.principal, row.settled_by)})
    return [
        {
            "id": row.pk,
            "party_size": row.party_size,
            "name": row.name,
            "gate": row.gate,
            "by": names.get(row.principal, ""),
            "reason": row.reason,
            "occurred_at": row.occurred_at,
            "received_at": row.received_at,
            "settled_at": row.settled_at,
            "settled_by": names.get(row.settled_by, ""),
            "note": row.note,
            "answers": [
                {"question": given.question.text, "answer": given.as_text}
                for given in row.given_answers.all()
            ],
            "code": row.booking.code if row.booking else "",
        }
        for row in rows
    ]


def described(actor: Actor, scans: Sequence[Scan]) -> list[Conflict]:
    """At most three statements, for the names of all devices, people and keys."""
    firsts = [scan.first_scan for scan in scans if scan.first_scan is not None]
    rows = [(scan, _settled(scan)) for scan in scans]
    seen_to = {settled.settled_by for _scan, settled in rows if settled}
    names = names_of(actor, seen_to | {scan.principal for scan in (*scans, *firsts)})
    return [
        {
            "id": scan.pk,
            "kind": scan.kind,
            "outcome": scan.outcome,
            "reason": scan.reason,
            "code": scan.booking.code if scan.booking else "",
            "name": (scan.ticket.name if scan.ticket else "")
            or (scan.booking.name if scan.booking else ""),
            "seat": scan.ticket.seq if scan.ticket else None,
            "received_at": scan.received_at,
            "skew_seconds": scan.skew_seconds,
            "scan": _moment(scan, names),
            "first": _moment(scan.first_scan, names) if scan.first_scan else None,
            "settled_at": settled.settled_at if settled else None,
            "settled_by": names.get(settled.settled_by, "") if settled else "",
            "note": settled.note if settled else "",
        }
        for scan, settled in rows
    ]


def _settled(scan: Scan) -> SettledConflict | None:
    found: SettledConflict | None = getattr(scan, "settled", None)
    return found


def _moment(scan: Scan, names: dict[str, str]) -> Moment:
    return {
        "occurred_at": scan.occurred_at,
        "gate": scan.gate,
        "by": names.get(scan.principal, ""),
    }


def names_of(actor: Actor, principals: set[str]) -> dict[str, str]:
    """`device-9` → its name; who is gone, or another town's, has none."""
    ids: dict[str, list[int]] = {"device": [], "key": [], "user": []}
    for principal in principals:
        kind, _dash, number = principal.partition("-")
        if kind in ids and number.isdecimal():
            ids[kind].append(int(number))
    devices = Device.objects.of(actor.town).filter(pk__in=ids["device"])
    keys = ApiKey.objects.of(actor.town).filter(pk__in=ids["key"])
    people = User.objects.filter(pk__in=ids["user"], memberships__municipality=actor.town)
    return {
        **{f"device-{device.pk}": device.name for device in devices.order_by("pk")},
        **{f"key-{key.pk}": key.name for key in keys.order_by("pk")},
        **{f"user-{person.pk}": person.get_full_name() for person in people.order_by("pk")},
    }
