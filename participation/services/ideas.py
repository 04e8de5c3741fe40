"""Handing in an idea, confirming it, revising it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation import policy
from participation.actors import Actor
from participation.emails import ideas as emails
from participation.errors import (
    Gone,
    InvalidInput,
    LoginRequired,
    RuleBroken,
    TooManyRequests,
    VersionConflict,
)
from participation.models import Campaign, Idea, Phase
from participation.models.access import Scope
from participation.models.ideas import Origin, State
from participation.queries import ideas as queries
from participation.queries.municipalities import theme_by_slug
from participation.services import references, statuses, wording

CONFIRM_WITHIN = timedelta(days=7)
UNCONFIRMED_AT_MOST = 5
REGION_LAT = (50.0, 52.5)
REGION_LON = (6.0, 10.0)


@dataclass(frozen=True, slots=True)
class IdeaDraft:
    """What a person types. `theme` and `campaign` are slugs; `point` is (lat, lon)."""

    title: str
    text: str
    theme: str
    place: str = ""
    point: tuple[float, float] | None = None
    campaign: str = ""
    anonymous: bool = False
    name: str = ""
    email: str = ""
    language: str = "de"
    origin: str = Origin.WEB


class PhaseClosed(RuleBroken):
    code = "phase_closed"
    message = _("Diese Beteiligung nimmt gerade keine Beiträge an.")


class LinkExpired(Gone):
    code = "link_expired"
    message = _(
        "Dieser Link ist abgelaufen. Bitte reichen Sie Ihre Idee noch einmal ein – "
        "Sie bekommen dann einen neuen."
    )


@transaction.atomic
def hand_in(*, actor: Actor, draft: IdeaDraft, now: datetime) -> Idea:
    """Keep an idea under its reference.

    A guest's stays a draft until the mailed link is confirmed; a logged-in person's, and what staff
    capture for someone, goes to moderation at once, or is published where the campaign moderates
    afterwards. Locks the town's reference counter last.

    Raises InvalidInput (also `unknown_theme`, `unknown_campaign`), LoginRequired (a campaign
    without guests), PhaseClosed, NotAllowed, TooManyRequests (five unconfirmed of one address).
    """
    words = _checked(draft)
    captured = _is_captured(actor, words.origin)
    theme = theme_by_slug(actor, words.theme)
    campaign = _open_campaign(actor, words.campaign, now)
    guest = actor.user is None and not captured
    if guest:
        _check_guest(words, campaign, now)
    own = actor.user is not None and not captured
    idea = Idea.objects.create(
        reference=references.next_reference(actor.town, now),
        municipality=actor.town,
        campaign=campaign,
        theme=theme,
        title=words.title,
        text=words.text,
        language=words.language,
        place=words.place,
        lat=words.point[0] if words.point else None,
        lon=words.point[1] if words.point else None,
        author=actor.user if own else None,
        guest_email="" if own else words.email,
        display_name="" if words.anonymous else words.name or _own_name(actor, own=own),
        origin=words.origin,
        captured_by=actor.user if captured else None,
        created_at=now,
        confirmed_at=None if guest else now,
        confirm_until_at=now + CONFIRM_WITHIN if guest else None,
    )
    if guest:
        emails.send_confirm_idea.enqueue(idea.pk)
        return idea
    return _submit(idea, actor, now)


@transaction.atomic
def confirm_idea(*, idea_id: int, actor: Actor, now: datetime) -> Idea:
    """A guest's idea goes to moderation; a second time changes nothing. Locks the idea.

    Raises LinkExpired, Idea.DoesNotExist.
    """
    idea = Idea.objects.select_for_update().get(pk=idea_id)
    if idea.confirmed_at or idea.state != State.DRAFT:
        return idea
    if idea.confirm_until_at and idea.confirm_until_at < now:
        raise LinkExpired
    idea.confirmed_at = now
    idea.save(update_fields=("confirmed_at",))
    return _submit(idea, actor, now)


@transaction.atomic
def revise_idea(
    *,
    actor: Actor,
    reference: str,
    changes: dict[str, str],
    version: int,
    now: datetime,
    token: str = "",
) -> Idea:
    """Change title, text, place or theme; a declined idea goes back to moderation by that.

    Its author may while nothing is published, staff may always set theme and place. Locks the idea.
    Raises NotFound, NotAllowed, IllegalStep, VersionConflict, InvalidInput.
    """
    idea = statuses.locked(actor, reference, token)
    author = policy.is_author(actor, idea, token)
    policy.require_business(actor, idea, token)
    if version != idea.version:
        raise VersionConflict
    unpublished = idea.state in (State.DRAFT, State.SUBMITTED, State.DECLINED)
    if not author:
        actor.require(Scope.IDEAS)
        if changes.keys() - {"theme", "place"}:
            raise InvalidInput(
                "title", "not_yours", _("Titel und Text ändert nur, wer die Idee eingereicht hat.")
            )
    elif not unpublished:
        raise policy.IllegalStep(_("Eine veröffentlichte Idee lässt sich nicht mehr ändern."))
    if idea.state == State.WITHDRAWN:
        raise policy.IllegalStep
    _apply(idea, changes, actor)
    if author and idea.state == State.DECLINED:
        words = statuses.Step(to=State.SUBMITTED)
        return statuses.move(idea, State.SUBMITTED, words=words, actor=actor, now=now)
    return idea


@transaction.atomic
def forget_unconfirmed(*, now: datetime) -> int:
    """Delete drafts whose link ran out a week ago. Returns how many."""
    count, _per_model = Idea.objects.filter(
        state=State.DRAFT, confirmed_at=None, confirm_until_at__lt=now - CONFIRM_WITHIN
    ).delete()
    return count


def _submit(idea: Idea, actor: Actor, now: datetime) -> Idea:
    after = idea.campaign and idea.campaign.moderation == Campaign.Moderation.AFTER
    to = State.PUBLISHED if after else State.SUBMITTED
    return statuses.move(idea, to, words=statuses.Step(to=to), actor=actor, now=now)


def _checked(draft: IdeaDraft) -> IdeaDraft:
    if draft.origin not in Origin.values:
        raise InvalidInput("origin", "unknown_origin", _("Diese Herkunft gibt es nicht."))
    if draft.point is not None:
        lat, lon = draft.point
        if not (REGION_LAT[0] <= lat <= REGION_LAT[1] and REGION_LON[0] <= lon <= REGION_LON[1]):
            raise InvalidInput(
                "point", "outside_region", _("Bitte wählen Sie einen Ort in der Region.")
            )
    return replace(
        draft,
        title=wording.line("title", draft.title, wording.TITLE_LENGTH, required=True),
        text=wording.paragraphs("text", draft.text, wording.TEXT_LENGTH, required=True),
        theme=wording.line("theme", draft.theme, 50, required=True),
        campaign=wording.line("campaign", draft.campaign, 60),
        place=wording.line("place", draft.place, wording.PLACE_LENGTH),
        name=wording.line("name", draft.name, wording.NAME_LENGTH),
        email=wording.address("email", draft.email) if draft.email.strip() else "",
        language="en" if draft.language.startswith("en") else "de",
    )


def _is_captured(actor: Actor, origin: str) -> bool:
    """Staff typing a paper card, or a program with the town's key, hand in for someone else.

    What a workshop wrote on its cards its facilitator passes on, too.
    """
    if origin != Origin.WEB:
        if origin != Origin.WORKSHOP or not actor.may(Scope.LIVE):
            actor.require(Scope.IDEAS)
        return True
    return actor.user is None and actor.may(Scope.IDEAS)


def _open_campaign(actor: Actor, slug: str, now: datetime) -> Campaign | None:
    if not slug:
        return None
    campaign = queries.campaign_by_slug(actor, slug)
    if not phase_allows(campaign, "ideas", now):
        raise PhaseClosed
    return campaign


def phase_allows(campaign: Campaign | None, what: str, now: datetime) -> bool:
    """Whether a phase that runs allows `ideas`, `comments` or `supports`; no campaign, no limit."""
    if campaign is None:
        return True
    return Phase.objects.filter(
        campaign=campaign, starts_at__lte=now, ends_at__gt=now, **{f"allows_{what}": True}
    ).exists()


def _check_guest(words: IdeaDraft, campaign: Campaign | None, now: datetime) -> None:
    if campaign and not campaign.guests_allowed:
        raise LoginRequired
    if not words.email:
        raise InvalidInput(
            "email",
            "required",
            _(
                "Bitte geben Sie Ihre E-Mail-Adresse an. Wir schicken Ihnen einen Link zum "
                "Bestätigen."
            ),
        )
    waiting = Idea.objects.filter(
        guest_email=words.email, state=State.DRAFT, confirmed_at=None, confirm_until_at__gt=now
    )
    if waiting.count() >= UNCONFIRMED_AT_MOST:
        raise TooManyRequests(retry_after=3600)


def _own_name(actor: Actor, *, own: bool) -> str:
    return actor.user.name[: wording.NAME_LENGTH] if own and actor.user else ""


def _apply(idea: Idea, changes: dict[str, str], actor: Actor) -> None:
    if "title" in changes:
        idea.title = wording.line("title", changes["title"], wording.TITLE_LENGTH, required=True)
    if "text" in changes:
        idea.text = wording.paragraphs("text", changes["text"], wording.TEXT_LENGTH, required=True)
    if "place" in changes:
        idea.place = wording.line("place", changes["place"], wording.PLACE_LENGTH)
    if "theme" in changes:
        slug = wording.line("theme", changes["theme"], 50, required=True)
        idea.theme = theme_by_slug(actor, slug)
    idea.version += 1
    idea.save(update_fields=("title", "text", "place", "theme", "version"))
