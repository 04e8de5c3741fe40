"""The nickname on a quiz's list: chosen on the phone, changed, taken back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from frontend.forms.fields import add_rule
from frontend.forms.live_player import NicknameForm
from frontend.pages import live_seat
from frontend.town import actor_of
from participation.errors import NotFound, RuleBroken
from polls import queries, tickets
from polls.errors import SeatRequired
from polls.services import players


@never_cache
def nickname(request: HttpRequest, code: str) -> HttpResponse:
    """A page of its own, so that it works without JavaScript and beside any question.

    `action=leave` takes the nickname back.
    """
    session = queries.session_by_code(code)
    request.actor = actor_of(request, session.municipality)  # type: ignore[attr-defined]
    if not session.leaderboard:
        raise NotFound
    live_seat.note_visit(request, session)
    seat = tickets.seat_of(live_seat.token_of(request, session), session.code)
    player = queries.player_of(seat)
    form = NicknameForm(
        request.POST if request.method == "POST" else None,
        initial={"nickname": player.nickname if player else ""},
    )
    if request.method == "POST" and seat is not None and request.POST.get("action") == "leave":
        players.leave_list(code=session.code, seat=seat)
        messages.success(request, _("Ihr Spitzname ist gelöscht."))
        return redirect("live_vote", code=session.code)
    if request.method == "POST" and form.is_valid():
        try:
            if seat is None:
                raise SeatRequired
            players.choose_nickname(
                code=session.code,
                seat=seat,
                nickname=form.cleaned_data["nickname"],
                now=timezone.now(),
            )
        except RuleBroken as error:
            add_rule(form, error, field="nickname")
        else:
            messages.success(request, _("Sie stehen auf der Rangliste. Viel Glück!"))
            return redirect("live_vote", code=session.code)
    context = {"session": session, "code": session.code, "form": form, "player": player}
    return render(request, "live/nickname.html", context, status=422 if form.errors else 200)
