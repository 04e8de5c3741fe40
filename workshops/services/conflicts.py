"""What two doors without a network decided differently, when somebody has seen to it."""

from datetime import datetime

from django.db import transaction

from participation.actors import Actor
from participation.errors import NotFound
from workshops import queries
from workshops.models import Scan, SettledConflict
from workshops.services.parties import clean_line

MAX_NOTE = 200


@transaction.atomic
def settle(*, actor: Actor, slot_id: int, scan_id: int, now: datetime, note: str = "") -> Scan:
    """Note who has seen to one scan of the list, and when; the scan itself never changes.

    `note` is one line of at most 200 characters. Settled twice is settled once, with the first
    note. No lock: there is one row a scan. Raises NotFound, InvalidInput, LoginRequired,
    NotAllowed.
    """
    scan = queries.door_conflicts(actor, slot_id).filter(pk=scan_id).first()
    if scan is None:
        raise NotFound
    note = clean_line("note", note, longest=MAX_NOTE)
    scan.settled, _is_new = SettledConflict.objects.get_or_create(
        scan=scan,
        defaults={"note": note, "settled_at": now, "settled_by": actor.principal},
    )
    return scan
