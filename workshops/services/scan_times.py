"""When something happened at the door: by the scanner's word, as far as it can be true."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from workshops.models import Slot

# What comes later than this was not sent when it happened.
OFFLINE_AFTER = timedelta(seconds=60)
# A door that had no network hands in what it did until then.
UPLOAD_WITHIN = timedelta(hours=24)
MOST_SECONDS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Moment:
    """`skew_seconds` is by how much the scanner's time was moved; None where it was believed."""

    occurred_at: datetime
    received_at: datetime
    offline: bool
    skew_seconds: int | None


def moment_of(
    slot: Slot,
    claimed: datetime | None,
    *,
    now: datetime,
    offline: bool | None = None,
    sent_at: datetime | None = None,
) -> Moment:
    """A clock that runs ahead refuses nobody: its time is the server's. One that is far behind
    neither: what it took offline happened at the earliest when the door opened.

    `offline` None: whatever is a minute old was. `sent_at` is what the scanner's clock shows as it
    sends this: by what it is off now, beyond a slow network, it was off before.
    """
    claimed = claimed or now
    said = _set_right(claimed, sent_at or now, now)
    was_offline = now - said > OFFLINE_AFTER if offline is None else offline
    if said > now:
        occurred_at = now
    elif not was_offline:
        # It was sent at once: a clock behind is set right, a slow network is not its fault.
        occurred_at = now if now - said > OFFLINE_AFTER else said
    else:
        occurred_at = max(said, min(slot.door_opens_at, now))
    skew = min(int(abs((occurred_at - claimed).total_seconds())), MOST_SECONDS)
    return Moment(occurred_at, now, was_offline, skew or None)


def _set_right(claimed: datetime, sent_at: datetime, now: datetime) -> datetime:
    if abs(sent_at - now) <= OFFLINE_AFTER:
        return claimed
    try:
        return now - (sent_at - claimed)
    except OverflowError:
        # No clock shows such times.
        return claimed


def is_upload_over(slot: Slot, now: datetime) -> bool:
    return now > max(slot.ends_at, slot.door_closes_at) + UPLOAD_WITHIN
