"""What every template knows: the town, who is looking, and whether this is the demo."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from participation.actors import Actor


def site(request: HttpRequest) -> dict[str, Any]:
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "actor": actor,
        "town": actor.municipality if actor else None,
        "demo": settings.DEMO,
    }
