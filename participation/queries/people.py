"""What people may see of themselves."""

from datetime import datetime

from django.db.models import Q, QuerySet

from participation.models import Membership, User


def roles_of(user: User, now: datetime) -> QuerySet[Membership]:
    """Someone's valid roles with their towns, the network's first."""
    return (
        Membership.objects.filter(
            Q(valid_until_at=None) | Q(valid_until_at__gt=now), user=user, valid_from_at__lte=now
        )
        .select_related("municipality")
        .order_by("municipality__name", "role", "pk")
    )
