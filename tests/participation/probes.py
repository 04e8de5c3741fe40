"""A little API of the tests' own, to see what the base does with every kind of request."""

from typing import Any

from django.db import DataError, transaction
from django.urls import include, path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.urls import handler400, handler403, handler404, handler500
from participation.api_base import ApiView, paged
from participation.errors import RuleBroken
from participation.models import MailReceipt, Membership
from participation.models.access import Scope

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


class ReceiptIn(serializers.Serializer[Any]):
    event = serializers.CharField(max_length=20)
    failing = serializers.CharField(required=False)


class ReceiptOut(serializers.ModelSerializer[MailReceipt]):
    class Meta:
        model = MailReceipt
        fields = ("id", "event", "sent_at")


@extend_schema(exclude=True)
class Receipts(ApiView):
    def get(self, request: Request, **_kwargs: Any) -> Response:
        return paged(self, MailReceipt.objects.all(), ReceiptOut, ("-sent_at", "-pk"))

    def post(self, request: Request, **_kwargs: Any) -> Response:
        given = ReceiptIn(data=request.data)
        given.is_valid(raise_exception=True)
        with transaction.atomic():
            receipt = MailReceipt.objects.create(event=given.validated_data["event"])
        failing = given.validated_data.get("failing")
        if failing == "rule":
            raise RuleBroken
        if failing == "bug":
            raise RuntimeError("a bug of ours")
        if failing == "data":
            raise DataError("out of range")
        return Response({"id": receipt.pk, "event": receipt.event}, status=201)


@extend_schema(exclude=True)
class Desk(ApiView):
    def post(self, request: Request, **_kwargs: Any) -> Response:
        self.actor.require(Scope.DESK)
        return Response({"principal": self.actor.principal, "now": timezone.now()})


@extend_schema(exclude=True)
class Row(ApiView):
    def get(self, request: Request, pk: int) -> Response:
        return Response({"user": Membership.objects.get(pk=pk).user_id})


urlpatterns = [
    path("api/v1/receipts/", Receipts.as_view()),
    path("api/v1/municipalities/<slug:slug>/desk/", Desk.as_view()),
    path("api/v1/rows/<int:pk>/", Row.as_view()),
    path("", include("config.urls")),
]
