"""One question in several towns: asked, joined, declined, left; each town steers its own."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation import secrets
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from participation.models import Municipality
from polls import policy
from polls.errors import IllegalStep
from polls.models import JointPart, JointSession
from polls.models.answers import QuestionType, YesNo
from polls.services import questions, sessions
from polls.services.wording import Wording, cleaned, line

State = JointPart.State
# Whose counts can stand side by side, one line under the other, and be added up.
JOINT_TYPES = (
    QuestionType.SINGLE,
    QuestionType.MULTIPLE,
    QuestionType.YES_NO,
    QuestionType.SCALE,
    QuestionType.POINTS,
)
MAX_TOWNS = 60


@transaction.atomic
def create_joint(
    *, actor: Actor, title: str, wording: Wording, towns: Iterable[str], now: datetime
) -> JointSession:
    """A joint question of the actor's town, which invites itself and the `towns` (slugs).

    Raises LoginRequired, NotAllowed, InvalidInput (`title`, `towns`, and as `add_question`).
    """
    policy.facilitator(actor)
    if wording.type not in JOINT_TYPES:
        message = _("Gemeinsam fragen lassen sich nur Auswahl, Ja/Nein, Skala und Punkte.")
        raise InvalidInput("type", "joint_type", message)
    clean = cleaned(wording, "hidden")
    options = [] if clean.type == QuestionType.YES_NO else [list(pair) for pair in clean.options]
    joint = JointSession.objects.create(
        municipality=actor.town,
        code=_free_code(),
        title=line("title", title, 160),
        type=clean.type,
        text=clean.text,
        text_en=clean.text_en,
        options=options,
        config=clean.config,
        created_at=now,
    )
    invited = [actor.town, *_other_towns(actor, towns)]
    JointPart.objects.bulk_create(JointPart(joint=joint, municipality=town) for town in invited)
    return joint


@transaction.atomic
def invite_town(*, actor: Actor, code: str, town: str) -> JointPart:
    """Ask one more town, or once more one that declined or left.

    By the town that made the joint question. Raises NotFound, NotAllowed, InvalidInput (`towns`),
    IllegalStep (it takes part, or is asked already).
    """
    policy.facilitator(actor)
    normal = secrets.normal_code(code)
    joint = JointSession.objects.of(actor.town).select_for_update().filter(code=normal).first()
    if joint is None:
        raise NotFound
    (asked,) = _other_towns(actor, [town])
    part, created = JointPart.objects.get_or_create(joint=joint, municipality=asked)
    if not created:
        _move(part, {State.DECLINED, State.LEFT}, State.INVITED)
    return part


@transaction.atomic
def join(*, actor: Actor, code: str, live_code: str = "", now: datetime) -> JointPart:
    """Take part: the question is added to the town's live session, or to a new one of its own.

    Locks the part, then the session. Raises NotFound, NotAllowed, IllegalStep (not invited; the
    session has ended).
    """
    part = _locked_part(actor, code)
    joint = part.joint
    _move(part, {State.INVITED}, State.JOINED)
    if not live_code:
        live_code = sessions.create_session(actor=actor, title=joint.title, now=now).code
    part.question = questions.add_question(actor=actor, code=live_code, wording=wording_of(joint))
    part.save(update_fields=["question"])
    return part


@transaction.atomic
def decline(*, actor: Actor, code: str) -> JointPart:
    """Do not take part. Raises NotFound, NotAllowed, IllegalStep."""
    return _move(_locked_part(actor, code), {State.INVITED}, State.DECLINED)


@transaction.atomic
def leave(*, actor: Actor, code: str) -> JointPart:
    """Stop to stand beside the others, at any time; the town's own question goes on unharmed.

    Raises NotFound, NotAllowed, IllegalStep.
    """
    part = _locked_part(actor, code)
    part.question = None
    part.save(update_fields=["question"])
    return _move(part, {State.JOINED}, State.LEFT)


def wording_of(joint: JointSession) -> Wording:
    """As every town asks it."""
    return Wording(
        type=joint.type,
        text=joint.text,
        text_en=joint.text_en,
        options=[(text, text_en) for text, text_en in joint.options],
        config=joint.config,
    )


def options_of(joint: JointSession) -> list[tuple[str, str]]:
    """The answers, German and English, in the order in which every town's options stand."""
    if joint.type == QuestionType.YES_NO:
        return list(YesNo.OPTIONS)
    return [(text, text_en) for text, text_en in joint.options]


def lines_of(joint: JointSession) -> list[tuple[str, str]]:
    """What each count stands for, German and English: the answers, or the steps of a scale."""
    if joint.type != QuestionType.SCALE:
        return options_of(joint)
    low, high = joint.config["min"], joint.config["max"]
    ends = {low: "low", high: "high"}
    return [
        (_step(joint, step, ends.get(step, "")), _step(joint, step, ends.get(step, ""), "_en"))
        for step in range(low, high + 1)
    ]


def _step(joint: JointSession, step: int, end: str, language: str = "") -> str:
    name = joint.config.get(f"{end}{language}") or joint.config.get(end, "")
    return f"{step} ({name})" if name else str(step)


def _locked_part(actor: Actor, code: str) -> JointPart:
    policy.facilitator(actor)
    part = (
        JointPart.objects.of(actor.town)
        .select_for_update(of=("self",))
        .select_related("joint")
        .filter(joint__code=secrets.normal_code(code))
        .first()
    )
    if part is None:
        raise NotFound
    return part


def _move(part: JointPart, before: set[State], after: State) -> JointPart:
    if part.state not in before:
        raise IllegalStep
    part.state = after
    part.save(update_fields=["state"])
    return part


def _other_towns(actor: Actor, slugs: Iterable[str]) -> list[Municipality]:
    wanted = sorted({slug.strip() for slug in slugs if slug.strip()})
    active = Municipality.objects.filter(state=Municipality.State.ACTIVE)
    found = list(active.filter(slug__in=wanted[: MAX_TOWNS + 1]).order_by("name", "pk"))
    if not wanted or len(found) != len(wanted) or actor.town in found:
        raise InvalidInput(
            "towns", "unknown_municipality", _("Bitte wählen Sie andere, aktive Kommunen.")
        )
    return found


def _free_code() -> str:
    code = secrets.new_code()
    while JointSession.objects.filter(code=code).exists():
        code = secrets.new_code()
    return code
