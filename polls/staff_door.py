"""The facilitator's half of the socket: who it is, and which service each command calls."""

from collections.abc import Callable
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.utils import timezone

from participation import actors
from participation.actors import Actor
from polls import policy, queries
from polls.errors import InvalidValue, NoSuchRound
from polls.models import Round
from polls.services import clouds, rounds, steering
from polls.services.ballots import MAX_ID

Command = Callable[[Actor, str, dict[str, Any]], dict[str, Any]]


def facilitator_of(scope: dict[str, Any], code: str) -> Actor:
    """The logged-in person of this socket's cookie, asked anew for each command.

    Raises NotFound, LoginRequired, NotAllowed.
    """
    session = queries.session_by_code(code)
    request = HttpRequest()
    request.session = _session(scope["cookie"])
    actor = actors.for_user(get_user(request), session.municipality, timezone.now())
    policy.must_facilitate(actor, session)
    return actor


def _session(cookie: str) -> Any:
    try:
        jar = SimpleCookie(cookie)
    except CookieError:
        jar = SimpleCookie()
    morsel = jar.get(settings.SESSION_COOKIE_NAME)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    return store(morsel.value if morsel else None)


def _on_round(work: Callable[..., Round], *, timed: str = "") -> Command:
    """A command `{round, …}`; `timed` says whether `seconds` is `optional` or `required`."""

    def command(actor: Actor, code: str, data: dict[str, Any]) -> dict[str, Any]:
        round_id = data.get("round")
        if type(round_id) is not int or not 0 < round_id <= MAX_ID:
            raise NoSuchRound
        more = {}
        if timed:
            seconds = data.get("seconds")
            if type(seconds) is not int and not (seconds is None and timed == "optional"):
                raise InvalidValue
            more = {"seconds": seconds}
        now: datetime = timezone.now()
        done = work(actor=actor, code=code, round_id=round_id, now=now, **more)
        return {"round": done.pk, "n": done.n, "state": done.state}

    return command


def _focus(actor: Actor, code: str, data: dict[str, Any]) -> dict[str, Any]:
    round_id = data.get("round")
    if round_id is not None and (type(round_id) is not int or not 0 < round_id <= MAX_ID):
        raise NoSuchRound
    rounds.set_focus(actor=actor, code=code, round_id=round_id, now=timezone.now())
    return {"round": round_id}


def _next(actor: Actor, code: str, data: dict[str, Any]) -> dict[str, Any]:
    """`seq`: where the presser saw the session."""
    seq = data.get("seq")
    if seq is not None and type(seq) is not int:
        raise InvalidValue
    done = steering.next_step(actor=actor, code=code, now=timezone.now(), seq=seq)
    return {"step": done.name, "rounds": list(done.rounds)}


def _on_all(work: Callable[..., list[Round]]) -> Command:
    def command(actor: Actor, code: str, _data: dict[str, Any]) -> dict[str, Any]:
        done = work(actor=actor, code=code, now=timezone.now())
        return {"rounds": [round_.pk for round_ in done]}

    return command


def _on_word(work: Callable[..., Round]) -> Command:
    """A command `{round, word}`."""

    def command(actor: Actor, code: str, data: dict[str, Any]) -> dict[str, Any]:
        round_id, word = data.get("round"), data.get("word")
        if type(round_id) is not int or not 0 < round_id <= MAX_ID:
            raise NoSuchRound
        if not isinstance(word, str):
            raise InvalidValue
        done = work(actor=actor, code=code, round_id=round_id, word=word, now=timezone.now())
        return {"round": done.pk, "hidden_words": done.hidden_words}

    return command


COMMANDS: dict[str, Command] = {
    "round.open": _on_round(rounds.open_round, timed="optional"),
    "round.close": _on_round(rounds.close_round),
    "round.reveal": _on_round(rounds.reveal_round),
    "round.hide": _on_round(rounds.hide_round),
    "round.again": _on_round(rounds.again),
    "round.hold": _on_round(steering.hold_round),
    "round.release": _on_round(steering.release_round),
    "round.close_soon": _on_round(steering.close_soon),
    "rounds.open": _on_all(steering.open_all),
    "rounds.close": _on_all(steering.close_all),
    "next": _next,
    "timer.extend": _on_round(rounds.extend_timer, timed="required"),
    "focus.set": _focus,
    "word.hide": _on_word(clouds.hide_word),
    "word.show": _on_word(clouds.show_word),
}
