"""Who may run live sessions."""

from participation.actors import Actor
from participation.errors import NotFound
from participation.models.access import Scope
from polls.models import LiveSession


def facilitator(actor: Actor) -> Actor:
    """Raises LoginRequired for guests, NotAllowed for a role that is too small."""
    actor.require(Scope.LIVE)
    return actor


def facilitates(actor: Actor, session: LiveSession) -> bool:
    """Runs live sessions in this session's own town."""
    own = actor.municipality is not None and actor.municipality.pk == session.municipality_id
    return own and actor.may(Scope.LIVE)


def must_facilitate(actor: Actor, session: LiveSession) -> None:
    """Raises NotFound for a session of another town, LoginRequired or NotAllowed for its own."""
    if actor.municipality is None or actor.municipality.pk != session.municipality_id:
        raise NotFound
    facilitator(actor)
