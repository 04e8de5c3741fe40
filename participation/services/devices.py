"""Paired devices: scanners without an account, for the doors of one municipality."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from participation import secrets
from participation.actors import Actor
from participation.errors import Gone, InvalidInput, NotFound, RuleBroken
from participation.models import Device, Municipality
from participation.models.access import Scope

PAIRING_LASTS = timedelta(minutes=15)
SEEN_EVERY = timedelta(minutes=1)
MAX_NAME = 80


class UnknownPairing(NotFound):
    code = "pairing_unknown"
    message = _("Diesen QR-Code kennen wir nicht. Bitte lassen Sie sich einen neuen zeigen.")


class PairingUsed(RuleBroken):
    code = "pairing_used"
    message = _("Mit diesem QR-Code ist schon ein Gerät gekoppelt. Bitte nehmen Sie einen neuen.")


class PairingExpired(Gone):
    code = "pairing_expired"
    message = _("Dieser QR-Code ist abgelaufen. Bitte lassen Sie sich einen neuen zeigen.")


@transaction.atomic
def create_device(*, actor: Actor, name: str, now: datetime) -> Device:
    """A device that waits to be paired: its QR code is good once, for 15 minutes.

    Raises LoginRequired, NotAllowed, InvalidInput.
    """
    actor.require(Scope.DESK)
    device = Device.objects.create(municipality=actor.town, name=_clean_name(name))
    return _offer_pairing(device, now)


@transaction.atomic
def renew_pairing(*, actor: Actor, device_id: int, now: datetime) -> Device:
    """A new QR code for a device nobody has paired; the one before is void.

    Locks the device. Raises NotFound, PairingUsed.
    """
    device = _locked(actor, device_id)
    if device.paired_at is not None or device.revoked_at is not None:
        raise PairingUsed
    return _offer_pairing(device, now)


@transaction.atomic
def rename_device(*, actor: Actor, device_id: int, name: str) -> Device:
    """Locks the device. Raises NotFound, InvalidInput."""
    device = _locked(actor, device_id)
    device.name = _clean_name(name)
    device.save(update_fields=["name"])
    return device


@transaction.atomic
def revoke_device(*, actor: Actor, device_id: int, now: datetime) -> Device:
    """End it at once; ending it again changes nothing. Locks the device. Raises NotFound."""
    device = _locked(actor, device_id)
    if device.revoked_at is None:
        device.revoked_at = now
        device.save(update_fields=["revoked_at"])
    return device


def find_pairing(*, token: str, now: datetime) -> Device:
    """What a QR code shows before anyone pairs. Raises UnknownPairing, PairingUsed,
    PairingExpired."""
    device = (
        Device.objects.select_related("municipality")
        .filter(
            pairing_hash=secrets.hashed(token),
            revoked_at=None,
            municipality__state=Municipality.State.ACTIVE,
        )
        .first()
    )
    if device is None:
        raise UnknownPairing
    if device.paired_at is not None:
        raise PairingUsed
    if device.pairing_expires_at is None or device.pairing_expires_at <= now:
        raise PairingExpired
    return device


def pair_device(*, token: str, now: datetime, attempt: str = "") -> tuple[Device, str]:
    """Pair once; returns the device and its own secret.

    `attempt` is a secret of the page that asks: the same attempt again gives the same answer, so
    that a double tap does not lose the device. Raises what `find_pairing` raises.
    """
    asked_by = token + (attempt or secrets.new_token())
    secret = salted_hmac("participation.device", asked_by, algorithm="sha256").hexdigest()
    token_hash = secrets.hashed(secret)
    # No join: with one, the UPDATE would look at its guard only once, before it waits for a rival.
    active = Municipality.objects.filter(state=Municipality.State.ACTIVE)
    waiting = Device.objects.filter(
        pairing_hash=secrets.hashed(token), revoked_at=None, municipality__in=active
    )
    if not waiting.filter(paired_at=None, pairing_expires_at__gt=now).update(
        token_hash=token_hash, paired_at=now, last_seen_at=now
    ):
        again = waiting.filter(token_hash=token_hash).select_related("municipality").first()
        return again or find_pairing(token=token, now=now), secret
    return waiting.select_related("municipality").get(), secret


def note_seen(device: Device, now: datetime) -> None:
    """Remember when it was here last, to the minute: not every scan writes it."""
    long_ago = now - SEEN_EVERY
    if device.last_seen_at is not None and device.last_seen_at > long_ago:
        return
    rows = Device.objects.filter(Q(last_seen_at=None) | Q(last_seen_at__lte=long_ago))
    rows.filter(pk=device.pk).update(last_seen_at=now)


def pairing_token(device: Device) -> str:
    """What its QR code holds: derived, so that the desk can show it again until it expires."""
    return secrets.derived(f"device.{device.pairing_expires_at:%Y%m%d%H%M%S%f}", device.pk)


def _offer_pairing(device: Device, now: datetime) -> Device:
    device.pairing_expires_at = now + PAIRING_LASTS
    device.pairing_hash = secrets.hashed(pairing_token(device))
    device.save(update_fields=["pairing_expires_at", "pairing_hash"])
    return device


def _clean_name(name: str) -> str:
    name = " ".join("".join(ch if ch.isprintable() else " " for ch in name).split())
    if not name:
        raise InvalidInput("name", "required", _("Bitte geben Sie dem Gerät einen Namen."))
    if len(name) > MAX_NAME:
        too_long = _("Bitte kürzen Sie auf höchstens %(max)s Zeichen.") % {"max": MAX_NAME}
        raise InvalidInput("name", "max_length", too_long)
    return name


def _locked(actor: Actor, device_id: int) -> Device:
    actor.require(Scope.DESK)
    device = Device.objects.of(actor.town).select_for_update().filter(pk=device_id).first()
    if device is None:
        raise NotFound
    return device
