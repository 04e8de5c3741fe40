"""Copies of offers: duplicates, templates, and templates that towns share."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from participation import queries as town_queries
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import policy
from workshops.errors import IllegalStep
from workshops.models import Question, Workshop
from workshops.services.programme import WORKSHOP_CHANGEABLE, locked_workshop

LONGEST_TITLE = 120


@transaction.atomic
def duplicate_workshop(*, actor: Actor, workshop_id: int) -> Workshop:
    """A draft with the same words, settings, picture and questions, without dates.

    Raises NotFound.
    """
    policy.run_programme(actor)
    found = locked_workshop(actor, workshop_id)
    title = _("%(title)s (Kopie)") % {"title": found.title[: LONGEST_TITLE - 10]}
    return _copy(found, actor, title=title)


@transaction.atomic
def make_template(*, actor: Actor, workshop_id: int) -> Workshop:
    """The town's own template, made from an offer; it stands for itself from then on.

    Raises NotFound.
    """
    policy.run_programme(actor)
    found = locked_workshop(actor, workshop_id)
    return _copy(found, actor, is_template=True, parent_id=None)


@transaction.atomic
def use_template(*, actor: Actor, template_id: int) -> Workshop:
    """A draft from a template of the town, or from one that another town shares.

    Of another town's, its place and its online link stay behind. Raises NotFound, InvalidInput
    where the theme is unknown here.
    """
    policy.run_programme(actor)
    found = Workshop.objects.templates_for(actor).filter(pk=template_id).first()
    if found is None:
        raise NotFound
    if found.municipality_id == actor.town.pk:
        return _copy(found, actor)
    theme = town_queries.theme_by_slug(actor, found.theme.slug)
    return _copy(found, actor, theme=theme, venue_id=None, online_url="", parent_id=None)


@transaction.atomic
def share_template(*, actor: Actor, template_id: int, shared: bool) -> Workshop:
    """Show the town's template to all towns, or to itself alone again; copies stay as they are.

    Raises NotFound, InvalidInput (`theme`) for a theme that only this town has.
    """
    template = _locked_template(actor, template_id)
    if shared and template.theme.municipality_id is not None:
        own = _("Dieses Thema gibt es nur bei Ihnen. Wählen Sie eines des Netzwerks.")
        raise InvalidInput("theme", "own_theme", own)
    template.is_shared = shared
    template.save(update_fields=["is_shared"])
    return template


@transaction.atomic
def retire_template(*, actor: Actor, template_id: int) -> Workshop:
    """Offer it to nobody any more. Raises NotFound, IllegalStep the second time."""
    template = _locked_template(actor, template_id)
    if template.state == Workshop.State.ARCHIVED:
        raise IllegalStep
    template.state, template.is_shared = Workshop.State.ARCHIVED, False
    template.save(update_fields=["state", "is_shared"])
    return template


def _locked_template(actor: Actor, template_id: int) -> Workshop:
    policy.run_programme(actor)
    template = locked_workshop(actor, template_id, templates=True)
    if not template.is_template:
        raise NotFound
    return template


def _copy(found: Workshop, actor: Actor, **differs: Any) -> Workshop:
    names = (*WORKSHOP_CHANGEABLE, "theme", "image_alt")
    values: dict[str, Any] = {name: getattr(found, name) for name in names}
    copy = Workshop(municipality=actor.town, **{**values, **differs})
    copy.image.name = found.image.name
    copy.save(force_insert=True)
    _copy_questions(found, copy)
    return copy


def _copy_questions(found: Workshop, copy: Workshop) -> None:
    """Those still asked, each after the one it depends on."""
    made: dict[int, Question] = {}
    asked = found.questions.filter(retired_at=None)
    for question in asked.order_by("position", "pk"):
        key, before = question.pk, question.depends_on_id
        if before is not None and before not in made:
            continue
        question.pk = None
        question.workshop = copy
        question.depends_on = made[before] if before else None
        question.save(force_insert=True)
        made[key] = question
