"""The entrances of a venue, as scanners name them."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import policy
from workshops.models import Gate, Venue
from workshops.services.parties import clean_line

MAX_NAME = 60
MOST_OF_A_VENUE = 50


@transaction.atomic
def add_gate(*, actor: Actor, venue_id: int, name: str) -> Gate:
    """Locks the venue. Raises NotFound, InvalidInput (`name` taken, …)."""
    venue = _locked_venue(actor, venue_id)
    if venue.gates.count() >= MOST_OF_A_VENUE:
        raise InvalidInput("name", "max_length", _("Mehr als 50 Eingänge sind zu viele."))
    return Gate.objects.create(venue=venue, name=_clean_name(venue, name))


@transaction.atomic
def rename_gate(*, actor: Actor, venue_id: int, gate_id: int, name: str) -> Gate:
    """Scans keep the name the gate had. Locks the venue. Raises NotFound, InvalidInput."""
    venue = _locked_venue(actor, venue_id)
    gate = _gate(venue, gate_id)
    if gate.name != name:
        gate.name = _clean_name(venue, name, but=gate)
        gate.save(update_fields=["name"])
    return gate


@transaction.atomic
def remove_gate(*, actor: Actor, venue_id: int, gate_id: int) -> None:
    """Scans keep its name. Locks the venue. Raises NotFound."""
    _gate(_locked_venue(actor, venue_id), gate_id).delete()


def _locked_venue(actor: Actor, venue_id: int) -> Venue:
    policy.run_programme(actor)
    venue = Venue.objects.of(actor.town).select_for_update().filter(pk=venue_id).first()
    if venue is None:
        raise NotFound
    return venue


def _gate(venue: Venue, gate_id: int) -> Gate:
    gate = venue.gates.filter(pk=gate_id).first()
    if gate is None:
        raise NotFound
    return gate


def _clean_name(venue: Venue, name: str, *, but: Gate | None = None) -> str:
    name = clean_line("name", name, required=True, longest=MAX_NAME)
    others = venue.gates.exclude(pk=but.pk) if but else venue.gates.all()
    if others.filter(name=name).exists():
        raise InvalidInput("name", "taken", _("Einen Eingang mit diesem Namen gibt es hier schon."))
    return name
