"""Paired devices: scanners without an account, for the doors of one municipality."""

from typing import Any

from django.conf import settings
from django.urls import path, reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation import rates
from participation.api_base import ApiView, PageFilter, client_address, page_of, paged
from participation.models import Device
from participation.queries import devices as stored
from participation.services import devices

PAIRINGS_AN_HOUR = 120


class DeviceIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=devices.MAX_NAME)


class DeviceOut(serializers.ModelSerializer[Device]):
    state = serializers.SerializerMethodField()

    class Meta:
        model = Device
        fields: tuple[str, ...] = (
            "id",
            "name",
            "state",
            "paired_at",
            "last_seen_at",
            "revoked_at",
        )
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(serializers.ChoiceField(choices=("waiting", "paired", "revoked")))
    def get_state(self, device: Device) -> str:
        if device.revoked_at is not None:
            return "revoked"
        return "paired" if device.paired_at is not None else "waiting"


class PairingOut(DeviceOut):
    """`pairing_url` is what the QR code says: good once, until `pairing_expires_at`."""

    pairing_token = serializers.SerializerMethodField()
    pairing_url = serializers.SerializerMethodField()

    class Meta(DeviceOut.Meta):
        fields: tuple[str, ...] = (
            *DeviceOut.Meta.fields,
            "pairing_token",
            "pairing_url",
            "pairing_expires_at",
        )
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(str)
    def get_pairing_token(self, device: Device) -> str:
        return devices.pairing_token(device)

    @extend_schema_field(str)
    def get_pairing_url(self, device: Device) -> str:
        # The page that pairs: the website owns its address.
        return settings.SITE_URL + reverse("device_pair", args=[devices.pairing_token(device)])


class PairIn(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=200, help_text="What the QR code holds.")


class PairedOut(serializers.Serializer[Any]):
    """`token` is shown this once: send it as `Authorization: Device <token>`."""

    token = serializers.CharField()
    name = serializers.CharField()
    municipality = serializers.CharField(help_text="Its slug.")


class DeviceList(ApiView):
    @extend_schema(
        operation_id="devices",
        parameters=[PageFilter],
        responses=page_of("DevicePage", DeviceOut),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Desk: the town's scanners; those revoked in the last thirty days too."""
        found = stored.devices(self.actor, timezone.now())
        return paged(self, found, DeviceOut, ("name", "pk"))

    @extend_schema(operation_id="create_device", request=DeviceIn, responses={201: PairingOut})
    def post(self, request: Request, slug: str) -> Response:
        """Desk: a device that waits to be paired, with what its QR code says."""
        body = DeviceIn(data=request.data)
        body.is_valid(raise_exception=True)
        device = devices.create_device(actor=self.actor, now=timezone.now(), **body.validated_data)
        return Response(PairingOut(device).data, status=201)


class DeviceDetail(ApiView):
    @extend_schema(operation_id="device", responses=DeviceOut)
    def get(self, request: Request, slug: str, device: int) -> Response:
        """Desk: one scanner."""
        return Response(DeviceOut(stored.device(self.actor, device)).data)

    @extend_schema(operation_id="rename_device", request=DeviceIn, responses=DeviceOut)
    def patch(self, request: Request, slug: str, device: int) -> Response:
        """Desk: another name."""
        body = DeviceIn(data=request.data)
        body.is_valid(raise_exception=True)
        renamed = devices.rename_device(actor=self.actor, device_id=device, **body.validated_data)
        return Response(DeviceOut(renamed).data)


class DeviceRenew(ApiView):
    @extend_schema(operation_id="renew_device", request=None, responses=PairingOut)
    def post(self, request: Request, slug: str, device: int) -> Response:
        """Desk: a new QR code for a device nobody has paired; the one before is void."""
        renewed = devices.renew_pairing(actor=self.actor, device_id=device, now=timezone.now())
        return Response(PairingOut(renewed).data)


class DeviceRevoke(ApiView):
    @extend_schema(operation_id="revoke_device", request=None, responses=DeviceOut)
    def post(self, request: Request, slug: str, device: int) -> Response:
        """Desk: it scans nothing any more, from this moment."""
        ended = devices.revoke_device(actor=self.actor, device_id=device, now=timezone.now())
        return Response(DeviceOut(ended).data)


class DevicePair(ApiView):
    @extend_schema(operation_id="pair_device", request=PairIn, responses={201: PairedOut})
    def post(self, request: Request) -> Response:
        """Whoever holds the QR code's token first gets the device's own, once."""
        caller = rates.network(client_address(request))
        rates.limit("pairings", caller, PAIRINGS_AN_HOUR, 3600)
        body = PairIn(data=request.data)
        body.is_valid(raise_exception=True)
        device, secret = devices.pair_device(now=timezone.now(), **body.validated_data)
        answer = {
            "token": secret,
            "name": device.name,
            "municipality": device.municipality.slug,
        }
        return Response(PairedOut(answer).data, status=201)


TOWN = "municipalities/<slug:slug>/devices/"
urlpatterns = [
    path(TOWN, DeviceList.as_view(), name="api_devices"),
    path(f"{TOWN}<int:device>/", DeviceDetail.as_view(), name="api_device"),
    path(f"{TOWN}<int:device>/renew/", DeviceRenew.as_view(), name="api_device_renew"),
    path(f"{TOWN}<int:device>/revoke/", DeviceRevoke.as_view(), name="api_device_revoke"),
    path("devices/pair/", DevicePair.as_view(), name="api_device_pair"),
]
