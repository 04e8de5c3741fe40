"""What is read of ideas. `visible_to` is the one rule of who sees which."""

import re
import unicodedata

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from participation import tickets
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from participation.models import (
    Assignment,
    Campaign,
    Comment,
    CoSignature,
    Follow,
    Idea,
    Merge,
    OfficialResponse,
    Support,
    Transfer,
    Transition,
    User,
)
from participation.models.access import Scope
from participation.models.ideas import LISTED_STATES, IdeaQuerySet, State

REFERENCE = re.compile(r"[A-Z0-9]{2}-[0-9]{4}-[0-9]{5}")
SIMILAR_AT_MOST = 5
SIMILAR_CANDIDATES = 200
COMMON_WORDS = re.compile(
    "aber|alle|auch|beim|dass|diese?r?|eine?n?r?|haben|hier|kann|können|mehr|muss|nach|neuen?|nicht|"
    "noch|oder|sein|sich|sind|sollte|stadt|über|unserer?|unser|wenn|werden|wird|"
    "about|from|have|more|must|should|that|with"
)
SORTS: dict[str, tuple[str, ...]] = {
    "new": ("-published_at", "-pk"),
    "support": ("-support_count", "-published_at", "-pk"),
    "answered": ("-answered_at", "-published_at", "-pk"),
}


def visible_to(actor: Actor) -> IdeaQuerySet:
    """The public's ideas of the town, one's own, and for staff all that were handed in."""
    found = Idea.objects.of(actor.town)
    if actor.may(Scope.MODERATE) or actor.may(Scope.IDEAS):
        return found.exclude(state=State.DRAFT, captured_by=None)
    if actor.user is not None:
        return found.public() | found.filter(author=actor.user)
    return found.public()


def plain(text: str) -> str:
    """A search as typed, without what no text contains; at most 100 characters."""
    kept = "".join(" " if unicodedata.category(ch).startswith("C") else ch for ch in text)
    return kept.strip()[:100]


def contains(text: str) -> Q:
    """Title, text or place holds every word, in any case, also beyond ASCII on SQLite."""
    found = Q()
    for word in plain(text).split()[:8]:
        anywhere = Q(reference=word.upper())
        for form in {word, word.lower(), word.upper(), word.capitalize()}:
            for column in ("title", "text", "place"):
                anywhere |= Q(**{f"{column}__icontains": form})
        found &= anywhere
    return found


def ideas(
    actor: Actor,
    *,
    text: str = "",
    theme: str = "",
    state: str = "",
    campaign: str = "",
    sort: str = "new",
) -> IdeaQuerySet:
    """The public list, for everyone alike; those called for by link only appear by its campaign.

    Without a `state`, merged and withdrawn ones are left out. An unknown state finds nothing.
    """
    found = Idea.objects.of(actor.town).public().select_related("theme", "campaign")
    found = found.filter(state=plain(state)) if state else found.filter(state__in=LISTED_STATES)
    if campaign:
        found = found.filter(campaign__slug=plain(campaign))
    else:
        found = found.exclude(campaign__visibility=Campaign.Visibility.LINK)
    if theme:
        found = found.filter(theme__slug=plain(theme))
    if text:
        found = found.filter(contains(text))
    if sort == "answered":
        found = found.filter(answered_at__isnull=False)
    return found.order_by(*SORTS[sort])


def idea(actor: Actor, reference: str) -> Idea:
    """One visible idea with theme, campaign, author and what it was merged into.

    Raises NotFound.
    """
    if not REFERENCE.fullmatch(reference):
        raise NotFound
    found = (
        visible_to(actor)
        .select_related("theme", "campaign", "author", "merged_into", "municipality", "captured_by")
        .filter(reference=reference)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def handed_over(actor: Actor, reference: str) -> Idea | None:
    """A public idea that this town gave to another: it has moved, and its trace leads there."""
    if not REFERENCE.fullmatch(reference):
        return None
    return (
        Idea.objects.public()
        .filter(
            reference=reference,
            transfers__giver=actor.town,
            transfers__state=Transfer.State.ACCEPTED,
        )
        .exclude(municipality=actor.town)
        .select_related("municipality")
        .first()
    )


def author_idea(token: str) -> Idea:
    """The idea behind a guest author's signed link. Raises NotFound."""
    found = Idea.objects.select_related(
        "municipality", "theme", "campaign", "author", "merged_into"
    )
    row = found.filter(pk=tickets.author_of(token)).first()
    if row is None:
        raise NotFound
    return row


def idea_of_link(purpose: tickets.Purpose, row_id: int) -> Idea:
    """The idea a mailed link is about. Raises NotFound."""
    found = Idea.objects.select_related("municipality", "theme", "campaign")
    if purpose == "support":
        row = found.filter(supports=row_id).first()
    elif purpose == "follow":
        row = found.filter(follows=row_id).first()
    else:
        row = found.filter(pk=row_id).first()
    if row is None:
        raise NotFound
    return row


def own_ideas(user: User) -> IdeaQuerySet:
    """What a person handed in, over all towns."""
    return (
        Idea.objects.filter(author=user)
        .select_related("municipality", "theme")
        .order_by("-created_at", "-pk")
    )


def history(target: Idea) -> QuerySet[Transition]:
    """The public steps: from publication on, without what went on out of sight."""
    return (
        Transition.objects.filter(idea=target, to_state__in=(*LISTED_STATES, State.WITHDRAWN))
        .exclude(from_state__in=(State.HIDDEN, State.MERGED))
        .order_by("created_at", "pk")
    )


def last_step(target: Idea) -> Transition | None:
    """The latest step with its rule and reason, for the author and the staff alone."""
    return Transition.objects.filter(idea=target).order_by("-created_at", "-pk").first()


def responses(target: Idea) -> QuerySet[OfficialResponse]:
    """The town's answers with who signs them, the valid one first: two statements."""
    signatures = CoSignature.objects.select_related("municipality").order_by("asked_at", "pk")
    return (
        OfficialResponse.objects.filter(idea=target)
        .select_related("idea__municipality")
        .prefetch_related(Prefetch("cosignatures", signatures))
        .order_by("-number", "pk")
    )


def latest_response_number(target: Idea) -> int:
    """0 where the town has not answered yet."""
    numbers = OfficialResponse.objects.filter(idea=target).order_by("-number")
    return numbers.values_list("number", flat=True).first() or 0


def transfers(target: Idea) -> QuerySet[Transfer]:
    """Where the idea was handed over, or is offered to; the oldest first."""
    return (
        Transfer.objects.filter(idea=target)
        .select_related("giver", "taker")
        .order_by("offered_at", "pk")
    )


def assignment(target: Idea) -> Assignment | None:
    """Who deals with the idea."""
    return Assignment.objects.filter(idea=target).select_related("person").first()


def active_merge(target: Idea) -> Merge | None:
    """The merge that can be undone."""
    return Merge.objects.filter(idea=target, undone_at=None).select_related("into").first()


def comments(target: Idea) -> list[Comment]:
    """Published comments, answers right after what they answer: one statement."""
    rows = list(
        Comment.objects.filter(idea=target, state=Comment.State.PUBLISHED).order_by(
            "created_at", "pk"
        )
    )
    tops = [row for row in rows if row.parent_id is None]
    return [row for top in tops for row in (top, *(one for one in rows if one.parent_id == top.pk))]


def supports(actor: Actor, target: Idea) -> bool:
    """Whether the person logged in stands behind the idea; guests are not remembered."""
    return actor.user is not None and Support.objects.filter(idea=target, user=actor.user).exists()


def follows(actor: Actor, target: Idea) -> bool:
    return actor.user is not None and Follow.objects.filter(idea=target, user=actor.user).exists()


def campaign_by_slug(actor: Actor, slug: str) -> Campaign:
    """Raises InvalidInput `unknown_campaign`, also for another town's."""
    found = Campaign.objects.of(actor.town).filter(slug=plain(slug)).first()
    if found is None:
        raise InvalidInput(
            "campaign", "unknown_campaign", _("Diese Beteiligung gibt es hier nicht.")
        )
    return found


def similar(actor: Actor, title: str) -> list[Idea]:
    """At most five public ideas whose titles share words with `title`, the closest first.

    Words of four letters or more count by their stem; the two hundred latest that share one are
    ranked, which is the same on every database.
    """
    stems = _stems(title)
    anywhere = Q()
    for stem in stems:
        # SQLite folds case in ASCII only; an umlaut at the start needs its capital.
        anywhere |= Q(title__icontains=stem) | Q(title__icontains=stem.capitalize())
    if not stems:
        return []
    candidates = ideas(actor).filter(anywhere)[:SIMILAR_CANDIDATES]
    scored = [(sum(stem in row.title.lower() for stem in stems), row) for row in candidates]
    ranked = sorted(
        (pair for pair in scored if pair[0]),
        key=lambda pair: (-pair[0], -pair[1].support_count, -pair[1].pk),
    )
    return [row for _score, row in ranked[:SIMILAR_AT_MOST]]


def _stems(title: str) -> list[str]:
    words = set(re.findall(r"[^\W\d_]{4,}", plain(title).lower()))
    telling = (word for word in words if not COMMON_WORDS.fullmatch(word))
    return sorted(word[: max(4, len(word) - 2)] for word in telling)[:12]
