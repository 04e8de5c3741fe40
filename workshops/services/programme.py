"""The programme: what is offered. Its dates are in `scheduling`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from participation import queries as town_queries
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import policy
from workshops.errors import IllegalStep
from workshops.models import Slot, Venue, Workshop


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopDetails:
    """`theme` is a slug; `venue_id` one of the town's places, `parent_id` one of its events."""

    title: str
    text: str
    theme: str
    venue_id: int | None = None
    audience: str = ""
    age_min: int | None = None
    age_max: int | None = None
    language: str = "de"
    bring: str = ""
    is_online: bool = False
    online_url: str = ""
    asks_organisation: bool = False
    staff_only: bool = False
    max_party: int = 10
    parent_id: int | None = None
    asks_guardian: bool = False
    asks_reconfirmation: bool = False
    remind_hours_before: int | None = 24
    remind_on_day_at: time | None = None
    feedback_question: str = ""
    gives_certificate: bool = False
    keep_days: int = 30


WORKSHOP_CHANGEABLE = frozenset(field.name for field in fields(WorkshopDetails))
LONGEST_KEPT_DAYS = 3650
# What stands in a guest's calendar entry besides the times.
IN_CALENDAR = frozenset({"title", "venue_id", "is_online", "online_url"})


@transaction.atomic
def create_workshop(
    *, actor: Actor, details: WorkshopDetails, state: str = Workshop.State.DRAFT
) -> Workshop:
    """A draft, or at once published. Raises InvalidInput for a theme or venue of another town."""
    policy.run_programme(actor)
    values = {field.name: getattr(details, field.name) for field in fields(details)}
    values["theme"] = town_queries.theme_by_slug(actor, details.theme)
    workshop = Workshop(municipality=actor.town, state=Workshop.State(state), **values)
    _check_workshop(actor, workshop)
    workshop.save(force_insert=True)
    return workshop


@transaction.atomic
def change_workshop(*, actor: Actor, workshop_id: int, changes: Mapping[str, Any]) -> Workshop:
    """`changes` has field names of WorkshopDetails; bookings that are there stay as they are.

    A new title or place is a new version of the calendar entries of the dates to come. Locks the
    workshop and its parent in the order of their ids, then its slots. Raises NotFound,
    InvalidInput, IllegalStep for an archived one.
    """
    policy.run_programme(actor)
    besides = changes.get("parent_id") or 0
    workshop = locked_workshop(actor, workshop_id, besides=besides, templates=True)
    if workshop.state == Workshop.State.ARCHIVED:
        raise IllegalStep
    names = WORKSHOP_CHANGEABLE & changes.keys()
    values = {name: changes[name] for name in names}
    if "theme" in values:
        values["theme"] = town_queries.theme_by_slug(actor, values["theme"])
    is_moved = any(getattr(workshop, name) != values[name] for name in IN_CALENDAR & names)
    for name, value in values.items():
        setattr(workshop, name, value)
    _check_workshop(actor, workshop)
    workshop.save(update_fields=sorted(WORKSHOP_CHANGEABLE))
    if is_moved:
        workshop.slots.filter(state__in=(Slot.State.OPEN, Slot.State.CLOSED)).update(
            sequence=F("sequence") + 1
        )
    return workshop


def _check_workshop(actor: Actor, workshop: Workshop) -> None:
    venues = Venue.objects.of(actor.town)
    if workshop.venue_id is not None and not venues.filter(pk=workshop.venue_id).exists():
        raise InvalidInput("venue", "unknown_venue", _("Diesen Ort gibt es hier nicht."))
    youngest, oldest = workshop.age_min, workshop.age_max
    if youngest is not None and oldest is not None and youngest > oldest:
        raise InvalidInput("age_max", "min_value", _("„Bis“ liegt unter „ab“."))
    if not 1 <= workshop.max_party <= 100:
        raise InvalidInput("max_party", "invalid", _("Möglich sind 1 bis 100 Plätze je Buchung."))
    if workshop.remind_hours_before is not None and not 1 <= workshop.remind_hours_before <= 336:
        soon = _("Möglich sind 1 bis 336 Stunden, das sind 14 Tage.")
        raise InvalidInput("remind_hours_before", "invalid", soon)
    check_keep_days(workshop.keep_days)
    if workshop.parent_id is not None:
        _check_parent(actor, workshop, workshop.parent_id)


def check_keep_days(days: int) -> None:
    """Raises InvalidInput."""
    if not 1 <= days <= LONGEST_KEPT_DAYS:
        raise InvalidInput("keep_days", "invalid", _("Möglich sind 1 bis 3.650 Tage."))


def _check_parent(actor: Actor, workshop: Workshop, parent_id: int) -> None:
    """An event has parts, a part has none: one level, so that no ring can be closed.

    The parent is locked, so that it does not become a part itself at the same moment.
    """
    parents = Workshop.objects.of(actor.town).select_for_update()
    parent = parents.filter(pk=parent_id, is_template=False).first()
    if parent is None or parent.pk == workshop.pk or workshop.is_template:
        raise InvalidInput("parent", "unknown_parent", _("Diese Veranstaltung gibt es hier nicht."))
    if parent.parent_id is not None:
        is_part = _("Das ist selbst ein Teil einer Veranstaltung. Wählen Sie die ganze.")
        raise InvalidInput("parent", "parent_is_part", is_part)
    if workshop.pk is not None and workshop.parts.exists():
        has_parts = _("Dieses Angebot hat selbst Teile. Es kann kein Teil eines anderen sein.")
        raise InvalidInput("parent", "has_parts", has_parts)


@transaction.atomic
def publish_workshop(*, actor: Actor, workshop_id: int) -> Workshop:
    """Show it to the public. Raises NotFound, IllegalStep for an archived one."""
    policy.run_programme(actor)
    workshop = locked_workshop(actor, workshop_id)
    if workshop.state == Workshop.State.ARCHIVED:
        raise IllegalStep
    workshop.state = Workshop.State.PUBLISHED
    workshop.save(update_fields=["state"])
    return workshop


@transaction.atomic
def archive_workshop(*, actor: Actor, workshop_id: int, now: datetime) -> Workshop:
    """Take it out of the programme. Raises NotFound, IllegalStep while dates are to come."""
    policy.run_programme(actor)
    workshop = locked_workshop(actor, workshop_id)
    if workshop.slots.filter(
        state__in=(Slot.State.OPEN, Slot.State.CLOSED), ends_at__gt=now
    ).exists():
        raise IllegalStep(_("Sagen Sie zuerst die kommenden Termine ab."))
    workshop.state = Workshop.State.ARCHIVED
    workshop.save(update_fields=["state"])
    return workshop


def locked_workshop(
    actor: Actor, workshop_id: int, *, besides: int = 0, templates: bool = False
) -> Workshop:
    """Until the end of the transaction, with that other one; a template where `templates` says so.

    Raises NotFound.
    """
    rows = Workshop.objects.of(actor.town).select_for_update(of=("self",))
    locked = {row.pk: row for row in rows.filter(pk__in=(workshop_id, besides)).order_by("pk")}
    found = locked.get(workshop_id)
    if found is None or (found.is_template and not templates):
        raise NotFound
    return found
