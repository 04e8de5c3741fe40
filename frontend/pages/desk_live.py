"""The facilitator's pages: prepare a live session, and run it from a phone."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend import dates
from frontend.forms.fields import add_rule
from frontend.forms.live import CodesForm, QuestionForm, SessionForm
from frontend.forms.live_question_types import TYPES
from frontend.pages import desk_room, live_stage, live_steps
from frontend.pages.prints import personal
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound, RuleBroken
from participation.models.access import Scope
from polls import queries
from polls.errors import NoSuchRound
from polls.live import presence
from polls.models import LiveSession
from polls.services import access_codes, clouds, players, questions, records, rounds
from polls.services import sessions as evenings
from workshops import queries as workshops

PER_PAGE = 30
OFFERED_SLOTS = 100


@town_page(Scope.LIVE)
def sessions(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All live sessions of the town, and the form for a new one."""
    form = SessionForm(
        request.POST if request.method == "POST" else None, slots=coming_slots(actor)
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            session = evenings.create_session(
                actor=actor,
                title=chosen["title"],
                eligibility=chosen["eligibility"],
                visibility=chosen["visibility"],
                slot_id=form.slot_id,
                now=timezone.now(),
            )
        except InvalidInput as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Die Live-Runde ist angelegt. Stellen Sie nun Fragen."))
            return redirect("desk_live_run", slug=actor.town.slug, code=session.code)
    page = Paginator(queries.sessions(actor), PER_PAGE).get_page(request.GET.get("page"))
    rehearsals = queries.rehearsals(actor)[:PER_PAGE]
    context = {"form": form, "page_obj": page, "rehearsals": rehearsals}
    return render(request, "desk/live/sessions.html", context, status=422 if form.errors else 200)


@town_page(Scope.LIVE)
def run(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Prepare and run: everything about one session on one page."""
    return _run_page(request, actor, queries.own_session(actor, code))


@require_POST
@town_page(Scope.LIVE)
def question(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    session = queries.own_session(actor, code)
    form = QuestionForm(request.POST)
    if form.is_valid():
        try:
            made = questions.add_question(actor=actor, code=session.code, wording=form.wording())
        except RuleBroken as error:
            _add_rule(form, error)
        else:
            messages.success(request, _("Die Frage steht bereit."))
            return redirect(live_steps.place_of(actor, session, made))
    return _run_page(request, actor, session, question_form=form)


SESSION_STEPS: dict[str, Callable[..., Any]] = {
    "start": evenings.start_session,
    "end": evenings.end_session,
    "publish": records.publish_session,
}
ROUND_STEPS: dict[str, Callable[..., Any]] = {
    "open": rounds.open_round,
    "close": rounds.close_round,
    "reveal": rounds.reveal_round,
    "hide": rounds.hide_round,
    "again": rounds.again,
    "focus": rounds.set_focus,
    "extend": rounds.extend_timer,
    "hide_word": clouds.hide_word,
    "show_word": clouds.show_word,
}
# Steps that may come with a number of seconds.
TIMED = frozenset({"open", "extend"})
WORDED = frozenset({"hide_word", "show_word"})
DONE = {
    "start": gettext_lazy("Die Live-Runde läuft. Handys können jetzt beitreten."),
    "end": gettext_lazy("Die Live-Runde ist beendet."),
    "publish": gettext_lazy("Das Ergebnis ist veröffentlicht."),
    "open": gettext_lazy("Die Frage ist offen."),
    "close": gettext_lazy("Die Abstimmung ist geschlossen."),
    "reveal": gettext_lazy("Der Saal sieht jetzt das Ergebnis."),
    "hide": gettext_lazy("Das Ergebnis ist wieder verborgen."),
    "again": gettext_lazy("Ein neuer Durchgang steht bereit."),
    "extend": gettext_lazy("Die Zeit ist verlängert."),
    "hide_word": gettext_lazy("Das Wort ist aus der Wolke genommen."),
    "show_word": gettext_lazy("Das Wort ist wieder in der Wolke."),
    "show_list": gettext_lazy("Die Wand zeigt jetzt die Rangliste."),
    "remove_player": gettext_lazy("Der Spitzname ist von der Liste genommen."),
    "focus": gettext_lazy("Alle Bildschirme zeigen jetzt diese Frage."),
    **live_steps.DONE,
}


@require_POST
@town_page(Scope.LIVE)
def step(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One press of a button: the `step` and, for rounds, the `round`."""
    session = queries.own_session(actor, code)
    name, refused = request.POST.get("step", ""), False
    try:
        _take_step(actor, session, request.POST, timezone.now())
    except RuleBroken as error:
        messages.error(request, str(error.message))
        refused = True
    else:
        messages.success(request, str(DONE[name]))
    if request.POST.get("back") == "wall":
        return redirect("live_wall", code=session.code)
    remote = reverse("desk_live_run", args=[actor.town.slug, session.code])
    return redirect(live_steps.came_from(request, remote, refused=refused))


def _take_step(actor: Actor, session: LiveSession, typed: QueryDict, now: datetime) -> None:
    """Raises NotFound for an unknown step, and what the services raise."""
    name, round_ = typed.get("step", ""), typed.get("round", "")
    if name in live_steps.STEPS:
        live_steps.STEPS[name](actor, session, typed, now)
        return
    if name in SESSION_STEPS:
        SESSION_STEPS[name](actor=actor, code=session.code, now=now)
        return
    if name == "show_list":
        rounds.set_focus(actor=actor, code=session.code, round_id=None, now=now)
        return
    if name == "remove_player":
        player = typed.get("player", "")
        player_id = int(player) if player.isdecimal() and len(player) <= 18 else 0
        players.remove_player(actor=actor, code=session.code, player_id=player_id)
        return
    if name not in ROUND_STEPS:
        raise NotFound
    if not round_.isdecimal() or len(round_) > 18:
        raise NoSuchRound
    more: dict[str, Any] = {}
    if name in TIMED:
        seconds = _seconds(typed.get("seconds", ""))
        more = {"seconds": seconds if name == "open" else seconds or 0}
    if name in WORDED:
        more = {"word": typed.get("word", "")}
    ROUND_STEPS[name](actor=actor, code=session.code, round_id=int(round_), now=now, **more)


def _seconds(typed: str) -> int | None:
    """Nothing typed means no clock. What is no number is as wrong as no time at all."""
    if not typed.strip():
        return None
    return int(typed) if typed.strip().isdecimal() and len(typed) < 10 else 0


@require_POST
@town_page(Scope.LIVE)
def codes(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Single-use codes to print, shown this once."""
    session = queries.own_session(actor, code)
    form = CodesForm(request.POST)
    if not form.is_valid():
        return _run_page(request, actor, session, codes_form=form)
    if request.POST.get("als") == "pdf":
        try:
            content = access_codes.print_access_codes(
                actor=actor,
                code=session.code,
                count=form.cleaned_data["count"],
                language=get_language() or "de",
            )
        except InvalidInput as error:
            add_rule(form, error)
            return _run_page(request, actor, session, codes_form=form)
        return personal(content, f"codes-{session.code}")
    fresh = access_codes.issue_access_codes(
        actor=actor, code=session.code, count=form.cleaned_data["count"]
    )
    context = {"session": session, "code": session.code, "fresh": fresh}
    return render(request, "desk/live/codes.html", context)


def _run_page(
    request: HttpRequest,
    actor: Actor,
    session: LiveSession,
    *,
    question_form: QuestionForm | None = None,
    codes_form: CodesForm | None = None,
) -> HttpResponse:
    snapshot = queries.snapshot(session, now=timezone.now(), audience="facilitator")
    puts = live_stage.every_put(snapshot)
    by_codes = session.eligibility == LiveSession.Eligibility.CODES
    context = {
        "types": TYPES,
        "session": session,
        "code": session.code,
        "asked": live_stage.asked(puts, snapshot["focus"]),
        "focus": snapshot["focus"],
        "present": presence.number(session.code),
        "players": queries.players(session.pk) if session.leaderboard else [],
        "next": queries.next_step(session),
        "drafts": sum(put.state == "draft" for put in puts),
        "held": any(put.held for put in puts),
        "is_open": any(put.state == "open" for put in puts),
        "question_form": question_form or QuestionForm(),
        "codes_form": codes_form or CodesForm(),
        "join_address": request.get_host(),
        "papers": queries.paper_tallies(session),
        "codes_used": queries.codes_used(session) if by_codes else None,
        **desk_room.standing(actor, session),
    }
    failed = bool(question_form or codes_form)
    return render(request, "desk/live/run.html", context, status=422 if failed else 200)


def coming_slots(actor: Actor) -> list[tuple[Any, str]]:
    coming = workshops.programme(actor, from_date=timezone.localdate())[:OFFERED_SLOTS]
    return [(slot, f"{dates.when(slot.starts_at)}: {slot.workshop.title}") for slot in coming]


def _add_rule(form: QuestionForm, error: RuleBroken) -> None:
    """The page asks for the config of a question as two numbers."""
    if isinstance(error, InvalidInput) and error.attr == "config":
        form.add_error("max", str(error.message))
    else:
        add_rule(form, error)
