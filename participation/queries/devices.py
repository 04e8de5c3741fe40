"""A town's paired devices."""

from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from participation.actors import Actor
from participation.errors import NotFound
from participation.models import Device
from participation.models.access import Scope

REVOKED_SHOWN_FOR = timedelta(days=30)


def devices(actor: Actor, now: datetime) -> QuerySet[Device]:
    """Those that may scan or wait to be paired, then those revoked in the last thirty days.

    Raises LoginRequired, NotAllowed.
    """
    actor.require(Scope.DESK)
    shown = Q(revoked_at=None) | Q(revoked_at__gt=now - REVOKED_SHOWN_FOR)
    return (
        Device.objects.of(actor.town)
        .filter(shown)
        .order_by(F("revoked_at").desc(nulls_first=True), "name", "pk")
    )


def device(actor: Actor, device_id: int) -> Device:
    """Raises LoginRequired, NotAllowed, NotFound."""
    actor.require(Scope.DESK)
    found = Device.objects.of(actor.town).filter(pk=device_id).first()
    if found is None:
        raise NotFound
    return found
