"""Ideas in any state, straight to the database, valid by its constraints."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django_tasks_db.models import DBTaskResult

from participation import actors
from participation.actors import Actor
from participation.models import Campaign, Idea, Municipality, Phase, Theme, User
from participation.models.access import Role
from participation.models.ideas import LISTED_STATES, State
from participation.services.ideas import IdeaDraft
from tests.factories import make_theme, make_user, member

_numbers = count(1)


def shared_theme(slug: str = "mobilitaet") -> Theme:
    found = Theme.objects.filter(municipality=None, slug=slug).first()
    return found or make_theme(slug)


def make_idea(
    town: Municipality, now: datetime, state: str = State.PUBLISHED, **fields: Any
) -> Idea:
    number = next(_numbers)
    public = state in LISTED_STATES or state in (State.HIDDEN, State.MERGED)
    defaults: dict[str, Any] = {
        "reference": f"{town.code}-2026-{number:05d}",
        "theme": fields.pop("theme", None) or shared_theme(),
        "title": f"Mehr Bänke am Fluss {number}",
        "text": "Zum Ausruhen.",
        "state": state,
        "state_before": State.PUBLISHED if state in (State.HIDDEN, State.MERGED) else "",
        "created_at": now,
        "confirmed_at": now,
        "submitted_at": now,
        "published_at": now if public else None,
        "due_at": now + timedelta(days=42),
    }
    return Idea.objects.create(municipality=town, **{**defaults, **fields})


def make_campaign(
    town: Municipality, now: datetime, *, running: bool = True, **fields: Any
) -> Campaign:
    campaign = Campaign.objects.create(
        municipality=town, slug=f"aufruf-{next(_numbers)}", title="Unsere Innenstadt", **fields
    )
    shift = timedelta(days=0 if running else 30)
    Phase.objects.create(
        campaign=campaign,
        kind=Phase.Kind.COLLECT,
        starts_at=now - timedelta(days=1) - shift,
        ends_at=now + timedelta(days=1) - shift,
        allows_ideas=True,
        allows_supports=True,
    )
    return campaign


def draft(**fields: Any) -> IdeaDraft:
    shared_theme()
    defaults: dict[str, Any] = {
        "title": "Mehr Schatten auf dem Markt",
        "text": "Im Sommer ist es dort zu heiß.",
        "theme": "mobilitaet",
        "email": "kim@example.org",
        "name": "Kim",
    }
    return IdeaDraft(**{**defaults, **fields})


def staff(town: Municipality, now: datetime, role: str = Role.CASE_WORKER) -> Actor:
    return actors.for_user(member(None, town, role), town, now)


def person(town: Municipality, now: datetime, user: User | None = None) -> Actor:
    return actors.for_user(user or make_user(), town, now)


def run_tasks() -> None:
    """What the worker would do now, on this test's connection."""
    for row in DBTaskResult.objects.order_by("enqueued_at"):
        row.task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
        row.delete()
