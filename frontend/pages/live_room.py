"""What the room writes, without JavaScript: questions, agreement, table cards, reactions."""

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from frontend.forms.fields import add_rule
from frontend.forms.live_room import AskForm, CardForm
from frontend.pages.live_seat import note_visit, token_of
from frontend.town import actor_of
from participation.errors import NotFound, RuleBroken
from polls import queries, tickets
from polls.errors import NoSuchContribution, SeatRequired
from polls.models import Contribution, LiveSession
from polls.models.contributions import Reaction
from polls.services import contributions, reactions, upvotes
from polls.services.contributions import Words

ON_THE_WALL = 6
ON_THE_WALL_WITH_CARDS = 3
ON_A_PAGE = 500
FORMS: dict[str, type[forms.Form]] = {"question": AskForm, "card": CardForm}


@dataclass(frozen=True, slots=True)
class Said:
    """A contribution as this phone sees it."""

    id: str
    text: str
    state: str
    votes: int
    pinned: bool
    agreed: bool
    idea: str | None


@dataclass(frozen=True, slots=True)
class RoomView:
    qa: bool
    cards_open: bool
    reactions: bool
    questions: list[Said]
    cards: list[Said]
    answers: list[Said]
    own: dict[str, list[Said]]

    @property
    def is_open(self) -> bool:
        return self.qa or self.cards_open or self.reactions

    @property
    def on_the_wall(self) -> list[Said]:
        limit = ON_THE_WALL_WITH_CARDS if self.cards_on_the_wall else ON_THE_WALL
        return _shown(self.questions)[:limit]

    @property
    def cards_on_the_wall(self) -> list[Said]:
        return _shown(self.cards)

    @property
    def answers_on_the_wall(self) -> list[Said]:
        return _shown(self.answers)

    @property
    def is_on_the_wall(self) -> bool:
        return bool(self.on_the_wall or self.cards_on_the_wall)


def _shown(rows: list[Said]) -> list[Said]:
    return [row for row in rows if row.state == Contribution.State.SHOWN]


def room_of(snapshot: dict[str, Any]) -> RoomView:
    """The snapshot's `room`, with what this seat wrote and agreed with."""
    room, own = snapshot["room"], snapshot["own_room"]
    agreed, live = set(own["upvotes"]), snapshot["state"] == LiveSession.State.LIVE
    seen = {row["id"] for row in room["items"]}

    def said(rows: list[dict[str, Any]], kind: str) -> list[Said]:
        return [
            Said(
                id=row["id"],
                text=row["text"],
                state=row["state"],
                votes=row["votes"],
                pinned=row["pinned"],
                agreed=row["id"] in agreed,
                idea=row["idea"],
            )
            for row in rows
            if row["kind"] == kind
        ]

    hers = [row for row in own["items"] if row["kind"] == "card" or row["id"] not in seen]
    return RoomView(
        qa=live and room["qa"] != LiveSession.Moderation.OFF,
        cards_open=live and room["cards"],
        reactions=live and room["reactions"],
        questions=said(room["items"], "question"),
        cards=said(room["items"], "card"),
        answers=said(room["items"], "answer"),
        own={"question": said(hers, "question"), "card": said(hers, "card")},
    )


def context_of(snapshot: dict[str, Any]) -> dict[str, Any]:
    """What the parts of the room need on any page for phones."""
    return {
        "room": room_of(snapshot),
        "ask_form": fresh("question"),
        "card_form": fresh("card"),
        "signs": signs(),
    }


def signs() -> list[tuple[str, Any]]:
    """Each reaction: its name, and what it says."""
    return list(Reaction.choices)


def written(session: LiveSession) -> dict[str, list[Any]]:
    """For the results page: what was shown of questions and cards, most agreed with first."""
    found: dict[str, list[Any]] = {}
    for row in queries.room_contributions(session, staff=False)[:ON_A_PAGE]:
        found.setdefault(row.kind, []).append(row)
    return found


def fresh(kind: str) -> forms.Form:
    return FORMS[kind](initial={"id": uuid.uuid4()}, auto_id=f"{kind}_%s")


@never_cache
def room(request: HttpRequest, code: str) -> HttpResponse:
    """The room on a page of its own; POST does what its `action` says."""
    session = queries.session_by_code(code)
    request.actor = actor_of(request, session.municipality)  # type: ignore[attr-defined]
    if session.state == LiveSession.State.DRAFT:
        return redirect("live_vote", code=session.code)
    token = token_of(request, session)
    note_visit(request, session)
    if request.method != "POST":
        return _page(request, session, token)
    action = request.POST.get("action", "")
    if action in FORMS:
        return _contribute(request, session, token, action)
    try:
        _tap(request, session, token, action)
    except RuleBroken as error:
        messages.error(request, str(error.message))
        return redirect("live_vote", code=session.code)
    if action == "react":
        messages.success(request, _("Ihre Reaktion ist angekommen."))
        return redirect("live_vote", code=session.code)
    return redirect(f"{reverse('live_vote', args=[session.code])}#saal")


def _contribute(request: HttpRequest, session: LiveSession, token: str, kind: str) -> HttpResponse:
    form = FORMS[kind](request.POST, auto_id=f"{kind}_%s")
    if not form.is_valid():
        return _page(request, session, token, {f"{_name(kind)}_form": form})
    given = form.cleaned_data
    words = Words(given["id"], kind, given["text"], given.get("consent", False))
    try:
        kept = contributions.contribute(
            code=session.code, seat=_seat(session, token), words=words, now=timezone.now()
        )
    except RuleBroken as error:
        add_rule(form, error, field="text")
        return _page(request, session, token, {f"{_name(kind)}_form": form})
    if kept.state == Contribution.State.PENDING:
        messages.success(request, _("Angekommen. Die Moderation sieht sie sich gleich an."))
    else:
        messages.success(request, _("Angekommen und für alle zu sehen."))
    return redirect("live_vote", code=session.code)


def _tap(request: HttpRequest, session: LiveSession, token: str, action: str) -> None:
    """Raises NotFound for an unknown action, and what the services raise."""
    seat = _seat(session, token)
    if action == "react":
        reactions.react(code=session.code, seat=seat, kind=request.POST.get("kind", ""))
        return
    if action not in {"agree", "disagree"}:
        raise NotFound
    try:
        key = uuid.UUID(request.POST.get("id", ""))
    except ValueError:
        raise NoSuchContribution from None
    wish = upvotes.Wish(session.pk, seat, key, up=action == "agree")
    upvotes.cast_one(wish, timezone.now())


def _page(
    request: HttpRequest,
    session: LiveSession,
    token: str,
    failed: dict[str, forms.Form] | None = None,
) -> HttpResponse:
    seat = tickets.seat_of(token, session.code) if token else None
    snapshot = queries.snapshot(session, now=timezone.now(), seat=seat)
    context = {"session": session, "code": session.code, **context_of(snapshot), **(failed or {})}
    return render(request, "live/room.html", context, status=422 if failed else 200)


def _seat(session: LiveSession, token: str) -> uuid.UUID:
    seat = tickets.seat_of(token, session.code) if token else None
    if seat is None:
        raise SeatRequired(
            _("Ihr Platz ging verloren. Bitte erlauben Sie Cookies und laden Sie die Seite neu.")
        )
    return seat


def _name(kind: str) -> str:
    return "ask" if kind == "question" else kind
