"""Look at what the room writes: show it, put it away, answer it, make an idea of a card."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from frontend.pages import live_room, live_steps
from frontend.town import town_page
from participation import queries as network
from participation.actors import Actor
from participation.errors import NotFound, RuleBroken
from participation.models.access import Scope
from polls import queries
from polls.errors import NoSuchContribution
from polls.models import Contribution, LiveSession
from polls.services import contributions, rounds

PER_PAGE = 50
ON_THE_REMOTE = 12
STATES = {"show": "shown", "answer": "answered", "archive": "archived"}
PINS = {"pin": True, "unpin": False}
# What waits is looked at first.
TABS = ("pending", "shown", "answered", "archived")


@never_cache
@town_page(Scope.LIVE)
def room(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """For whoever moderates beside the facilitator: one state at a time."""
    session = queries.own_session(actor, code)
    state = request.GET.get("status", "")
    state = state if state in TABS else "pending"
    kind = request.GET.get("art", "")
    kind = kind if kind in Contribution.Kind.values else ""
    rows = queries.room_contributions(session, staff=True, kind=kind, state=state)
    counts = queries.counts_by_state(session)
    context = {
        "session": session,
        "code": session.code,
        "kind": kind,
        "state": state,
        "kinds": Contribution.Kind.choices,
        "tabs": [(tab, Contribution.State(tab).label, counts[tab]) for tab in TABS],
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        **_themes(actor, session),
    }
    return render(request, "desk/live/room.html", context)


def standing(actor: Actor, session: LiveSession) -> dict[str, Any]:
    """For the remote: what waits, then what is shown."""
    waiting, shown = (
        list(queries.room_contributions(session, staff=True, state=state)[:ON_THE_REMOTE])
        for state in ("pending", "shown")
    )
    counts = queries.counts_by_state(session)
    return {
        "room_rows": [*waiting, *shown][:ON_THE_REMOTE],
        "room_waiting": counts["pending"],
        "room_any": sum(counts.values()) > 0 or session.qa != "off" or session.cards,
        "signs": live_room.signs(),
        **_themes(actor, session),
    }


@require_POST
@town_page(Scope.LIVE)
def step(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One press of a button: the `step`, and the contribution's `id`."""
    session, refused = queries.own_session(actor, code), False
    try:
        _take_step(request, actor, session)
    except RuleBroken as error:
        messages.error(request, str(error.message))
        refused = True
    otherwise = reverse("desk_live_room", args=[actor.town.slug, session.code])
    return redirect(live_steps.came_from(request, otherwise, refused=refused))


def _take_step(request: HttpRequest, actor: Actor, session: LiveSession) -> None:
    """Raises NotFound for an unknown step, and what the services raise."""
    name, now = request.POST.get("step", ""), timezone.now()
    if name == "wall":
        rounds.set_focus(actor=actor, code=session.code, round_id=None, now=now)
        messages.success(request, _("Die Wand zeigt jetzt die Fragen aus dem Saal."))
        return
    try:
        key = uuid.UUID(request.POST.get("id", ""))
    except ValueError:
        raise NoSuchContribution from None
    if name == "idea":
        card = contributions.pass_on(
            actor=actor,
            code=session.code,
            contribution_id=key,
            now=now,
            theme=request.POST.get("theme", ""),
        )
        made = _("Die Karte ist jetzt die Idee %(reference)s und wartet auf die Freigabe.")
        messages.success(request, made % {"reference": card.idea.reference if card.idea else ""})
        return
    if name not in STATES and name not in PINS:
        raise NotFound
    contributions.moderate(
        actor=actor,
        code=session.code,
        contribution_id=key,
        state=STATES.get(name),
        pinned=PINS.get(name),
    )


def _themes(actor: Actor, session: LiveSession) -> dict[str, Any]:
    return {"themes": network.themes(actor), "last_theme": queries.last_card_theme(session)}
