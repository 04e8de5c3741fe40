"""Prepare, start, end and publish a live session."""

import secrets as random
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation import secrets
from participation.actors import Actor
from participation.errors import InvalidInput
from polls import policy, queries
from polls.errors import IllegalStep, RoundStillOpen, SettingFixed
from polls.live import announcements
from polls.models import (
    LiveSession,
    Round,
    SessionEvent,
)
from polls.models.sessions import Visibility
from polls.services import contribution_rows, wording
from workshops.models import Slot

MOST_PEOPLE = 1_000_000
CHOICES: dict[str, Any] = {
    "pace": LiveSession.Pace,
    "qa": LiveSession.Moderation,
    "visibility": Visibility,
}
SWITCHES = ("cards", "reactions", "leaderboard")
SETTINGS = frozenset({"title", "eligibility", "slot", "eligible", *CHOICES, *SWITCHES})
# What every screen follows while the session is live.
SEEN_BY_ALL = ("title", "pace", "qa", "cards", "reactions", "leaderboard")


@transaction.atomic
def create_session(
    *,
    actor: Actor,
    title: str,
    now: datetime,
    eligibility: str = LiveSession.Eligibility.ANYONE,
    slot_id: int | None = None,
    visibility: str = Visibility.HIDDEN,
) -> LiveSession:
    """A session with a fresh join code in the actor's town, in draft.

    Raises LoginRequired, NotAllowed, InvalidInput (`title`, `eligibility`, `slot`, `visibility`).
    """
    policy.facilitator(actor)
    title = wording.line("title", title, 160)
    wording.known_visibility(visibility)
    slot = slot_for(actor, eligibility, slot_id)
    return new_session(
        actor, now, title=title, slot=slot, eligibility=eligibility, visibility=visibility
    )


@transaction.atomic
def change_settings(
    *, actor: Actor, code: str, changes: Mapping[str, Any], now: datetime
) -> LiveSession:
    """Change `title`, `pace`, `qa`, `visibility` (of questions still to come), `cards`,
    `reactions`, `leaderboard`, `eligible` (how many may vote; None: not known), `eligibility` and
    `slot` (its key or None).

    Who may vote is fixed from the start on: whoever may vote now may hold a seat already, of which
    no row tells before its first ballot. After the end only title and `eligible` change, and what
    is published stands. While it is live, every screen follows at once. Locks the session. Raises
    NotFound, NotAllowed, IllegalStep, SettingFixed, InvalidInput (the setting).
    """
    session = locked_session(actor, code)
    _may_change(session, changes)
    fresh = _cleaned(changes)
    if {"eligibility", "slot"} & set(changes):
        eligibility = changes.get("eligibility", session.eligibility)
        slot_id = changes.get("slot", session.slot_id)
        fresh |= {"eligibility": eligibility, "slot": slot_for(actor, eligibility, slot_id)}
    for name, value in fresh.items():
        setattr(session, name, value)
    session.save(update_fields=list(fresh))
    if session.is_live and set(fresh) & set(SEEN_BY_ALL):
        seen = {name: getattr(session, name) for name in SEEN_BY_ALL}
        record_event(session, "session.settings", {**seen, "at": now.isoformat()}, now)
    else:
        tell_facilitators(session)
    return session


@transaction.atomic
def start_session(*, actor: Actor, code: str, now: datetime) -> LiveSession:
    """Let phones in. Locks the session. Raises NotFound, NotAllowed, IllegalStep (also for a
    template, which is only copied).
    """
    session = locked_session(actor, code)
    start_locked(session, now)
    return session


def start_locked(session: LiveSession, now: datetime) -> None:
    """Let phones into a locked session. Raises IllegalStep."""
    template = session.kind == LiveSession.Kind.TEMPLATE
    if template or session.state != LiveSession.State.DRAFT:
        raise IllegalStep
    session.state = LiveSession.State.LIVE
    session.started_at = now
    session.save(update_fields=["state", "started_at"])
    record_event(session, "session.started", {"at": now.isoformat()}, now)


@transaction.atomic
def end_session(*, actor: Actor, code: str, now: datetime) -> LiveSession:
    """No more rounds; what the room wrote is cut from its seats. Locks the session.

    Raises NotFound, NotAllowed, IllegalStep, RoundStillOpen.
    """
    session = locked_session(actor, code)
    if session.state != LiveSession.State.LIVE:
        raise IllegalStep
    if Round.objects.filter(question__session=session, state=Round.State.OPEN).exists():
        raise RoundStillOpen
    session.state = LiveSession.State.ENDED
    session.ended_at = now
    session.save(update_fields=["state", "ended_at"])
    contribution_rows.cut_session(session)
    record_event(session, "session.ended", {"at": now.isoformat()}, now)
    return session


def new_session(actor: Actor, now: datetime, **fields: Any) -> LiveSession:
    """A row with a fresh join code in the actor's town; `fields` are checked already."""
    return LiveSession.objects.create(
        municipality=actor.town,
        code=_free_code(),
        epoch=random.token_hex(4),
        created_at=now,
        **fields,
    )


def slot_for(actor: Actor, eligibility: str, slot_id: int | None) -> Slot | None:
    """The town's slot that goes with who may vote. Raises InvalidInput."""
    if eligibility not in LiveSession.Eligibility.values:
        raise InvalidInput(
            "eligibility", "unknown_eligibility", _("Bitte wählen Sie, wer abstimmt.")
        )
    slot = None
    if slot_id is not None:
        slot = Slot.objects.filter(workshop__municipality=actor.town, pk=slot_id).first()
        if slot is None:
            raise InvalidInput("slot", "unknown_slot", _("Diesen Termin gibt es hier nicht."))
    if slot is None and eligibility == LiveSession.Eligibility.TICKETS:
        raise InvalidInput("slot", "slot_required", _("Bitte wählen Sie den Termin der Tickets."))
    return slot


def _may_change(session: LiveSession, changes: Mapping[str, Any]) -> None:
    if unknown := sorted(set(changes) - SETTINGS):
        raise InvalidInput(unknown[0], "unknown_setting", _("Diese Einstellung gibt es nicht."))
    over = session.state == LiveSession.State.ENDED and not set(changes) <= {"title", "eligible"}
    if over or session.state == LiveSession.State.PUBLISHED:
        raise IllegalStep
    there = {"eligibility": session.eligibility, "slot": session.slot_id}
    moved = any(name in changes and changes[name] != there[name] for name in there)
    if moved and session.state != LiveSession.State.DRAFT:
        raise SettingFixed


def _cleaned(changes: Mapping[str, Any]) -> dict[str, Any]:
    fresh: dict[str, Any] = {}
    for name, value in changes.items():
        if name == "title":
            fresh[name] = wording.line("title", value, 160)
        elif name in CHOICES and value not in CHOICES[name].values:
            raise InvalidInput(name, f"unknown_{name}", _("Diese Einstellung gibt es nicht."))
        elif name in CHOICES or name in SWITCHES:
            fresh[name] = value
        elif name == "eligible":
            check_eligible(value)
            fresh[name] = value
    return fresh


def check_eligible(eligible: int | None) -> None:
    """Raises InvalidInput."""
    if eligible is not None and not 1 <= eligible <= MOST_PEOPLE:
        message = _("Bitte geben Sie eine Zahl von 1 bis 1.000.000 an, oder nichts.")
        raise InvalidInput("eligible", "eligible_range", message)


def locked_session(actor: Actor, code: str) -> LiveSession:
    """The session, locked, for someone who runs it. Raises NotFound, LoginRequired, NotAllowed."""
    found = queries.live_session(actor, code)
    policy.must_facilitate(actor, found)
    return (
        LiveSession.objects.select_for_update(no_key=True, of=("self",))
        .select_related("municipality")
        .get(pk=found.pk)
    )


def record_event(
    session: LiveSession, event: str, data: dict[str, Any], now: datetime
) -> SessionEvent:
    """Give the event the next `seq` of a locked session; the hubs hear of it after the commit."""
    session.seq += 1
    session.save(update_fields=["seq"])
    row = SessionEvent.objects.create(
        session=session, seq=session.seq, type=event, data=data, created_at=now
    )
    message = {"kind": "event", "seq": row.seq, "type": event, "data": data}
    transaction.on_commit(partial(announcements.announce, session.code, message))
    return row


def tell_facilitators(session: LiveSession) -> None:
    """Something was prepared that the room does not see: no event, a fresh picture for staff."""
    tell_hubs(session, {"kind": "prepared"})


def tell_hubs(session: LiveSession, message: dict[str, Any]) -> None:
    """A message to this session's hubs in every process, after the commit."""
    transaction.on_commit(partial(announcements.announce, session.code, message))


def _free_code() -> str:
    code = secrets.new_code()
    while LiveSession.objects.filter(code=code).exists():
        code = secrets.new_code()
    return code
