"""What two doors without a network decided differently: who, when, where, by which device."""

from collections.abc import Sequence
from typing import TypedDict

from django.db.models import Q, QuerySet

from participation.actors import Actor
from participation.models import ApiKey, Device, User
from workshops import policy
from workshops.models import RefusedWalkIn, Scan
from workshops.queries.door import door_slot

DETAILS = ("booking", "ticket", "first_scan")


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


def door_conflicts(actor: Actor, slot_id: int) -> QuerySet[Scan]:
    """What a door without a network did and the server would not have: whom it let in, let out or
    took back, unknown codes too.

    Two statements. Raises LoginRequired, NotAllowed, NotFound.
    """
    policy.run_door(actor)
    slot = door_slot(actor, slot_id)
    refused = Q(outcome=Scan.Outcome.REFUSED, offline=True)
    return (
        Scan.objects.filter(Q(outcome=Scan.Outcome.CONFLICT) | refused, slot=slot)
        .select_related(*DETAILS)
        .order_by("occurred_at", "pk")
    )


class RefusedParty(TypedDict):
    """People without a booking who did not fit; `code` of the booking they have got since."""

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
    code: str


def refused_walk_ins(actor: Actor, slot_id: int) -> QuerySet[RefusedWalkIn]:
    """Whom a door without a network let in beyond the seats, settled or not.

    Two statements. Raises LoginRequired, NotAllowed, NotFound.
    """
    policy.run_door(actor)
    rows = RefusedWalkIn.objects.filter(slot=door_slot(actor, slot_id))
    return rows.select_related("booking").order_by("occurred_at", "pk")


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
            "code": row.booking.code if row.booking else "",
        }
        for row in rows
    ]


def described(actor: Actor, scans: Sequence[Scan]) -> list[Conflict]:
    """At most three statements, for the names of all devices, people and keys."""
    firsts = [scan.first_scan for scan in scans if scan.first_scan is not None]
    names = names_of(actor, {scan.principal for scan in (*scans, *firsts)})
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
        }
        for scan in scans
    ]


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
