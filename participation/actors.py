"""Who is acting, for pages, REST and sockets alike. Resolved here and nowhere else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from participation import secrets
from participation.errors import LoginRequired, NotAllowed
from participation.models import ApiKey, Device, Membership, Municipality, User
from participation.models.access import Role, Scope

EVERY_TOWN_SCOPE = frozenset(Scope)
# Holds the secret of the device this browser is paired as; read at the door alone.
DEVICE_COOKIE = "door_device"

ROLE_SCOPES: dict[str, frozenset[Scope]] = {
    Role.DOOR: frozenset({Scope.READ, Scope.DOOR}),
    Role.FACILITATOR: frozenset({Scope.READ, Scope.DOOR, Scope.DESK, Scope.LIVE}),
    Role.MODERATOR: frozenset({Scope.READ, Scope.MODERATE}),
    Role.CASE_WORKER: frozenset({Scope.READ, Scope.MODERATE, Scope.IDEAS, Scope.DESK}),
    Role.ADMIN: EVERY_TOWN_SCOPE,
    # Network roles see figures, never a citizen's row: they hold no scope inside a town.
    Role.COORDINATOR: frozenset(),
    Role.AUDITOR: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone, in one municipality (or, with None, on the network's pages), with what they may do.

    `works_in_network`: holds a role somewhere, here or not, and sees what all staff may book.
    `principal` names the actor in idempotency records and rate limits: `user-3`, `key-2`,
    `device-9`, or `guest`.
    """

    municipality: Municipality | None
    user: User | None = None
    scopes: frozenset[Scope] = frozenset()
    roles: frozenset[str] = frozenset()
    principal: str = "guest"
    device_id: int | None = None
    works_in_network: bool = False

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes

    def require(self, scope: Scope) -> None:
        """Raises LoginRequired for guests, NotAllowed for everyone else without the scope."""
        if scope in self.scopes:
            return
        if self.principal == "guest":
            raise LoginRequired
        raise NotAllowed

    @property
    def town(self) -> Municipality:
        """The municipality, where there must be one."""
        if self.municipality is None:
            raise LookupError("This actor stands outside every municipality.")
        return self.municipality

    @property
    def is_staff(self) -> bool:
        """Works for this town: sees more than the public."""
        return bool(self.scopes)

    @property
    def is_coordinator(self) -> bool:
        return Role.COORDINATOR in self.roles


def guest(municipality: Municipality | None) -> Actor:
    return Actor(municipality)


def for_user(user: User | AnonymousUser, municipality: Municipality | None, now: datetime) -> Actor:
    """One query for a logged-in person, none for a guest."""
    if not isinstance(user, User):
        return guest(municipality)
    held = list(
        Membership.objects.filter(
            Q(valid_until_at=None) | Q(valid_until_at__gt=now),
            user=user,
            valid_from_at__lte=now,
        ).values_list("municipality_id", "role")
    )
    here = {None, municipality.pk if municipality else None}
    roles = frozenset(role for town_id, role in held if town_id in here)
    scopes = (
        frozenset().union(*(ROLE_SCOPES[role] for role in roles)) if municipality else frozenset()
    )
    principal = f"user-{user.pk}"
    return Actor(municipality, user, scopes, roles, principal, works_in_network=bool(held))


def for_key(key: ApiKey, municipality: Municipality | None) -> Actor:
    """A key opens its own municipality; in another it is a guest."""
    principal = f"key-{key.pk}"
    if municipality is None or key.municipality_id != municipality.pk:
        return Actor(municipality, principal=principal)
    return Actor(municipality, scopes=key_scopes(key.scopes), principal=principal)


def for_device(device: Device, municipality: Municipality | None) -> Actor:
    principal = f"device-{device.pk}"
    if municipality is None or device.municipality_id != municipality.pk:
        return Actor(municipality, principal=principal)
    scopes = frozenset({Scope.DOOR})
    return Actor(municipality, scopes=scopes, principal=principal, device_id=device.pk)


def check_still_valid(actor: Actor) -> None:
    """For what takes long: whether its device or key is still not revoked. One statement for these,
    none for others. Raises LoginRequired."""
    kind, _dash, pk = actor.principal.partition("-")
    if kind == "key":
        is_valid = ApiKey.objects.filter(pk=pk, revoked_at=None).exists()
    elif kind == "device":
        is_valid = Device.objects.filter(pk=pk, revoked_at=None).exists()
    else:
        return
    if not is_valid:
        raise LoginRequired


def system(municipality: Municipality) -> Actor:
    """The clock, the demo and imports: everything in one municipality, without a person."""
    return Actor(municipality, scopes=EVERY_TOWN_SCOPE, principal="system")


def key_scopes(granted: Iterable[str]) -> frozenset[Scope]:
    scopes = {Scope(scope) for scope in granted}
    if Scope.ADMIN in scopes:
        return EVERY_TOWN_SCOPE
    return frozenset(scopes | {Scope.MODERATE} if Scope.IDEAS in scopes else scopes)


def find_key(token: str) -> ApiKey | None:
    """The valid key with this secret and its municipality; the index on the hash compares it."""
    try:
        keys = ApiKey.objects.select_related("municipality")
        return keys.get(token_hash=secrets.hashed(token), revoked_at=None)
    except ApiKey.DoesNotExist:
        return None


def find_device(token: str) -> Device | None:
    """The paired device with this secret and its municipality."""
    devices = Device.objects.select_related("municipality")
    return devices.filter(token_hash=secrets.hashed(token), revoked_at=None).first()
