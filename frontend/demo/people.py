"""Log-ins of the demo: one for each kind of person, all with the same password."""

from dataclasses import dataclass
from datetime import datetime

from participation import queries
from participation.models import User
from participation.models.access import Role
from participation.services import people

PASSWORD = "mitwirk-demo"  # noqa: S105  (the demo's password is printed on the screen)
PIONEERS = ("arnsberg", "bad-berleburg", "menden", "olpe", "soest")


@dataclass(frozen=True, slots=True)
class Login:
    label: str
    email: str
    name: str
    roles: tuple[str, ...] = ()


LOGINS = (
    Login("Bürgerin", "buergerin@example.org", "Kim Berger"),
    Login("Einlass", "einlass@example.org", "Toni Voss", (Role.DOOR,)),
    Login("Moderation vor Ort", "moderation@example.org", "Mika Hoffmann", (Role.FACILITATOR,)),
    Login("Sachbearbeitung", "sachbearbeitung@example.org", "Alex Schulte", (Role.CASE_WORKER,)),
    Login("Leitung der Kommune", "leitung@example.org", "Robin Kramer", (Role.ADMIN,)),
    Login("Netzwerk-Koordination", "koordination@example.org", "Sascha Lange", (Role.COORDINATOR,)),
)


def load(now: datetime) -> dict[str, User]:
    """The six accounts; staff work in all five pioneer towns. Returns them by e-mail."""
    users = {}
    for login in LOGINS:
        user = people.create_account(email=login.email, name=login.name, password=PASSWORD)
        users[login.email] = user
        for role in login.roles:
            if role == Role.COORDINATOR:
                people.grant_role(user=user, role=role, municipality=None, now=now)
                continue
            for slug in PIONEERS:
                town = queries.municipality_by_slug(slug)
                people.grant_role(user=user, role=role, municipality=town, now=now)
    return users
