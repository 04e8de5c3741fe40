"""Open days for tests."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from participation.models import Municipality
from tests.workshops.factories import NOW, make_venue, staff
from workshops.models import OpenDay, Stand
from workshops.services import open_days, stand_counts
from workshops.services.stand_counts import Counted, Tap


def make_open_day(town: Municipality, *, state: str = "published", **fields: Any) -> OpenDay:
    """Published, today from nine (UTC) on, six hours long."""
    starts_at = fields.pop("starts_at", NOW)
    details = open_days.OpenDayDetails(
        title=fields.pop("title", "Zukunfts-Marktplatz"),
        starts_at=starts_at,
        ends_at=fields.pop("ends_at", starts_at + timedelta(hours=6)),
        venue_id=fields.pop("venue_id", None) or make_venue(town).pk,
        **fields,
    )
    return open_days.create_open_day(actor=staff(town), details=details, state=state)


def make_stand(open_day: OpenDay, name: str = "3D-Druck", text: str = "") -> Stand:
    details = open_days.StandDetails(name=name, text=text)
    actor = staff(open_day.municipality)
    return open_days.add_stand(actor=actor, open_day_id=open_day.pk, details=details)


def tap(stand: Stand, amount: int = 1, *, at: datetime = NOW, **fields: Any) -> Counted:
    """Counted with the stand's QR code."""
    one = Tap(client_uuid=fields.pop("client_uuid", None) or uuid4(), amount=amount, tapped_at=at)
    now = fields.pop("now", at)
    return stand_counts.count_by_token(token=stand.token, tap=one, now=now)
