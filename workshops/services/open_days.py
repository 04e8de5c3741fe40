"""Open days and their stands: made, announced, called off."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from participation import secrets
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import policy
from workshops.errors import IllegalStep, StandHasCounts
from workshops.models import OpenDay, Stand, StandCount, StandTally, Venue
from workshops.services.parties import clean_line

State = OpenDay.State

MAX_TITLE, MAX_TEXT = 120, 5000
MAX_NAME, MAX_STAND_TEXT = 80, 300
MAX_STANDS = 60
LONGEST_DAY = timedelta(hours=24)
EARLIEST_YEAR, LATEST_YEAR = 2000, 2200

NEXT_STATE: Mapping[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.PUBLISHED}),
    State.PUBLISHED: frozenset({State.CANCELLED}),
    State.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDayDetails:
    """Times are aware."""

    title: str
    starts_at: datetime
    ends_at: datetime
    venue_id: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandDetails:
    name: str
    text: str = ""


CHANGEABLE = frozenset(field.name for field in fields(OpenDayDetails))


# --- The day -------------------------------------------------------------------------------------


@transaction.atomic
def create_open_day(*, actor: Actor, details: OpenDayDetails, state: str = State.DRAFT) -> OpenDay:
    """A draft, or at once announced. Raises InvalidInput."""
    policy.run_programme(actor)
    if state not in (State.DRAFT, State.PUBLISHED):
        message = _("Ein offener Tag beginnt als Entwurf oder veröffentlicht.")
        raise InvalidInput("state", "invalid_choice", message)
    open_day = OpenDay(municipality=actor.town, state=state, **asdict(details))
    _clean(actor, open_day)
    open_day.save(force_insert=True)
    return open_day


@transaction.atomic
def change_open_day(*, actor: Actor, open_day_id: int, changes: Mapping[str, Any]) -> OpenDay:
    """`changes` has field names of OpenDayDetails. What is counted keeps its quarter of an hour.

    Locks the open day. Raises NotFound, InvalidInput, and IllegalStep for one that is cancelled.
    """
    open_day = _locked(actor, open_day_id)
    if open_day.is_cancelled:
        raise IllegalStep(current=open_day.state)
    names = CHANGEABLE & changes.keys()
    for name in names:
        setattr(open_day, name, changes[name])
    _clean(actor, open_day)
    open_day.save(update_fields=sorted(CHANGEABLE))
    return open_day


def publish_open_day(*, actor: Actor, open_day_id: int) -> OpenDay:
    """Announce it; its stands may count on the day. Raises NotFound, IllegalStep."""
    return _step(actor, open_day_id, State.PUBLISHED)


def cancel_open_day(*, actor: Actor, open_day_id: int) -> OpenDay:
    """Call it off: it stays to be read, and no stand counts any more.

    Raises NotFound, IllegalStep.
    """
    return _step(actor, open_day_id, State.CANCELLED)


@transaction.atomic
def _step(actor: Actor, open_day_id: int, state: OpenDay.State) -> OpenDay:
    open_day = _locked(actor, open_day_id)
    if state not in NEXT_STATE[open_day.state]:
        raise IllegalStep(current=open_day.state)
    open_day.state = state
    open_day.save(update_fields=["state"])
    return open_day


def _clean(actor: Actor, open_day: OpenDay) -> None:
    open_day.title = clean_line("title", open_day.title, required=True, longest=MAX_TITLE)
    if len(open_day.text) > MAX_TEXT:
        too_long = _("Bitte kürzen Sie auf höchstens %(max)s Zeichen.") % {"max": MAX_TEXT}
        raise InvalidInput("text", "max_length", too_long)
    if not EARLIEST_YEAR <= open_day.starts_at.year <= open_day.ends_at.year <= LATEST_YEAR:
        raise InvalidInput("starts_at", "invalid", _("Bitte prüfen Sie das Jahr."))
    if open_day.ends_at <= open_day.starts_at:
        raise InvalidInput("ends_at", "min_value", _("Das Ende liegt nicht nach dem Beginn."))
    if open_day.ends_at - open_day.starts_at > LONGEST_DAY:
        too_late = _("Ein offener Tag dauert höchstens 24 Stunden.")
        raise InvalidInput("ends_at", "max_value", too_late)
    if not Venue.objects.of(actor.town).filter(pk=open_day.venue_id).exists():
        raise InvalidInput("venue", "unknown_venue", _("Diesen Ort gibt es hier nicht."))


def _locked(actor: Actor, open_day_id: int) -> OpenDay:
    policy.run_programme(actor)
    rows = OpenDay.objects.of(actor.town).select_for_update(no_key=True)
    open_day = rows.filter(pk=open_day_id).first()
    if open_day is None:
        raise NotFound
    return open_day


# --- Its stands ----------------------------------------------------------------------------------


@transaction.atomic
def add_stand(*, actor: Actor, open_day_id: int, details: StandDetails) -> Stand:
    """Another stand, with the next number and a QR code of its own.

    Locks the open day. Raises NotFound, InvalidInput, and IllegalStep for a cancelled day.
    """
    open_day = _locked(actor, open_day_id)
    if open_day.is_cancelled:
        raise IllegalStep(current=open_day.state)
    number = open_day.stands.count() + 1
    if number > MAX_STANDS:
        full = _("Ein offener Tag hat höchstens %(max)s Stände.") % {"max": MAX_STANDS}
        raise InvalidInput("name", "max_value", full)
    stand = Stand(open_day=open_day, number=number, **asdict(details))
    _clean_stand(stand)
    _give_token(stand)
    stand.save(force_insert=True)
    return stand


@transaction.atomic
def change_stand(*, actor: Actor, stand_id: int, changes: Mapping[str, Any]) -> Stand:
    """`changes` has field names of StandDetails. Raises NotFound, InvalidInput."""
    stand = _locked_stand(actor, stand_id)
    for name in {"name", "text"} & changes.keys():
        setattr(stand, name, changes[name])
    _clean_stand(stand)
    stand.save(update_fields=["name", "text"])
    return stand


@transaction.atomic
def move_stand(*, actor: Actor, stand_id: int, to: int) -> Stand:
    """Put it at place `to` (from 1; beyond the ends: at the end); the others close up.

    Locks the open day. Raises NotFound.
    """
    stand = _locked_stand(actor, stand_id)
    others = list(Stand.objects.filter(open_day=stand.open_day_id).exclude(pk=stand.pk))
    others.insert(min(max(to - 1, 0), len(others)), stand)
    _number(others)
    return stand


@transaction.atomic
def remove_stand(*, actor: Actor, stand_id: int) -> None:
    """Those behind it close up. Locks the open day, then the stand: a tap that is being stored is
    waited for, and one that arrives meanwhile finds the stand gone. Raises NotFound,
    StandHasCounts."""
    stand = _locked_stand(actor, stand_id)
    Stand.objects.select_for_update().get(pk=stand.pk)
    if StandCount.objects.filter(stand=stand).exists():
        raise StandHasCounts
    open_day_id = stand.open_day_id
    StandTally.objects.filter(stand=stand).delete()
    stand.delete()
    _number(list(Stand.objects.filter(open_day=open_day_id)))


@transaction.atomic
def renew_stand(*, actor: Actor, stand_id: int) -> Stand:
    """A new QR code; the old one opens nothing any more, not even for what a phone still holds.

    Locks the open day. Raises NotFound.
    """
    stand = _locked_stand(actor, stand_id)
    _give_token(stand)
    stand.save(update_fields=["seed", "token_hash"])
    return stand


def _give_token(stand: Stand) -> None:
    stand.seed = secrets.new_token()
    stand.token_hash = secrets.hashed(stand.token)


def _number(stands: list[Stand]) -> None:
    """1, 2, 3 … in this order. Each number is there once, so all step aside first."""
    Stand.objects.filter(pk__in=[stand.pk for stand in stands]).update(number=F("number") + 1000)
    for number, stand in enumerate(stands, start=1):
        stand.number = number
    Stand.objects.bulk_update(stands, ["number"])


def _clean_stand(stand: Stand) -> None:
    stand.name = clean_line("name", stand.name, required=True, longest=MAX_NAME)
    stand.text = clean_line("text", stand.text, longest=MAX_STAND_TEXT)


def _locked_stand(actor: Actor, stand_id: int) -> Stand:
    """With its open day locked, the parent first."""
    policy.run_programme(actor)
    stand = Stand.objects.of(actor.town).filter(pk=stand_id).first()
    if stand is None:
        raise NotFound
    _locked(actor, stand.open_day_id)
    found = Stand.objects.filter(pk=stand_id).first()
    if found is None:
        raise NotFound
    return found
