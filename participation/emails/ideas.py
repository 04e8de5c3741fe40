"""Mails about ideas: links to confirm, steps to the author and to those who follow."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django_tasks import task

from participation import tickets
from participation.emails import Mail, send_once
from participation.models import Follow, Idea, OfficialResponse, Support, Transition
from participation.models.ideas import LISTED_STATES, State

# What the author alone hears of, and what everyone who follows does.
FOR_AUTHOR = (State.SUBMITTED, State.PUBLISHED, State.DECLINED, State.HIDDEN)
FOR_ALL = (*(state for state in LISTED_STATES if state != State.PUBLISHED), State.MERGED)


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone a mail goes to; `person` keeps the event unique, `leave_url` ends the mails."""

    person: str
    email: str
    language: str
    context: dict[str, Any]


@task()
def send_confirm_idea(idea_id: int) -> None:
    """The link by which a guest confirms a new idea."""
    idea = _idea(idea_id)
    if not idea.is_unconfirmed or not idea.guest_email:
        return
    send_once(
        Mail(
            event=f"idea-{idea.pk}-confirm",
            to=idea.guest_email,
            template="idea_confirm",
            language=idea.language,
            context={"idea": idea, "town": idea.municipality, "url": _link("idea", idea.pk)},
        )
    )


@task()
def send_confirm_support(support_id: int, attempt: str) -> None:
    """The link by which a guest confirms a support; `attempt` tells two requests apart."""
    support = Support.objects.select_related("idea__municipality").get(pk=support_id)
    if support.confirmed_at or not support.email:
        return
    send_once(
        Mail(
            event=f"support-{support.pk}-{attempt}",
            to=support.email,
            template="idea_support",
            language=support.language,
            context={
                "idea": support.idea,
                "town": support.idea.municipality,
                "url": _link("support", support.pk),
            },
        )
    )


@task()
def send_confirm_follow(follow_id: int, attempt: str) -> None:
    """The link by which a guest confirms to hear of every step."""
    follow = Follow.objects.select_related("idea__municipality").get(pk=follow_id)
    if follow.confirmed_at or not follow.email:
        return
    send_once(
        Mail(
            event=f"follow-{follow.pk}-{attempt}",
            to=follow.email,
            template="idea_follow",
            language=follow.language,
            context={
                "idea": follow.idea,
                "town": follow.idea.municipality,
                "url": _link("follow", follow.pk),
            },
        )
    )


@task()
def send_step(transition_id: int) -> None:
    """Tell the author and, where it concerns them, all who follow of one step."""
    step = Transition.objects.select_related("idea").get(pk=transition_id)
    idea = _idea(step.idea_id)
    state = State(step.to_state)
    context = {
        "step": step,
        "state": state,
        "label": state.label,
        "response": _response_of(step),
    }
    for reader in _readers(
        idea, author=state in (*FOR_AUTHOR, *FOR_ALL), followers=state in FOR_ALL
    ):
        _send(reader, idea, f"transition-{step.pk}", "idea_step", context)


@task()
def send_response(response_id: int) -> None:
    """Tell the author and all who follow of a new answer."""
    response = OfficialResponse.objects.get(pk=response_id)
    idea = _idea(response.idea_id)
    for reader in _readers(idea, author=True, followers=True):
        _send(reader, idea, f"response-{response.pk}", "idea_response", {"response": response})


def _send(reader: Reader, idea: Idea, event: str, template: str, context: dict[str, Any]) -> None:
    send_once(
        Mail(
            event=f"{event}-{reader.person[:24]}",
            to=reader.email,
            template=template,
            language=reader.language,
            context={
                "idea": idea,
                "town": idea.municipality,
                "url": _site(reverse("idea", args=(idea.municipality.slug, idea.reference))),
                **context,
                **reader.context,
            },
        )
    )


def _readers(idea: Idea, *, author: bool, followers: bool) -> list[Reader]:
    """Each person once: the author first, then who follows."""
    found: dict[str, Reader] = {}
    if author and idea.contact:
        person = tickets.person_key(idea.contact)
        language = idea.author.language if idea.author else idea.language
        own = _site(reverse("idea_own", args=(tickets.link_token("author", idea.pk),)))
        found[person] = Reader(person, idea.contact, language, {"own_url": own})
    if followers:
        rows = Follow.objects.filter(idea=idea, confirmed_at__isnull=False).select_related("user")
        for row in rows.order_by("pk"):
            leave = _site(reverse("idea_unfollow", args=(tickets.link_token("follow", row.pk),)))
            language = row.user.language if row.user else row.language
            reader = Reader(row.person, row.contact, language, {"leave_url": leave})
            found.setdefault(row.person, reader)
    return list(found.values())


def _response_of(step: Transition) -> OfficialResponse | None:
    """The answer that was published together with this step."""
    return (
        OfficialResponse.objects.filter(idea=step.idea_id, published_at=step.created_at)
        .order_by("-number")
        .first()
    )


def _idea(idea_id: int) -> Idea:
    return Idea.objects.select_related("municipality", "author", "merged_into").get(pk=idea_id)


def _link(purpose: tickets.Purpose, row_id: int) -> str:
    return _site(reverse("idea_confirm", args=(tickets.link_token(purpose, row_id),)))


def _site(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
