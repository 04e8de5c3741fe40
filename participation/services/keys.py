"""API keys of a municipality."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation import secrets
from participation.errors import InvalidInput
from participation.models import ApiKey, Municipality
from participation.models.access import KEY_SCOPES


@transaction.atomic
def create_key(
    *, municipality: Municipality, scopes: Iterable[str], name: str, now: datetime
) -> tuple[ApiKey, str]:
    """Make a key and return it with its secret, which is not kept.

    Raises InvalidInput for an unknown scope.
    """
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(KEY_SCOPES):
        known = ", ".join(KEY_SCOPES)
        raise InvalidInput(
            "scopes", "unknown_scope", _("Bekannt sind: %(known)s.") % {"known": known}
        )
    token = secrets.new_token()
    key = ApiKey.objects.create(
        municipality=municipality,
        name=name,
        token_hash=secrets.hashed(token),
        scopes=wanted,
        created_at=now,
    )
    return key, token
