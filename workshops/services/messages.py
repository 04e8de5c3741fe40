"""What the desk writes to all guests of a date."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import emails, policy
from workshops.errors import IllegalStep
from workshops.models import GuestMessage, Slot
from workshops.services import seats as seating
from workshops.services.parties import clean_line

MAX_SUBJECT = 120
MAX_TEXT = 5000
# The same words again within this time are the same click.
ONCE_WITHIN = timedelta(minutes=10)
WRITABLE = (Slot.State.OPEN, Slot.State.CLOSED, Slot.State.RUNNING, Slot.State.DONE)


@transaction.atomic
def write_to_guests(
    *, actor: Actor, slot_id: int, subject: str, text: str, now: datetime
) -> GuestMessage:
    """One mail to each confirmed guest who left an address. Sent twice (a double click), it is the
    first message that comes back.

    Locks the slot. Raises NotFound, NotAllowed, InvalidInput, IllegalStep for a draft and for a
    date that was called off.
    """
    policy.run_programme(actor)
    subject = clean_line("subject", subject, required=True, longest=MAX_SUBJECT)
    text = _clean_text(text)
    if not Slot.objects.of(actor.town).filter(pk=slot_id).exists():
        raise NotFound
    slot = seating.lock_slot(slot_id)
    if slot.state not in WRITABLE:
        raise IllegalStep
    earlier = GuestMessage.objects.filter(
        slot=slot, subject=subject, text=text, sent_at__gt=now - ONCE_WITHIN
    ).first()
    if earlier is not None:
        return earlier
    message = GuestMessage.objects.create(
        slot=slot, subject=subject, text=text, sent_by=actor.principal, sent_at=now
    )
    emails.send_guest_message.enqueue(message.pk)
    return message


def _clean_text(text: str) -> str:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise InvalidInput("text", "required", _("Bitte füllen Sie dieses Feld aus."))
    if len(text) > MAX_TEXT:
        message = _("Bitte kürzen Sie auf höchstens %(max)s Zeichen.") % {"max": MAX_TEXT}
        raise InvalidInput("text", "max_length", message)
    return text
