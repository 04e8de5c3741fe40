"""Prepare, start, end and publish a live session."""

import hashlib
import json
import secrets as random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from participation import secrets
from participation.actors import Actor
from participation.errors import InvalidInput
from polls import policy, queries
from polls.errors import (
    IllegalStep,
    NoSuchQuestion,
    NothingToPublish,
    QuestionFrozen,
    RoundStillOpen,
)
from polls.live import announcements
from polls.models import (
    AccessCode,
    LiveSession,
    Option,
    Question,
    ResultRecord,
    Round,
    SessionEvent,
)
from polls.models.answers import ANSWERS, QuestionType, YesNo
from polls.models.sessions import Visibility
from workshops.models import Slot

MAX_QUESTIONS = 100


@dataclass(frozen=True, slots=True)
class Wording:
    """A question as it is handed in. `options` are (German, English or empty)."""

    type: str
    text: str
    text_en: str = ""
    options: Sequence[tuple[str, str]] = ()
    config: dict[str, Any] = field(default_factory=dict)
    visibility: str = ""


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
    title = _line("title", title, 160)
    if eligibility not in LiveSession.Eligibility.values:
        raise InvalidInput(
            "eligibility", "unknown_eligibility", _("Bitte wählen Sie, wer abstimmt.")
        )
    _known_visibility(visibility)
    slot = None
    if slot_id is not None:
        slot = Slot.objects.filter(workshop__municipality=actor.town, pk=slot_id).first()
        if slot is None:
            raise InvalidInput("slot", "unknown_slot", _("Diesen Termin gibt es hier nicht."))
    if slot is None and eligibility == LiveSession.Eligibility.TICKETS:
        raise InvalidInput("slot", "slot_required", _("Bitte wählen Sie den Termin der Tickets."))
    return LiveSession.objects.create(
        municipality=actor.town,
        slot=slot,
        title=title,
        code=_free_code(),
        eligibility=eligibility,
        visibility=visibility,
        epoch=random.token_hex(4),
        created_at=now,
    )


@transaction.atomic
def add_question(*, actor: Actor, code: str, wording: Wording) -> Question:
    """A question with its options and a first round in draft, at the end of the session.

    Locks the session. Raises NotFound, NotAllowed, IllegalStep (ended), InvalidInput (`type`,
    `text`, `options`, `config`, `visibility`).
    """
    session = locked_session(actor, code)
    if session.state not in {LiveSession.State.DRAFT, LiveSession.State.LIVE}:
        raise IllegalStep
    clean = _clean(wording, session.visibility)
    count = Question.objects.filter(session=session).count()
    if count >= MAX_QUESTIONS:
        raise InvalidInput("text", "too_many_questions", _("Höchstens 100 Fragen je Live-Runde."))
    last = Question.objects.filter(session=session).aggregate(last=Max("position"))["last"] or 0
    question = Question.objects.create(
        session=session,
        position=last + 1,
        type=clean.type,
        text=clean.text,
        text_en=clean.text_en,
        config=clean.config,
    )
    _write_options(question, clean)
    Round.objects.create(question=question, n=1, visibility=clean.visibility)
    tell_facilitators(session)
    return question


@transaction.atomic
def change_question(
    *, actor: Actor, code: str, question_id: int, changes: Mapping[str, Any]
) -> Question:
    """Word a question anew that was not put yet; `changes` has field names of Wording.

    Another type starts with no options and no config of the old one. Locks the session. Raises
    NotFound, NotAllowed, IllegalStep (ended), NoSuchQuestion, QuestionFrozen, and InvalidInput as
    `add_question`.
    """
    session = locked_session(actor, code)
    question = _question_not_put(session, question_id)
    round_ = question.rounds.get()
    there = _wording_of(question, round_)
    if changes.get("type", there.type) != there.type:
        there = replace(there, options=(), config={})
    clean = _clean(replace(there, **changes), session.visibility)
    question.type, question.config = clean.type, clean.config
    question.text, question.text_en = clean.text, clean.text_en
    question.save(update_fields=["type", "config", "text", "text_en"])
    question.options.all().delete()
    _write_options(question, clean)
    round_.visibility = clean.visibility
    round_.save(update_fields=["visibility"])
    tell_facilitators(session)
    return question


@transaction.atomic
def remove_question(*, actor: Actor, code: str, question_id: int) -> None:
    """Take back a question that was not put yet. Locks the session.

    Raises NotFound, NotAllowed, IllegalStep (ended), NoSuchQuestion, QuestionFrozen.
    """
    session = locked_session(actor, code)
    _question_not_put(session, question_id).delete()
    tell_facilitators(session)


def _question_not_put(session: LiveSession, question_id: int) -> Question:
    """Whoever has seen a question may trust its words: only one without an opened round changes.

    Rounds open under the session's lock, so none can open meanwhile.
    """
    if session.state not in {LiveSession.State.DRAFT, LiveSession.State.LIVE}:
        raise IllegalStep
    question = Question.objects.filter(session=session, pk=question_id).first()
    if question is None:
        raise NoSuchQuestion
    if question.rounds.exclude(state=Round.State.DRAFT).exists():
        raise QuestionFrozen
    return question


def _wording_of(question: Question, round_: Round) -> Wording:
    """As it was handed in: the options of a yes/no question are its own."""
    options = question.options.order_by("position", "pk").values_list("text", "text_en")
    return Wording(
        type=question.type,
        text=question.text,
        text_en=question.text_en,
        options=() if question.type == QuestionType.YES_NO else tuple(options),
        config=question.config,
        visibility=round_.visibility,
    )


def _clean(wording: Wording, visibility: str) -> Wording:
    """The wording as it is stored; `visibility` is the session's. Raises InvalidInput."""
    if wording.type not in QuestionType.values:
        raise InvalidInput("type", "unknown_type", _("Diese Art von Frage gibt es nicht."))
    visibility = wording.visibility or visibility
    _known_visibility(visibility)
    options = _options(wording)
    return Wording(
        type=wording.type,
        text=_line("text", wording.text, 300),
        text_en=_line("text_en", wording.text_en, 300, empty=True),
        options=options,
        config=ANSWERS[wording.type].clean_config(wording.config, len(options)),
        visibility=visibility,
    )


def _write_options(question: Question, wording: Wording) -> None:
    Option.objects.bulk_create(
        Option(question=question, position=position, text=text, text_en=text_en)
        for position, (text, text_en) in enumerate(wording.options, start=1)
    )


@transaction.atomic
def start_session(*, actor: Actor, code: str, now: datetime) -> LiveSession:
    """Let phones in. Locks the session. Raises NotFound, NotAllowed, IllegalStep."""
    session = locked_session(actor, code)
    if session.state != LiveSession.State.DRAFT:
        raise IllegalStep
    session.state = LiveSession.State.LIVE
    session.started_at = now
    session.save(update_fields=["state", "started_at"])
    record_event(session, "session.started", {"at": now.isoformat()}, now)
    return session


@transaction.atomic
def end_session(*, actor: Actor, code: str, now: datetime) -> LiveSession:
    """No more rounds. Locks the session.

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
    record_event(session, "session.ended", {"at": now.isoformat()}, now)
    return session


@transaction.atomic
def publish_session(*, actor: Actor, code: str, now: datetime) -> ResultRecord:
    """Certify and reveal every closed round, and write the result as a public record.

    The record is canonical JSON (keys sorted, no blanks, UTF-8) under its own SHA-256. Publishing
    again returns the same record. Locks the session, then its rounds. Raises NotFound, NotAllowed,
    IllegalStep (not ended), NothingToPublish.
    """
    session = locked_session(actor, code)
    if session.state == LiveSession.State.PUBLISHED:
        return ResultRecord.objects.get(session=session, superseded_by=None)
    if session.state != LiveSession.State.ENDED:
        raise IllegalStep
    closed = list(
        Round.objects.select_for_update(no_key=True, of=("self",))
        .filter(question__session=session, state=Round.State.CLOSED)
        .order_by("pk")
    )
    if not closed:
        raise NothingToPublish
    for round_ in closed:
        if not round_.revealed:
            record_event(session, "round.revealed", {"round": round_.pk, "revealed": True}, now)
        round_.state, round_.revealed = Round.State.CERTIFIED, True
    Round.objects.bulk_update(closed, ["state", "revealed"])
    session.state = LiveSession.State.PUBLISHED
    session.save(update_fields=["state"])
    body = json.dumps(
        _record_body(session, now), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    sha256 = hashlib.sha256(body.encode()).hexdigest()
    record = ResultRecord.objects.create(
        session=session, sha256=sha256, body=body, published_at=now
    )
    data = {"at": now.isoformat(), "record": sha256, "rounds": [round_.pk for round_ in closed]}
    record_event(session, "session.published", data, now)
    return record


@transaction.atomic
def issue_access_codes(*, actor: Actor, code: str, count: int) -> list[str]:
    """Make 1 to 2,000 single-use codes to print; they are stored hashed and shown this once.

    Locks the session. Raises NotFound, NotAllowed, IllegalStep, InvalidInput (`count`).
    """
    session = locked_session(actor, code)
    if session.eligibility != LiveSession.Eligibility.CODES:
        raise IllegalStep
    if not 1 <= count <= 2000:
        raise InvalidInput("count", "code_count", _("Bitte geben Sie 1 bis 2.000 Codes an."))
    codes = sorted({secrets.new_code(8) for _n in range(count)})
    while len(codes) < count:
        codes = sorted({*codes, secrets.new_code(8)})
    AccessCode.objects.bulk_create(
        AccessCode(session=session, code_hash=secrets.hashed(f"{session.code}|{one}"))
        for one in codes
    )
    return codes


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
    message = {"kind": "prepared"}
    transaction.on_commit(partial(announcements.announce, session.code, message))


def _record_body(session: LiveSession, now: datetime) -> dict[str, Any]:
    """Wording, options, turnout and counts of every certified round."""
    body = queries.results(session, Actor(None))
    return {
        "municipality": {"ags": session.municipality.ags, "name": session.municipality.name},
        "code": session.code,
        "title": session.title,
        "eligibility": session.eligibility,
        "published_at": now.isoformat(),
        "questions": body["questions"],
        "note": "Informelles Meinungsbild, keine rechtsverbindliche Abstimmung.",
    }


def _options(wording: Wording) -> list[tuple[str, str]]:
    if wording.type == QuestionType.YES_NO:
        if wording.options:
            raise InvalidInput(
                "options", "options_fixed", _("Ja, Nein und Enthaltung stehen schon fest.")
            )
        return list(YesNo.OPTIONS)
    options = [
        (_line("options", text, 200), _line("options", text_en, 200, empty=True))
        for text, text_en in wording.options
    ]
    if len({text for text, _text_en in options}) < len(options):
        raise InvalidInput("options", "option_twice", _("Jede Antwort darf nur einmal vorkommen."))
    return options


def _line(attr: str, typed: str, limit: int, *, empty: bool = False) -> str:
    """One line of printable text, blanks collapsed."""
    text = " ".join(typed.split())
    if not text and not empty:
        raise InvalidInput(attr, "required", _("Bitte füllen Sie dieses Feld aus."))
    if len(text) > limit:
        message = _("Höchstens %(limit)d Zeichen.") % {"limit": limit}
        raise InvalidInput(attr, "too_long", message)
    if not text.isprintable():
        raise InvalidInput(attr, "unprintable", _("Bitte geben Sie nur lesbare Zeichen ein."))
    return text


def _known_visibility(visibility: str) -> None:
    if visibility not in Visibility.values:
        raise InvalidInput(
            "visibility", "unknown_visibility", _("Diese Einstellung gibt es nicht.")
        )


def _free_code() -> str:
    code = secrets.new_code()
    while LiveSession.objects.filter(code=code).exists():
        code = secrets.new_code()
    return code
