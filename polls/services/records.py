"""Publish a result: a record that anyone can check, and that only a further one corrects."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction

from participation.actors import Actor
from polls import queries
from polls.errors import (
    IllegalStep,
    NeverARecord,
    NothingToCorrect,
    NothingToPublish,
    PaperUnsigned,
    RecordSuperseded,
)
from polls.models import LiveSession, ResultRecord, Round
from polls.services import players, sessions
from polls.services.wording import line


@transaction.atomic
def publish_session(*, actor: Actor, code: str, now: datetime) -> ResultRecord:
    """Certify and reveal every closed round, and write the result as a public record.

    The record is canonical JSON (keys sorted, no blanks, UTF-8) under its own SHA-256. Publishing
    again returns the same record. Locks the session, then its rounds. Raises NotFound, NotAllowed,
    NeverARecord (a rehearsal), IllegalStep (not ended), NothingToPublish, PaperUnsigned.
    """
    session = sessions.locked_session(actor, code)
    if session.kind != LiveSession.Kind.REAL:
        raise NeverARecord
    if session.state == LiveSession.State.PUBLISHED:
        return _newest(session)
    if session.state != LiveSession.State.ENDED:
        raise IllegalStep
    closed = list(
        Round.objects.select_for_update(no_key=True, of=("self",))
        .filter(question__session=session, state=Round.State.CLOSED)
        .order_by("pk")
    )
    if not closed:
        raise NothingToPublish
    if queries.unsigned(session):
        raise PaperUnsigned
    for round_ in closed:
        if not round_.revealed:
            shown = {"round": round_.pk, "revealed": True}
            sessions.record_event(session, "round.revealed", shown, now)
        round_.state, round_.revealed = Round.State.CERTIFIED, True
    Round.objects.bulk_update(closed, ["state", "revealed"])
    players.show_points(session)
    told = queries.results(session, Actor(None))
    body = queries.record_body(session, told, now.isoformat())
    session.state = LiveSession.State.PUBLISHED
    session.save(update_fields=["state"])
    record = _keep(session, body, now)
    data = {
        "at": now.isoformat(),
        "record": record.sha256,
        "rounds": [round_.pk for round_ in closed],
    }
    sessions.record_event(session, "session.published", data, now)
    return record


@transaction.atomic
def correct_record(  # noqa: PLR0913  (what a correction may change)
    *,
    actor: Actor,
    code: str,
    supersedes: str,
    reason: str,
    title: str,
    eligible: int | None,
    now: datetime,
) -> ResultRecord:
    """A further record in place of `supersedes` (its hash), which stays readable.

    It takes the title, the number of eligible people and what was counted by hand as they are now;
    wording and the phones' counts are those of the record before. Locks the session. Raises
    NotFound, NotAllowed, IllegalStep (not published), RecordSuperseded, PaperUnsigned,
    NothingToCorrect, InvalidInput (`reason`, `title`, `eligible`).
    """
    session = sessions.locked_session(actor, code)
    if session.state != LiveSession.State.PUBLISHED:
        raise IllegalStep
    old = _newest(session)
    if old.sha256 != supersedes:
        raise RecordSuperseded
    if queries.unsigned(session):
        raise PaperUnsigned
    reason = line("reason", reason, 300)
    title = line("title", title, 160)
    sessions.check_eligible(eligible)
    before = json.loads(old.body)
    body = queries.corrected_body(
        json.loads(old.body),
        session,
        title=title,
        eligible=eligible,
        supersedes=old.sha256,
        reason=reason,
        published_at=now.isoformat(),
    )
    if _said(body) == _said(before) and eligible == session.eligible:
        raise NothingToCorrect
    session.title, session.eligible = title, eligible
    session.save(update_fields=["title", "eligible"])
    record = _keep(session, body, now, supersedes=old, reason=reason)
    data = {"at": now.isoformat(), "record": record.sha256, "supersedes": old.sha256}
    sessions.record_event(session, "session.corrected", data, now)
    return record


def _newest(session: LiveSession) -> ResultRecord:
    return ResultRecord.objects.get(session=session, superseded_by=None)


def _said(body: dict[str, Any]) -> dict[str, Any]:
    """A body without what names the version."""
    return {
        name: value
        for name, value in body.items()
        if name not in {"published_at", "supersedes", "reason"}
    }


def _keep(
    session: LiveSession,
    body: dict[str, Any],
    now: datetime,
    *,
    supersedes: ResultRecord | None = None,
    reason: str = "",
) -> ResultRecord:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return ResultRecord.objects.create(
        session=session,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        body=text,
        supersedes=supersedes,
        reason=reason,
        published_at=now,
    )
