"""What the remote's further buttons do: each takes the posted form and makes one service call."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import NotFound
from polls.errors import NoSuchQuestion, NoSuchRound
from polls.models import LiveSession, Question
from polls.services import bans, copies, order, rehearsals, rounds, steering

Step = Callable[[Actor, LiveSession, QueryDict, datetime], Any]
LONGEST_NUMBER = 18


def came_from(request: HttpRequest, otherwise: str, *, refused: bool) -> str:
    """The page whose button was pressed, where the form says so and it is one of ours.

    At the place of the button, or where it was refused at the top, which says why.
    """
    page = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()})
    back = page if ours else otherwise
    return back.partition("#")[0] if refused else back


def place_of(actor: Actor, session: LiveSession, question: Question) -> str:
    """Where a question stands on the remote."""
    remote = reverse("desk_live_run", args=[actor.town.slug, session.code])
    return f"{remote}#frage-{question.pk}"


def _number(typed: str) -> int | None:
    fits = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER
    return int(typed) if fits else None


def _on_round(work: Callable[..., Any]) -> Step:
    def step(actor: Actor, session: LiveSession, typed: QueryDict, now: datetime) -> Any:
        round_id = _number(typed.get("round", ""))
        if round_id is None:
            raise NoSuchRound
        return work(actor=actor, code=session.code, round_id=round_id, now=now)

    return step


def _on_question(work: Callable[..., Any], **more: Any) -> Step:
    def step(actor: Actor, session: LiveSession, typed: QueryDict, now: datetime) -> Any:
        question_id = _number(typed.get("question", ""))
        if question_id is None:
            raise NoSuchQuestion
        return work(actor=actor, code=session.code, question_id=question_id, **more)

    return step


def _on_session(work: Callable[..., Any]) -> Step:
    def step(actor: Actor, session: LiveSession, typed: QueryDict, now: datetime) -> Any:
        return work(actor=actor, code=session.code, now=now)

    return step


def _next(actor: Actor, session: LiveSession, typed: QueryDict, now: datetime) -> Any:
    seq = _number(typed.get("seq", ""))
    return steering.next_step(actor=actor, code=session.code, now=now, seq=seq)


def _voters(actor: Actor, session: LiveSession, typed: QueryDict, now: datetime) -> Any:
    count = _number(typed.get("count", "")) or 0
    return rehearsals.simulate_voters(actor=actor, code=session.code, count=count, now=now)


def _ban(actor: Actor, session: LiveSession, typed: QueryDict, now: datetime) -> Any:
    """Whoever wrote the posted `contribution`, or put `word` into the cloud of `round`."""
    if "word" in typed:
        round_id = _number(typed.get("round", ""))
        if round_id is None:
            raise NoSuchRound
        word = typed.get("word", "")
        return bans.ban_word(actor=actor, code=session.code, round_id=round_id, word=word, now=now)
    try:
        contribution = UUID(typed.get("contribution", ""))
    except ValueError:
        raise NotFound from None
    return bans.ban_author(actor=actor, code=session.code, contribution=contribution, now=now)


def _unban(actor: Actor, session: LiveSession, typed: QueryDict, now: datetime) -> Any:
    return bans.unban(actor=actor, code=session.code, ban=typed.get("ban", ""))


def _blank(actor: Actor, session: LiveSession, typed: QueryDict, now: datetime) -> Any:
    return rounds.set_focus(actor=actor, code=session.code, round_id=None, now=now)


def _share(*, shared: bool) -> Step:
    def step(actor: Actor, session: LiveSession, typed: QueryDict, now: datetime) -> Any:
        return copies.share_template(actor=actor, code=session.code, shared=shared)

    return step


STEPS: dict[str, Step] = {
    "next": _next,
    "open_all": _on_session(steering.open_all),
    "close_all": _on_session(steering.close_all),
    "close_soon": _on_round(steering.close_soon),
    "hold": _on_round(steering.hold_round),
    "release": _on_round(steering.release_round),
    "blank": _blank,
    "up": _on_question(order.move_question, up=True),
    "down": _on_question(order.move_question, up=False),
    "duplicate": _on_question(order.duplicate_question),
    "voters": _voters,
    "ban": _ban,
    "unban": _unban,
    "share": _share(shared=True),
    "unshare": _share(shared=False),
}
DONE = {
    "next": _("Der nächste Schritt ist getan."),
    "open_all": _("Alle Fragen sind offen."),
    "close_all": _("Alle Fragen sind geschlossen."),
    "close_soon": _("Der Countdown läuft."),
    "hold": _("Die Abstimmung bleibt offen, bis Sie sie freigeben."),
    "release": _("Das Schließen ist wieder freigegeben."),
    "blank": _("Die Bildschirme zeigen gerade keine Frage."),
    "up": _("Die Frage steht jetzt weiter vorn."),
    "down": _("Die Frage steht jetzt weiter hinten."),
    "duplicate": _("Die Kopie steht als letzte Frage bereit."),
    "voters": _("Die erfundenen Stimmen sind gezählt."),
    "ban": _("Ausgeschlossen. Unter „Einstellungen“ lässt es sich zurücknehmen."),
    "unban": _("Dieses Handy darf wieder mitmachen."),
    "share": _("Alle Kommunen sehen jetzt diese Vorlage."),
    "unshare": _("Nur noch Ihre Kommune sieht diese Vorlage."),
}
