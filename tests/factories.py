"""Rows every test may need: towns, people, roles. Written straight to the database, valid by its
constraints; what a test is about it makes through the services.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from string import ascii_uppercase, digits
from typing import Any

from allauth.account.models import EmailAddress

from participation.models import Membership, Municipality, Theme, User
from participation.models.access import NETWORK_ROLES, Role

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PASSWORD = "sommer-im-sauerland"

_numbers = count(1)
# Two letters or digits a town, starting where no real town's code is: 0A, 0B …
_codes = [first + second for first in digits + ascii_uppercase for second in ascii_uppercase]


def make_town(slug: str = "", **fields: Any) -> Municipality:
    """An active town with its own key, slug and code."""
    number = next(_numbers)
    slug = slug or f"stadt-{number}"
    name = fields.pop("name", slug.replace("-", " ").title())
    defaults: dict[str, Any] = {
        "ags": f"{99_000_000 + number:08d}",
        "code": _codes[number % len(_codes)],
        "official_name": f"Stadt {name}",
        "kind": Municipality.Kind.TOWN,
        "district": "Märkischer Kreis",
        "state": Municipality.State.ACTIVE,
        "population": 52_000,
        "population_date": date(2024, 12, 31),
        "population_source": "Destatis, GV100AD",
        "area_km2": Decimal("86.08"),
        "area_source": "Destatis, GV100AD",
        "lat": 51.44,
        "lon": 7.79,
        "postal_codes": ["58706"],
    }
    return Municipality.objects.create(slug=slug, name=name, **{**defaults, **fields})


def make_user(email: str = "", **fields: Any) -> User:
    """A person who can log in with `PASSWORD`; the address is confirmed."""
    email = email or f"person-{next(_numbers)}@example.org"
    user = User.objects.create_user(email, fields.pop("password", PASSWORD), **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def member(user: User | None, town: Municipality | None, role: str = Role.ADMIN) -> User:
    """`user` (or a new person) with this role in the town; network roles ignore the town."""
    user = user or make_user()
    Membership.objects.create(
        user=user,
        municipality=None if role in NETWORK_ROLES else town,
        role=role,
        valid_from_at=LONG_AGO,
    )
    return user


def make_theme(slug: str = "", municipality: Municipality | None = None, **fields: Any) -> Theme:
    """A theme of the whole network, or of one town."""
    slug = slug or f"thema-{next(_numbers)}"
    names = {"name_de": slug.title(), "name_en": slug.title()}
    return Theme.objects.create(slug=slug, municipality=municipality, **{**names, **fields})
