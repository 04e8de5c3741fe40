"""Steps of an idea: the one way its state changes, with history, clock, answer and mail."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from participation import policy
from participation.actors import Actor
from participation.emails import ideas as emails
from participation.errors import InvalidInput, NotFound, VersionConflict
from participation.models import Idea, OfficialResponse, Transition
from participation.models.access import Scope
from participation.models.ideas import LISTED_STATES, State
from participation.queries import ideas as queries
from participation.services import wording

MOVED_FIELDS = (
    *("state", "state_before", "merged_into", "version"),
    *("submitted_at", "published_at", "due_at", "clock_paused_at", "answered_at"),
    *("text", "place", "lat", "lon", "guest_email", "display_name"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """Where to, and with what words. `version` is the one the person was looking at."""

    to: str
    version: int | None = None
    reason: str = ""
    rule: str = ""
    response: str = ""
    signatory: str = ""


@transaction.atomic
def change_status(
    *, actor: Actor, reference: str, step: Step, now: datetime, token: str = ""
) -> Idea:
    """Take one step of the transition table, write its history row and queue its mails.

    Locks the idea. `token` is the link of a guest who is the author. Withdrawing empties the text
    and forgets the guest. Raises NotFound, NotAllowed, IllegalStep, VersionConflict, InvalidInput
    (`unknown_state`; a response or a reason that is missing).
    """
    idea = locked(actor, reference, token)
    to = _known_state(step.to)
    if step.version is not None and step.version != idea.version:
        policy.require_business(actor, idea, token)
        raise VersionConflict
    policy.require_step(actor, idea, to, token)
    # Drafts leave by their confirmation, merged ideas by undoing the merge.
    if State.MERGED in (to, idea.state) or (idea.state == State.DRAFT and to != State.WITHDRAWN):
        raise policy.IllegalStep
    words = _checked_words(idea, to, step)
    if words.response:
        write_response(idea, actor, words, now)
    return move(idea, to, words=words, actor=actor, now=now)


@transaction.atomic
def publish_response(
    *, actor: Actor, reference: str, text: str, signatory: str = "", now: datetime
) -> OfficialResponse:
    """Publish the next version of the town's answer without a step. Locks the idea.

    Raises NotFound, NotAllowed, IllegalStep (the idea is not public), InvalidInput.
    """
    idea = locked(actor, reference)
    actor.require(Scope.IDEAS)
    if not idea.is_listed:
        raise policy.IllegalStep(_("Antworten gibt es erst, wenn die Idee veröffentlicht ist."))
    words = Step(
        to=idea.state,
        response=wording.paragraphs("response", text, wording.TEXT_LENGTH, required=True),
        signatory=wording.line("signatory", signatory, 120),
    )
    response = write_response(idea, actor, words, now)
    Idea.objects.filter(pk=idea.pk).update(version=F("version") + 1, answered_at=idea.answered_at)
    emails.send_response.enqueue(response.pk)
    return response


def locked(actor: Actor, reference: str, token: str = "") -> Idea:
    """The idea as the actor may see it, locked until the transaction ends. Raises NotFound."""
    if token:
        idea = queries.author_idea(token)
        if idea.reference != reference or idea.municipality_id != actor.town.pk:
            raise NotFound
    else:
        idea = queries.idea(actor, reference)
    fresh = Idea.objects.select_for_update().get(pk=idea.pk)
    if fresh.municipality_id != actor.town.pk:
        raise NotFound
    return fresh


def move(idea: Idea, to: State, *, words: Step, actor: Actor, now: datetime) -> Idea:
    """Set the state of a locked idea, with everything that hangs on it. Checks nothing."""
    source = State(idea.state)
    away = (State.HIDDEN, State.MERGED)
    idea.state_before = source if to in away else ""
    idea.state = to
    if to != State.MERGED:
        idea.merged_into = None
    _run_clock(idea, source, to, now)
    if to == State.WITHDRAWN:
        _forget_words(idea)
    idea.version += 1
    idea.save(update_fields=MOVED_FIELDS)
    transition = Transition.objects.create(
        idea=idea,
        from_state=source,
        to_state=to,
        reason=words.reason,
        rule=words.rule,
        role=_role(actor, idea),
        by=actor.user,
        created_at=now,
    )
    emails.send_step.enqueue(transition.pk)
    return idea


def write_response(idea: Idea, actor: Actor, words: Step, now: datetime) -> OfficialResponse:
    """The next version of the answer; it stops the response clock of a locked idea."""
    latest = OfficialResponse.objects.filter(idea=idea).order_by("-number").first()
    idea.answered_at = idea.answered_at or now
    return OfficialResponse.objects.create(
        idea=idea,
        number=(latest.number if latest else 0) + 1,
        text=words.response,
        signatory=words.signatory,
        written_by=actor.user,
        published_at=now,
    )


def _known_state(value: str) -> State:
    try:
        return State(value)
    except ValueError as error:
        raise InvalidInput(
            "to", "unknown_state", _("Diesen Stand gibt es nicht. Bitte wählen Sie einen anderen.")
        ) from error


def _checked_words(idea: Idea, to: State, step: Step) -> Step:
    answer_due = to in policy.ANSWERED_BY
    reopens = to == State.IN_REVIEW and idea.state in (State.REJECTED, State.DONE)
    reason_due = to == State.DECLINED or reopens
    rule = ""
    if to == State.DECLINED:
        rule = step.rule or Transition.Rule.OTHER
        if rule not in Transition.Rule.values:
            raise InvalidInput("rule", "unknown_rule", _("Bitte wählen Sie eine der Regeln."))
    return Step(
        to=to,
        rule=rule,
        reason=wording.paragraphs(
            "reason", step.reason, wording.REASON_LENGTH, required=reason_due
        ),
        response=wording.paragraphs(
            "response", step.response, wording.TEXT_LENGTH, required=answer_due
        ),
        signatory=wording.line("signatory", step.signatory, 120),
    )


def _role(actor: Actor, idea: Idea) -> str:
    if actor.principal == "system":
        return Transition.Role.SYSTEM
    own = actor.user is not None and idea.author_id == actor.user.pk
    return Transition.Role.TOWN if actor.is_staff and not own else Transition.Role.AUTHOR


def _run_clock(idea: Idea, source: State, to: State, now: datetime) -> None:
    """The promised first answer: counted from handing in, paused while the citizen is asked."""
    if to == State.SUBMITTED or (to == State.PUBLISHED and idea.submitted_at is None):
        idea.submitted_at = idea.submitted_at or now
        idea.due_at = idea.due_at or now + idea.response_days
    if to in LISTED_STATES:
        idea.published_at = idea.published_at or now
    if to == State.NEEDS_INFORMATION and source == State.IN_REVIEW:
        idea.clock_paused_at = now
    if to == State.IN_REVIEW and idea.clock_paused_at:
        if idea.due_at:
            idea.due_at += now - idea.clock_paused_at
        idea.clock_paused_at = None
    if to == State.DECLINED:
        idea.answered_at = now
    if source == State.DECLINED and to == State.SUBMITTED:
        idea.answered_at = None
        idea.due_at = now + idea.response_days


def _forget_words(idea: Idea) -> None:
    idea.text = idea.place = idea.guest_email = idea.display_name = ""
    idea.lat = idea.lon = None
