"""From roles, keys and devices to what someone may do, and where."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError

from participation import actors, secrets
from participation.errors import InvalidInput, LoginRequired, NotAllowed
from participation.models import Device, Membership, Municipality
from participation.models.access import Role, Scope
from participation.services import keys
from tests.factories import LONG_AGO, make_user, member

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "scopes"),
    [
        (Role.DOOR, "read door"),
        (Role.FACILITATOR, "read desk door live"),
        (Role.MODERATOR, "read moderate"),
        (Role.CASE_WORKER, "read desk moderate ideas"),
        (Role.ADMIN, "read desk door moderate ideas live admin"),
    ],
)
def test_a_role_opens_its_own_town_only(
    town: Municipality, other_town: Municipality, role: Role, scopes: str
) -> None:
    user = member(None, town, role)
    here, there = actors.for_user(user, town, NOW), actors.for_user(user, other_town, NOW)
    assert here.scopes == {Scope(scope) for scope in scopes.split()}
    assert here.is_staff
    assert there.scopes == frozenset()
    assert not there.is_staff
    assert actors.for_user(user, None, NOW).scopes == frozenset()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.AUDITOR])
def test_network_roles_open_no_town(town: Municipality, role: Role) -> None:
    user = member(None, None, role)
    actor = actors.for_user(user, town, NOW)
    assert actor.roles == {role}
    assert actor.scopes == frozenset()
    assert actors.for_user(user, None, NOW).is_coordinator == (role == Role.COORDINATOR)


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "valid"),
    [
        (NOW, None, True),
        (NOW + timedelta(seconds=1), None, False),
        (LONG_AGO, NOW, False),
        (LONG_AGO, NOW + timedelta(seconds=1), True),
    ],
)
def test_roles_for_a_time(
    town: Municipality,
    valid_from: datetime,
    valid_until: datetime | None,
    valid: bool,  # noqa: FBT001
) -> None:
    user = make_user()
    Membership.objects.create(
        user=user,
        municipality=town,
        role=Role.DOOR,
        valid_from_at=valid_from,
        valid_until_at=valid_until,
    )
    assert actors.for_user(user, town, NOW).may(Scope.DOOR) is valid


def test_two_roles_add_up(town: Municipality) -> None:
    user = member(member(None, town, Role.DOOR), town, Role.MODERATOR)
    assert actors.for_user(user, town, NOW).scopes == {Scope.READ, Scope.DOOR, Scope.MODERATE}


@pytest.mark.parametrize(("role", "in_town"), [(Role.COORDINATOR, True), (Role.DOOR, False)])
def test_the_database_keeps_network_and_town_roles_apart(
    town: Municipality,
    role: Role,
    in_town: bool,  # noqa: FBT001
) -> None:
    with pytest.raises(IntegrityError):
        Membership.objects.create(
            user=make_user(),
            municipality=town if in_town else None,
            role=role,
            valid_from_at=LONG_AGO,
        )


def test_guests(town: Municipality) -> None:
    actor = actors.for_user(AnonymousUser(), town, NOW)
    assert (actor.principal, actor.scopes, actor.town) == ("guest", frozenset(), town)
    with pytest.raises(LoginRequired):
        actor.require(Scope.READ)
    with pytest.raises(NotAllowed):
        actors.for_user(make_user(), town, NOW).require(Scope.READ)
    with pytest.raises(LookupError):
        _ = actors.guest(None).town


def test_keys(town: Municipality, other_town: Municipality) -> None:
    key, token = keys.create_key(
        municipality=town, scopes=["ideas", "read"], name="Website", now=NOW
    )
    assert actors.find_key(token) == key
    assert token not in str(vars(key))
    assert actors.find_key("nix") is None
    assert actors.for_key(key, town).scopes == {Scope.READ, Scope.IDEAS, Scope.MODERATE}
    assert actors.for_key(key, other_town).scopes == frozenset()
    assert actors.for_key(key, other_town).principal == f"key-{key.pk}"
    key.revoked_at = NOW
    key.save(update_fields=["revoked_at"])
    assert actors.find_key(token) is None


@pytest.mark.parametrize("scopes", [[], ["alles"], ["moderate"], ["read", "READ"]])
def test_scopes_no_key_has(town: Municipality, scopes: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        keys.create_key(municipality=town, scopes=scopes, name="t", now=NOW)
    assert refused.value.code == "unknown_scope"


def test_devices(town: Municipality, other_town: Municipality) -> None:
    device = Device.objects.create(
        municipality=town, name="Tor 1", token_hash=secrets.hashed("geheim"), paired_at=NOW
    )
    assert actors.find_device("geheim") == device
    actor = actors.for_device(device, town)
    assert actor.scopes == {Scope.DOOR}
    assert actor.device_id == device.pk
    assert actors.for_device(device, other_town).scopes == frozenset()
    assert actors.for_device(device, other_town).device_id is None
