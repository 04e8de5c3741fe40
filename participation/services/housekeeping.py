"""What the clock throws away when its time has passed."""

from datetime import datetime, timedelta

from participation.models import IdempotencyRecord

KEEP_ANSWERS = timedelta(days=1)


def forget_old_records(*, now: datetime) -> int:
    """Delete replayable answers older than a day. Returns how many."""
    count, _per_model = IdempotencyRecord.objects.filter(created_at__lt=now - KEEP_ANSWERS).delete()
    return count
