"""Add a question to a live session, word it anew, take it back."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput
from polls import policy, queries
from polls.errors import IllegalStep, NoSuchQuestion, QuestionFrozen, QuestionReworded
from polls.models import JointPart, LiveSession, Option, Question, Round
from polls.models.answers import QuestionType
from polls.services import sessions
from polls.services.pictures import Pictures, drop_unused, made_anew, names_of
from polls.services.wording import Wording, cleaned

MAX_QUESTIONS = 100


def add_question(
    *, actor: Actor, code: str, wording: Wording, pictures: Pictures | None = None
) -> Question:
    """A question with its options and a first round in draft, at the end of the session.

    Locks the session. Raises NotFound, NotAllowed, IllegalStep (ended), InvalidInput (`type`,
    `text`, `options`, `config`, `config.<setting>`, `visibility`, `texts`, `texts.<language>`,
    `option_texts`, `image`, `image_alt`, `option_images`, `option_images.<place>`).
    """
    policy.must_facilitate(actor, queries.live_session(actor, code))
    made = made_anew(pictures)
    with transaction.atomic():
        session = sessions.locked_session(actor, code)
        if session.state not in {LiveSession.State.DRAFT, LiveSession.State.LIVE}:
            raise IllegalStep
        clean = cleaned(made.named_in(wording), session.visibility)
        count = Question.objects.filter(session=session).count()
        if count >= MAX_QUESTIONS:
            many = _("Höchstens 100 Fragen je Live-Runde.")
            raise InvalidInput("text", "too_many_questions", many)
        last = Question.objects.filter(session=session).aggregate(last=Max("position"))["last"]
        question = Question.objects.create(
            session=session, position=(last or 0) + 1, **_columns(clean)
        )
        _write_options(question, clean)
        made.keep()
        Round.objects.create(question=question, n=1, visibility=clean.visibility)
        sessions.tell_facilitators(session)
    return question


def change_question(
    *,
    actor: Actor,
    code: str,
    question_id: int,
    changes: Mapping[str, Any],
    pictures: Pictures | None = None,
    seen: str = "",
) -> Question:
    """Word a question anew that was not put yet; `changes` has field names of Wording.

    `seen` is `stamp_of` what stood there when the editor was opened; without it, whatever stands
    there is changed.

    What is not named stays, the pictures and further languages of options that are worded anew
    included; options keep their ids. Another type starts with no options and no config of the old
    one. Locks the session. Raises NotFound, NotAllowed, IllegalStep (ended), NoSuchQuestion,
    QuestionFrozen, QuestionReworded, and InvalidInput as `add_question`.
    """
    policy.must_facilitate(actor, queries.live_session(actor, code))
    made = made_anew(pictures)
    with transaction.atomic():
        session = sessions.locked_session(actor, code)
        question = _question_not_put(session, question_id)
        if seen and seen != stamp_of(question):
            raise QuestionReworded
        round_ = question.rounds.get()
        before = names_of(question)
        there = wording_of(question, round_.visibility)
        if changes.get("type", there.type) != there.type:
            there = replace(there, options=(), config={}, option_texts=(), option_images=())
        clean = cleaned(made.named_in(_changed(there, changes)), session.visibility)
        columns = _columns(clean)
        for name, value in columns.items():
            setattr(question, name, value)
        question.save(update_fields=list(columns))
        _write_options(question, clean)
        made.keep()
        drop_unused(before)
        round_.visibility = clean.visibility
        round_.save(update_fields=["visibility"])
        sessions.tell_facilitators(session)
    return question


@transaction.atomic
def remove_question(*, actor: Actor, code: str, question_id: int) -> None:
    """Take back a question that was not put yet. Locks the session.

    Raises NotFound, NotAllowed, IllegalStep (ended), NoSuchQuestion, QuestionFrozen.
    """
    session = sessions.locked_session(actor, code)
    question = _question_not_put(session, question_id)
    drop_unused(names_of(question))
    question.delete()
    sessions.tell_facilitators(session)


def _question_not_put(session: LiveSession, question_id: int) -> Question:
    """Whoever has seen a question may trust its words: only one without an opened round changes.

    Rounds open under the session's lock, so none can open meanwhile.
    """
    if session.state not in {LiveSession.State.DRAFT, LiveSession.State.LIVE}:
        raise IllegalStep
    question = Question.objects.filter(session=session, pk=question_id).first()
    if question is None:
        raise NoSuchQuestion
    put = question.rounds.exclude(state=Round.State.DRAFT).exists()
    # A joint question is worded by all of its towns; who wants another wording leaves first.
    if put or JointPart.objects.filter(question=question).exists():
        raise QuestionFrozen
    return question


def wording_of(question: Question, visibility: str) -> Wording:
    """As it was handed in: the options of a yes/no question are its own."""
    own = question.type == QuestionType.YES_NO
    options = [] if own else list(question.options.order_by("position", "pk"))
    return Wording(
        type=question.type,
        text=question.text,
        text_en=question.text_en,
        options=[(option.text, option.text_en) for option in options],
        config=question.config,
        visibility=visibility,
        texts=question.texts,
        option_texts=[option.texts for option in options],
        image=question.image.name or "",
        image_alt=question.image_alt,
        option_images=[option.image.name or "" for option in options],
    )


def stamp_of(question: Question) -> str:
    """Sixteen characters for all that its editor shows."""
    worded = json.dumps(asdict(wording_of(question, "")), sort_keys=True)
    return hashlib.sha256(worded.encode()).hexdigest()[:16]


def _changed(there: Wording, changes: Mapping[str, Any]) -> Wording:
    """With new options, the pictures and languages of the old ones follow them."""
    changed = replace(there, **changes)
    if "options" not in changes:
        return changed
    homes = _homes([text for text, _en in there.options], [text for text, _en in changed.options])
    texts, images = [*there.option_texts], [*there.option_images]
    if "option_texts" not in changes:
        followed = [texts[home] if home is not None else {} for home in homes]
        changed = replace(changed, option_texts=followed)
    if "option_images" not in changes:
        kept = [images[home] if home is not None else "" for home in homes]
        changed = replace(changed, option_images=kept)
    return changed


def _homes(before: Sequence[str], after: Sequence[str]) -> list[int | None]:
    """For each new option the place of the old one: the same words, or the same place where those
    words are gone, as when one is reworded.
    """
    gone = {place for place, text in enumerate(before) if text not in after}
    return [
        before.index(text) if text in before else place if place in gone else None
        for place, text in enumerate(after)
    ]


def _columns(wording: Wording) -> dict[str, Any]:
    return {
        "type": wording.type,
        "text": wording.text,
        "text_en": wording.text_en,
        "texts": dict(wording.texts),
        "image": wording.image,
        "image_alt": wording.image_alt,
        "config": wording.config,
    }


def _write_options(question: Question, wording: Wording) -> None:
    """Rows stand place by place, so an option that stays keeps its id."""
    there = {option.position: option for option in question.options.order_by("position", "pk")}
    rows = []
    for position, ((text, text_en), texts, image) in enumerate(
        zip(wording.options, wording.option_texts, wording.option_images, strict=True), start=1
    ):
        option = there.pop(position, None) or Option(question=question, position=position)
        option.text, option.text_en, option.texts = text, text_en, dict(texts)
        option.image.name = image
        rows.append(option)
    Option.objects.filter(pk__in=[option.pk for option in there.values()]).delete()
    Option.objects.bulk_update(
        [row for row in rows if row.pk], ["text", "text_en", "texts", "image"]
    )
    Option.objects.bulk_create(row for row in rows if not row.pk)
