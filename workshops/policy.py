"""Who may do what in workshops, in sentences."""

from participation.actors import Actor
from participation.errors import LoginRequired, NotAllowed
from participation.models.access import Scope


def run_programme(actor: Actor) -> None:
    """Venues, workshops, slots and their bookings. Raises LoginRequired, NotAllowed."""
    actor.require(Scope.DESK)


def run_door(actor: Actor) -> None:
    """Scan, count, admit walk-ins. Raises LoginRequired, NotAllowed."""
    actor.require(Scope.DOOR)


def see_network_figures(actor: Actor) -> None:
    """Sums per town, across the network. Raises LoginRequired, NotAllowed."""
    if not actor.is_coordinator:
        raise LoginRequired if actor.principal == "guest" else NotAllowed
