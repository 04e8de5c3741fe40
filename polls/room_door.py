"""What a seat says on the socket: the shape of each frame, and its service."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils import timezone

from participation.actors import Actor
from polls.errors import InvalidValue, NoSuchContribution, NoSuchRound
from polls.live.incoming import Refused, uuid_of
from polls.models import Contribution
from polls.models.contributions import Reaction
from polls.services import contributions
from polls.services.ballots import MAX_ID, Ack, Cast
from polls.services.contributions import Words
from polls.services.upvotes import Wish

Command = Callable[[Actor, str, dict[str, Any]], dict[str, Any]]


def cast(session_id: int, seat: UUID, data: dict[str, Any], *, retract: bool) -> Cast:
    """`vote.cast` {round, ballot, version, value}, `vote.retract` without the value."""
    round_id, version = data.get("round"), data.get("version")
    if type(round_id) is not int or type(version) is not int:
        raise Refused("bad_shape", protocol=True)
    if not 0 < round_id <= MAX_ID:
        raise NoSuchRound
    value = None if retract else data.get("value")
    if value is None and not retract:
        raise InvalidValue
    ballot = uuid_of(data.get("ballot"))
    return Cast(session_id, round_id, seat, ballot, version, value, timezone.now())


def counted(ack: Ack) -> dict[str, Any]:
    """The ack's data."""
    return {
        "ballot": str(ack.ballot),
        "version": ack.version,
        "at": ack.accepted_at.isoformat(),
    }


def ask(code: str, seat: UUID, data: dict[str, Any]) -> dict[str, Any]:
    """`qa.ask` {id, text, kind?, consent?}: the ack's data. Raises what `contribute` does."""
    kind, text = data.get("kind", Contribution.Kind.QUESTION), data.get("text")
    consent = data.get("consent", False)
    if not isinstance(kind, str) or not isinstance(text, str) or not isinstance(consent, bool):
        raise InvalidValue
    words = Words(_key(data.get("id"), InvalidValue), kind, text, consent)
    kept = contributions.contribute(code=code, seat=seat, words=words, now=timezone.now())
    return told(kept)


def wish(session_id: int, seat: UUID, data: dict[str, Any]) -> Wish:
    """`qa.upvote` {id, up?}."""
    up = data.get("up", True)
    if not isinstance(up, bool):
        raise InvalidValue
    return Wish(session_id, seat, _key(data.get("id"), NoSuchContribution), up)


def reaction(data: dict[str, Any]) -> str:
    """`react` {kind}."""
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in Reaction.values:
        raise InvalidValue
    return kind


def _moderate(actor: Actor, code: str, data: dict[str, Any]) -> dict[str, Any]:
    """`qa.moderate` {id, state?, pinned?}."""
    state, pinned = data.get("state"), data.get("pinned")
    if not isinstance(state, str | None) or not isinstance(pinned, bool | None):
        raise InvalidValue
    done = contributions.moderate(
        actor=actor,
        code=code,
        contribution_id=_key(data.get("id"), NoSuchContribution),
        state=state,
        pinned=pinned,
    )
    return told(done)


def _pass_on(actor: Actor, code: str, data: dict[str, Any]) -> dict[str, Any]:
    """`qa.idea` {id, theme?}."""
    theme = data.get("theme", "")
    if not isinstance(theme, str):
        raise InvalidValue
    card = contributions.pass_on(
        actor=actor,
        code=code,
        contribution_id=_key(data.get("id"), NoSuchContribution),
        now=timezone.now(),
        theme=theme,
    )
    return told(card)


def told(kept: Contribution) -> dict[str, Any]:
    """What is left of it to say: its text is known to whoever wrote it."""
    return {
        "id": str(kept.pk),
        "kind": kept.kind,
        "state": kept.state,
        "pinned": kept.pinned,
        "idea": kept.idea.reference if kept.idea else None,
    }


def _key(value: Any, error: type[InvalidValue] | type[NoSuchContribution]) -> UUID:
    try:
        return UUID(value)
    except (ValueError, AttributeError, TypeError):
        raise error from None


SEATED = frozenset({"qa.ask", "qa.upvote", "react"})
COMMANDS: dict[str, Command] = {"qa.moderate": _moderate, "qa.idea": _pass_on}
