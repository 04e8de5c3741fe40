"""Standing behind an idea, and hearing of its steps: once a person, guests by a mailed link."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation import policy, tickets
from participation.actors import Actor
from participation.emails import ideas as emails
from participation.errors import InvalidInput, LoginRequired, RuleBroken
from participation.models import Follow, Idea, Support
from participation.services import statuses, wording
from participation.services.ideas import phase_allows


class SupportClosed(RuleBroken):
    code = "support_closed"
    message = _("Diese Idee nimmt gerade keine Unterstützung an.")


class NotPublic(RuleBroken):
    code = "not_public"
    message = _("Diese Idee ist gerade nicht öffentlich.")


@transaction.atomic
def give_support(
    *, actor: Actor, reference: str, email: str = "", language: str = "de", now: datetime
) -> Support:
    """Put the person behind the idea; a second time changes nothing.

    Logged in it counts at once; a guest's counts when the mailed link is confirmed, and the answer
    does not tell whether the address stood behind the idea before. Locks the idea.
    Raises NotFound, SupportClosed, InvalidInput, LoginRequired (a key has nobody to speak for).
    """
    idea = statuses.locked(actor, reference)
    if idea.state not in policy.SUPPORTABLE or not phase_allows(idea.campaign, "supports", now):
        raise SupportClosed
    if actor.user is not None:
        person = tickets.person_key(actor.user.email)
        support = Support.objects.filter(idea=idea, user=actor.user).first()
        if support is None:
            support, _created = Support.objects.update_or_create(
                idea=idea,
                person=person,
                defaults={"user": actor.user, "email": "", "confirmed_at": now},
                create_defaults={
                    "user": actor.user,
                    "confirmed_at": now,
                    "created_at": now,
                },
            )
            recount(idea)
        return support
    address, language = guest_address(actor, email), "en" if language.startswith("en") else "de"
    support, _created = Support.objects.get_or_create(
        idea=idea,
        person=tickets.person_key(address),
        defaults={"email": address, "language": language, "created_at": now},
    )
    if support.confirmed_at is None:
        emails.send_confirm_support.enqueue(support.pk, f"{now:%Y%m%d%H}")
    return support


@transaction.atomic
def confirm_support(*, support_id: int, now: datetime) -> Support:
    """A guest's support counts from now on; a second time changes nothing. Locks idea and row.

    Raises Support.DoesNotExist, SupportClosed.
    """
    idea_id = Support.objects.values_list("idea", flat=True).get(pk=support_id)
    idea = Idea.objects.select_for_update().get(pk=idea_id)
    support = Support.objects.get(pk=support_id)
    if support.confirmed_at:
        return support
    if idea.state not in policy.SUPPORTABLE:
        raise SupportClosed
    support.confirmed_at, support.email = now, ""
    support.save(update_fields=("confirmed_at", "email"))
    recount(idea)
    return support


@transaction.atomic
def withdraw_support(*, actor: Actor, reference: str) -> Idea:
    """Take the support of the person logged in back; without one nothing happens. Locks the idea.

    Raises NotFound, LoginRequired.
    """
    if actor.user is None:
        raise LoginRequired
    idea = statuses.locked(actor, reference)
    Support.objects.filter(idea=idea, user=actor.user).delete()
    recount(idea)
    return idea


@transaction.atomic
def follow_idea(
    *, actor: Actor, reference: str, email: str = "", language: str = "de", now: datetime
) -> Follow:
    """Mail every step to the person; a guest's starts when the mailed link is confirmed.

    Raises NotFound, NotPublic, InvalidInput, LoginRequired (a key).
    """
    idea = statuses.locked(actor, reference)
    if not idea.is_listed:
        raise NotPublic
    if actor.user is not None:
        follow, _created = Follow.objects.update_or_create(
            idea=idea,
            person=tickets.person_key(actor.user.email),
            defaults={"user": actor.user, "email": "", "confirmed_at": now},
            create_defaults={"user": actor.user, "confirmed_at": now, "created_at": now},
        )
        return follow
    address, language = guest_address(actor, email), "en" if language.startswith("en") else "de"
    follow, _created = Follow.objects.get_or_create(
        idea=idea,
        person=tickets.person_key(address),
        defaults={"email": address, "language": language, "created_at": now},
    )
    if follow.confirmed_at is None:
        emails.send_confirm_follow.enqueue(follow.pk, f"{now:%Y%m%d%H}")
    return follow


@transaction.atomic
def confirm_follow(*, follow_id: int, now: datetime) -> Follow:
    """Raises Follow.DoesNotExist."""
    follow = Follow.objects.select_for_update().get(pk=follow_id)
    follow.confirmed_at = follow.confirmed_at or now
    follow.save(update_fields=("confirmed_at",))
    return follow


@transaction.atomic
def unfollow_idea(*, actor: Actor, reference: str) -> None:
    """No more mails to the person logged in. Raises NotFound, LoginRequired."""
    if actor.user is None:
        raise LoginRequired
    idea = statuses.locked(actor, reference)
    Follow.objects.filter(idea=idea, user=actor.user).delete()


@transaction.atomic
def unfollow_by_link(*, follow_id: int) -> None:
    """No more mails to whoever holds the link; a second time changes nothing."""
    Follow.objects.filter(pk=follow_id).delete()


def guest_address(actor: Actor, email: str) -> str:
    """The address a guest typed. Raises InvalidInput; LoginRequired for keys and devices."""
    if actor.principal != "guest":
        raise LoginRequired(_("Dafür braucht es eine Person, die angemeldet ist."))
    if not email.strip():
        raise InvalidInput(
            "email",
            "required",
            _("Bitte geben Sie Ihre E-Mail-Adresse an oder melden Sie sich an."),
        )
    return wording.address("email", email)


def recount(idea: Idea) -> None:
    """Bring the kept number of a locked idea in line with its supports, each person once."""
    idea.support_count = Support.objects.people(idea.pk)
    idea.save(update_fields=("support_count",))
