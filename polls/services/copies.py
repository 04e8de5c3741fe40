"""Copies of sessions: the next evening, a template, a rehearsal. No answer comes along."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from participation.actors import Actor
from participation.models import Municipality
from polls import queries
from polls.errors import IllegalStep
from polls.models import LiveSession, Option, Question, Round
from polls.models.answers.places import box_of
from polls.services import sessions, wording

Kind = LiveSession.Kind
# What is prepared, and nothing of the evening itself.
SETTINGS = ("visibility", "pace", "qa", "cards", "reactions", "leaderboard")
WORDS = ("position", "text", "text_en", "texts", "image")


@transaction.atomic
def copy_session(
    *, actor: Actor, code: str, now: datetime, kind: str = Kind.REAL, title: str = ""
) -> LiveSession:
    """A new draft in the actor's town with the questions, options, pictures and settings of a
    session of the town's own or of a template that another town shares.

    It has a code of its own, and each question one round, in draft. As a template it is only
    copied; a rehearsal is open to everyone who has its code. Who may vote comes along within a
    town, except for tickets, which belong to their date; in another town a question on the map
    shows the map of that town. Raises NotFound, LoginRequired,
    NotAllowed, InvalidInput (`title`).
    """
    source = queries.copyable(actor, code)
    own = source.municipality_id == actor.town.pk
    brought = source.eligibility in {
        LiveSession.Eligibility.CODES,
        LiveSession.Eligibility.ACCOUNT,
    }
    keeps = own and brought and kind != Kind.REHEARSAL
    fresh = sessions.new_session(
        actor,
        now,
        title=wording.line("title", title or source.title, 160),
        kind=kind,
        eligibility=source.eligibility if keeps else LiveSession.Eligibility.ANYONE,
        **{name: getattr(source, name) for name in SETTINGS},
    )
    questions = Question.objects.filter(session=source).order_by("position", "pk")
    copy_questions(questions, fresh, home=None if own else source.municipality)
    return fresh


@transaction.atomic
def share_template(*, actor: Actor, code: str, shared: bool) -> LiveSession:
    """Show a template to the facilitators of all towns, or to none but the own again.

    Locks the session. Raises NotFound, NotAllowed, IllegalStep (not a template).
    """
    session = sessions.locked_session(actor, code)
    if session.kind != Kind.TEMPLATE:
        raise IllegalStep
    session.shared = shared
    session.save(update_fields=["shared"])
    return session


@transaction.atomic
def remove_prepared(*, actor: Actor, code: str) -> None:
    """Delete a template, or a session that was never started. Locks the session.

    Raises NotFound, NotAllowed, IllegalStep (it has been live).
    """
    session = sessions.locked_session(actor, code)
    if session.state != LiveSession.State.DRAFT:
        raise IllegalStep
    session.delete()


def copy_questions(
    questions: Iterable[Question],
    session: LiveSession,
    *,
    position: int | None = None,
    home: Municipality | None = None,
) -> list[Question]:
    """Write the questions anew in a session, each with a first round in draft; at `position`,
    where there is only one. `home` is the other town that they come from.
    """
    shown = _visibilities(questions)
    copies = []
    for question in questions:
        words = {name: getattr(question, name) for name in WORDS}
        if position is not None:
            words["position"] = position
        copy = Question.objects.create(
            session=session,
            type=question.type,
            **_ground(question, session.municipality, home),
            **words,
        )
        Option.objects.bulk_create(
            Option(question=copy, **{name: getattr(option, name) for name in WORDS})
            for option in question.options.order_by("position", "pk")
        )
        visibility = shown.get(question.pk, session.visibility)
        Round.objects.create(question=copy, n=1, visibility=visibility)
        copies.append(copy)
    return copies


def _ground(question: Question, town: Municipality, home: Municipality | None) -> dict[str, Any]:
    """The config and what its picture shows: a map is the map of the town that asks."""
    alt, config = question.image_alt, question.config
    if home is not None and config.get("on") == "map":
        alt, config = alt.replace(home.name, town.name), {**config, "box": box_of(town)}
    return {"image_alt": alt, "config": config}


def _visibilities(questions: Iterable[Question]) -> dict[int, str]:
    """When the counts of each question's first round were meant to be shown."""
    firsts = Round.objects.filter(question__in=[question.pk for question in questions], n=1)
    return dict(firsts.order_by("pk").values_list("question_id", "visibility"))
