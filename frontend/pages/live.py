"""The pages of a live poll for everyone: join, vote, wall, results.

Voting works without JavaScript: the ballot is a form, the seat a signed cookie.
"""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache

from frontend import live_map
from frontend.forms.fields import add_rule
from frontend.forms.live import JoinForm, SeatForm
from frontend.pages import live_ballot, live_own, live_room, live_stage
from frontend.pages.live_seat import note_visit
from frontend.pages.live_seat import token_of as _token
from frontend.town import actor_of
from participation import queries as network
from participation.actors import Actor
from participation.api_base import client_address
from participation.errors import LoginRequired, NotFound, RuleBroken
from polls import policy, queries, tickets
from polls.errors import InvalidValue, NoSuchRound, SeatRequired
from polls.live import presence
from polls.models import LiveSession
from polls.services import ballots, seats
from polls.services.ballots import Cast
from workshops.tickets import qr_svg

SEAT_SECONDS = 24 * 3600


def join(request: HttpRequest) -> HttpResponse:
    """Type the code of the evening."""
    form = JoinForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        try:
            session = queries.session_by_code(form.cleaned_data["code"])
            return redirect("live_vote", code=session.code)
        except NotFound:
            form.add_error(
                "code", _("Diesen Code gibt es nicht. Bitte vergleichen Sie ihn mit der Leinwand.")
            )
    return render(request, "live/join.html", {"form": form}, status=422 if form.errors else 200)


# --- Vote ----------------------------------------------------------------------------------------


@never_cache
def vote(request: HttpRequest, code: str) -> HttpResponse:
    """The phone's page. POST takes a seat (`action=seat`) or casts the ballot."""
    session = queries.session_by_code(code)
    if session.code != code:
        return redirect("live_vote", code=session.code)
    _stand(request, session)
    note_visit(request, session)
    if request.method != "POST":
        return _vote_page(request, session, token=_token(request, session) or _free_seat(session))
    if request.POST.get("action") == "seat":
        return _take_seat(request, session)
    return _cast(request, session)


def _take_seat(request: HttpRequest, session: LiveSession) -> HttpResponse:
    if session.eligibility == LiveSession.Eligibility.ANYONE:
        return redirect("live_vote", code=session.code)
    form = SeatForm(request.POST, kind=session.eligibility)
    if form.is_valid():
        try:
            token = seats.take_seat(
                code=session.code,
                now=timezone.now(),
                address=client_address(request),
                person=actor_of(request, session.municipality).user,
                **form.evidence(),
            )
        except LoginRequired:
            return redirect_to_login(reverse("live_vote", args=[session.code]))
        except RuleBroken as error:
            add_rule(form, error, field="proof")
        else:
            return _keep_seat(redirect("live_vote", code=session.code), session, token)
    return _vote_page(request, session, seat_form=form, status=422)


def _cast(request: HttpRequest, session: LiveSession) -> HttpResponse:
    token = _token(request, session)
    again = reverse("live_vote", args=[session.code])
    if language := request.POST.get("sprache"):
        again = f"{again}?{urlencode({'sprache': language[:6]})}"
    try:
        ballots.cast_one(_ballot(request.POST, session, token), timezone.now())
    except InvalidValue:
        return _vote_page(request, session, token=token, refused=True, status=422)
    except RuleBroken as error:
        return _vote_page(
            request, session, token=token, notice=str(error.message), status=error.status
        )
    if request.POST.get("action") == "retract":
        messages.success(request, live_ballot.phrases()["retracted"])
    return redirect(again)


def _ballot(typed: QueryDict, session: LiveSession, token: str) -> Cast:
    """`action=retract` takes it back. Raises SeatRequired, NoSuchRound, InvalidValue."""
    seat = tickets.seat_of(token, session.code)
    if seat is None:
        raise SeatRequired(
            _("Ihr Platz ging verloren. Bitte erlauben Sie Cookies und laden Sie die Seite neu.")
        )
    try:
        round_id = int(typed.get("round", ""))
    except ValueError:
        raise NoSuchRound from None
    try:
        ballot = uuid.UUID(typed.get("ballot", ""))
        version = int(typed.get("version", ""))
    except ValueError:
        raise InvalidValue from None
    value = None if typed.get("action") == "retract" else live_ballot.value_of(typed)
    return Cast(session.pk, round_id, seat, ballot, version, value)


def _vote_page(  # noqa: PLR0913  (what one page can say)
    request: HttpRequest,
    session: LiveSession,
    *,
    token: str = "",
    seat_form: SeatForm | None = None,
    refused: bool = False,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    seat = tickets.seat_of(token, session.code) if token else None
    snapshot = queries.snapshot(session, now=timezone.now(), seat=seat)
    open_to_all = session.eligibility == LiveSession.Eligibility.ANYONE
    own = live_own.rows(snapshot)
    chosen = request.POST.get("round", request.GET.get("frage", ""))
    seen = live_own.seen(snapshot, own, chosen)
    stage = live_stage.voter_stage(
        seen,
        seated=open_to_all or seat is not None,
        changing="aendern" in request.GET or refused,
    )
    if own and stage.name == "between":
        stage = live_stage.Stage("list", None)
    # A seat that the page has just brought along is nobody's yet.
    if _token(request, session) and queries.is_banned(seat):
        stage = live_stage.Stage("banned", None)
    if stage.name == "seat":
        # The QR code of a printed slip brings its code along.
        brought = {"proof": request.GET.get("code", "")[:40]}
        seat_form = seat_form or SeatForm(kind=session.eligibility, initial=brought)
    context = {
        "session": session,
        "code": session.code,
        "snapshot": snapshot,
        "stage": stage,
        "own": own,
        "own_done": sum(row.done for row in own),
        "own_next": live_own.next_of(own, seen["focus"]),
        "stage_template": f"live/parts/{stage.name}.html",
        "seat_token": token,
        "seat_form": seat_form,
        "notice": notice,
        "phrases": live_ballot.phrases(),
        **live_room.context_of(snapshot),
        **_answer(request, seen, refused=refused),
    }
    response = render(request, "live/vote.html", context, status=status)
    return _keep_seat(response, session, token) if token else response


def _answer(request: HttpRequest, snapshot: dict[str, Any], *, refused: bool) -> dict[str, Any]:
    """The fields of the question in focus, as typed, or as this seat has voted; and its words."""
    asked = request.POST.get("sprache") or request.GET.get("sprache") or ""
    found = live_ballot.focus_of(snapshot)
    if found is None:
        return {}
    question, own = found
    language = live_ballot.chosen_language(asked)
    entries = dict(request.POST.lists()) if refused else live_ballot.entries_of(own)
    return {
        "form": live_ballot.form_of(question, entries, language),
        "said": live_ballot.said(question, own, language),
        "error": live_ballot.sentence(question, "problem") if refused else "",
    }


def _free_seat(session: LiveSession) -> str:
    """Where anyone may vote, the page brings a seat along; nothing is stored until it votes."""
    if session.is_live and session.eligibility == LiveSession.Eligibility.ANYONE:
        return seats.take_seat(code=session.code, now=timezone.now())
    return ""


def _keep_seat(response: HttpResponse, session: LiveSession, token: str) -> HttpResponse:
    response.set_signed_cookie(
        f"seat_{session.code}",
        token,
        max_age=SEAT_SECONDS,
        path=reverse("live_vote", args=[session.code]),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


# --- Wall and results ----------------------------------------------------------------------------


def wall(request: HttpRequest, code: str) -> HttpResponse:
    """For the projector: how to join, the question, its bars."""
    session = queries.session_by_code(code)
    actor = _stand(request, session)
    present = presence.number(session.code)
    snapshot = queries.snapshot(session, now=timezone.now(), audience="wall", presence=present)
    own = live_own.rows(snapshot)
    stage = live_stage.stage_of(snapshot)
    asked = stage.name in {"ballot", "counting", "result"}
    context: dict[str, Any] = {
        "session": session,
        "code": session.code,
        "snapshot": snapshot,
        "stage": stage,
        "own": own,
        "steers": policy.facilitates(actor, session),
        "screen": "own" if own else "question" if asked else stage.name,
        "many": stage.put is not None and live_stage.is_crowded(stage.put),
        "room": live_room.room_of(snapshot),
        "signs": live_room.signs(),
        "join_address": f"{request.get_host()}{reverse('live_join')}".rstrip("/"),
    }
    return render(request, "live/wall.html", context)


def results(request: HttpRequest, code: str) -> HttpResponse:
    """What has been revealed; facilitators see all."""
    session = queries.session_by_code(code)
    actor = _stand(request, session)
    found = queries.results(queries.live_session(actor, session.code), actor)
    context = {
        "session": session,
        "code": session.code,
        "puts": live_stage.every_put(found),
        "record": found["record"],
        "leaders": found["leaders"],
        "outcome": found["outcome"],
        "beside": queries.told_rounds(found),
        "embed_url": request.build_absolute_uri(reverse("live_embed", args=[session.code])),
        "written": live_room.written(session),
    }
    return render(request, "live/results.html", context)


@never_cache
def state(request: HttpRequest, code: str) -> JsonResponse:
    """Has it begun? What waiting phones ask: before the start there is no socket to tell them."""
    return JsonResponse({"state": queries.session_by_code(code).state})


@cache_control(public=True, max_age=3600)
def qr(request: HttpRequest, code: str) -> HttpResponse:
    """The QR code of the vote page."""
    session = queries.session_by_code(code)
    address = request.build_absolute_uri(reverse("live_vote", args=[session.code]))
    return HttpResponse(qr_svg(address), content_type="image/svg+xml")


@cache_control(public=True, max_age=86400)
def ground(request: HttpRequest, box: str) -> HttpResponse:
    """The map of a question to be pinned on: drawn from our own outlines, for any box."""
    drawn = live_map.draw(live_map.box_from(box), network.municipalities())
    context = {
        "map": drawn,
        "tenths": [
            {"x": drawn.width * tenth // 10, "y": drawn.height * tenth // 10}
            for tenth in range(1, 10)
        ],
        "scale_y": drawn.height - 30,
    }
    response = render(request, "live/map.svg", context, content_type="image/svg+xml")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _stand(request: HttpRequest, session: LiveSession) -> Actor:
    actor = actor_of(request, session.municipality)
    request.actor = actor  # type: ignore[attr-defined]  # read by the context processor
    return actor
