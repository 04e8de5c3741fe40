"""Workshops and slots: public to read, written by the desk."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView, PageFilter, page_of, paged
from participation.guest_pages import same_for_guests
from workshops import queries
from workshops.api.fields import AwareTimeField, DayOrTimeField, line, row_id
from workshops.api.shapes import SlotOut, WorkshopDetailOut, WorkshopOut
from workshops.services import programme, scheduling, series


class WorkshopFilter(serializers.Serializer[Any]):
    q = serializers.CharField(required=False, allow_blank=True, max_length=100)
    theme = serializers.CharField(required=False, allow_blank=True, max_length=50)


class SlotFilter(WorkshopFilter):
    venue = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text="The slug of a place."
    )
    free = serializers.BooleanField(
        required=False, default=False, help_text="Only where seats are left."
    )

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of Python's: it cannot be declared above.
        day = DayOrTimeField(required=False, help_text="A day or a time; today unless said.")
        last = DayOrTimeField(required=False, help_text="A day (included), or a time with offset.")
        return {"from": day, "to": last, **super().get_fields()}


class WorkshopChanges(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=120)
    text = serializers.CharField(max_length=5000)
    theme = serializers.CharField(max_length=50, help_text="Its slug.")
    venue = row_id(source="venue_id")
    audience = line(160)
    age_min = serializers.IntegerField(min_value=0, max_value=120, required=False, allow_null=True)
    age_max = serializers.IntegerField(min_value=0, max_value=120, required=False, allow_null=True)
    language = serializers.ChoiceField(choices=("de", "en"), required=False)
    bring = line(300)
    is_online = serializers.BooleanField(required=False)
    online_url = serializers.URLField(max_length=200, required=False, allow_blank=True)
    asks_organisation = serializers.BooleanField(required=False)
    staff_only = serializers.BooleanField(required=False)
    max_party = serializers.IntegerField(min_value=1, max_value=100, required=False)
    # DRF takes the declared field off the class, so its own `parent` stays.
    parent = row_id(  # type: ignore[assignment]
        source="parent_id", help_text="The event of which this is a part."
    )
    asks_guardian = serializers.BooleanField(required=False)
    asks_reconfirmation = serializers.BooleanField(
        required=False, help_text="48 hours before; who does not answer gives the seat back."
    )
    remind_hours_before = serializers.IntegerField(
        min_value=1, max_value=336, required=False, allow_null=True
    )
    remind_on_day_at = serializers.TimeField(
        required=False, allow_null=True, help_text="Wall clock in Europe/Berlin."
    )
    feedback_question = line(300)
    gives_certificate = serializers.BooleanField(required=False)
    keep_days = serializers.IntegerField(
        min_value=1,
        max_value=programme.LONGEST_KEPT_DAYS,
        required=False,
        help_text="Days from a date's end until its bookings are erased.",
    )


class WorkshopIn(WorkshopChanges):
    state = serializers.ChoiceField(choices=("draft", "published"), required=False, default="draft")


def reach_field() -> serializers.ChoiceField:
    return serializers.ChoiceField(
        choices=series.Reach.choices,
        required=False,
        default=series.Reach.ONE,
        help_text="Which dates of its series.",
    )


class ReachIn(serializers.Serializer[Any]):
    applies_to = reach_field()


class SlotChanges(serializers.Serializer[Any]):
    starts_at = AwareTimeField()
    ends_at = AwareTimeField()
    capacity = serializers.IntegerField(min_value=1, max_value=10000)
    room = row_id(source="room_id")
    online_url = serializers.URLField(max_length=200, required=False, allow_blank=True)
    min_seats = serializers.IntegerField(
        min_value=1, max_value=10000, required=False, allow_null=True
    )
    booking_opens_at = AwareTimeField(required=False, allow_null=True)
    booking_closes_at = AwareTimeField(required=False, allow_null=True)
    cancel_until_at = AwareTimeField(required=False, allow_null=True)
    check_in_opens_at = AwareTimeField(required=False, allow_null=True)
    check_in_closes_at = AwareTimeField(required=False, allow_null=True)
    decides_at = AwareTimeField(
        required=False,
        allow_null=True,
        help_text="When the minimum number decides whether it takes place.",
    )
    confirm_by_at = AwareTimeField(required=False, allow_null=True)
    keep_days = serializers.IntegerField(
        min_value=1,
        max_value=programme.LONGEST_KEPT_DAYS,
        required=False,
        allow_null=True,
        help_text="Instead of the workshop's own.",
    )


class SlotPatch(SlotChanges):
    applies_to = reach_field()


class SlotIn(SlotChanges):
    state = serializers.ChoiceField(choices=("draft", "open"), required=False, default="draft")


class WorkshopList(ApiView):
    @extend_schema(
        operation_id="workshops",
        parameters=[WorkshopFilter, PageFilter],
        responses=page_of("WorkshopPage", WorkshopOut),
    )
    def get(self, request: Request, slug: str) -> Response:
        """What the town offers, by title."""
        asked = WorkshopFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = queries.workshops(
            self.actor,
            text=asked.validated_data.get("q", ""),
            theme=asked.validated_data.get("theme", ""),
        )
        return paged(self, found, WorkshopOut, ("title", "pk"))

    @extend_schema(operation_id="create_workshop", request=WorkshopIn, responses={201: WorkshopOut})
    def post(self, request: Request, slug: str) -> Response:
        """Desk: a new workshop, a draft unless said."""
        body = WorkshopIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        state = given.pop("state")
        workshop = programme.create_workshop(
            actor=self.actor, details=programme.WorkshopDetails(**given), state=state
        )
        return Response(WorkshopOut(workshop).data, status=201)


class WorkshopDetail(ApiView):
    @extend_schema(operation_id="workshop", responses=WorkshopDetailOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One workshop with its coming slots."""
        return Response(WorkshopDetailOut(queries.workshop(self.actor, pk)).data)

    @extend_schema(operation_id="change_workshop", request=WorkshopChanges, responses=WorkshopOut)
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: other words, another theme or place; bookings stay as they are."""
        body = WorkshopChanges(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        workshop = programme.change_workshop(
            actor=self.actor, workshop_id=pk, changes=body.validated_data
        )
        return Response(WorkshopOut(workshop).data)


class WorkshopPublish(ApiView):
    @extend_schema(operation_id="publish_workshop", request=None, responses=WorkshopOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: show it to the public."""
        workshop = programme.publish_workshop(actor=self.actor, workshop_id=pk)
        return Response(WorkshopOut(workshop).data)


class WorkshopArchive(ApiView):
    @extend_schema(operation_id="archive_workshop", request=None, responses=WorkshopOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: take it out of the programme, once no dates are to come."""
        workshop = programme.archive_workshop(actor=self.actor, workshop_id=pk, now=timezone.now())
        return Response(WorkshopOut(workshop).data)


class WorkshopSlots(ApiView):
    @extend_schema(operation_id="create_slot", request=SlotIn, responses={201: SlotOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: a new date, a draft unless said."""
        body = SlotIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        state = given.pop("state")
        slot = scheduling.create_slot(
            actor=self.actor,
            workshop_id=pk,
            details=scheduling.SlotDetails(**given),
            state=state,
        )
        return Response(SlotOut(queries.slot(self.actor, slot.pk)).data, status=201)


class SlotList(ApiView):
    @extend_schema(
        operation_id="slots",
        parameters=[SlotFilter, PageFilter],
        responses=page_of("SlotPage", SlotOut),
    )
    def get(self, request: Request, slug: str) -> Response:
        """The dates from today on, or from another day on, soonest first."""
        asked = SlotFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        found = queries.programme(
            self.actor,
            text=given.get("q", ""),
            theme=given.get("theme", ""),
            venue=given.get("venue", ""),
            free=given["free"],
            from_date=given.get("from") or timezone.localdate(),
            to_date=given.get("to"),
        )
        return paged(self, found, SlotOut, ("starts_at", "pk"))


class SlotDetail(ApiView):
    @extend_schema(operation_id="slot", responses=SlotOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One date."""
        return Response(SlotOut(queries.slot(self.actor, pk)).data)

    @extend_schema(operation_id="change_slot", request=SlotPatch, responses=SlotOut)
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: other times, another room, more or fewer seats; of this date of a series, of this
        and the following, or of all that are to come."""
        body = SlotPatch(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changes = dict(body.validated_data)
        reach = changes.pop("applies_to", series.Reach.ONE)
        series.change_dates(
            actor=self.actor, slot_id=pk, changes=changes, reach=reach, now=timezone.now()
        )
        return Response(SlotOut(queries.slot(self.actor, pk)).data)

    @extend_schema(operation_id="remove_slot", parameters=[ReachIn], responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: take a date out that nobody has booked or waits for, or several of its series."""
        asked = ReachIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        reach = asked.validated_data["applies_to"]
        series.remove_dates(actor=self.actor, slot_id=pk, reach=reach, now=timezone.now())
        return Response(status=204)


class SlotOpen(ApiView):
    @extend_schema(operation_id="open_slot", request=None, responses=SlotOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: open for booking."""
        scheduling.open_slot(actor=self.actor, slot_id=pk, now=timezone.now())
        return Response(SlotOut(queries.slot(self.actor, pk)).data)


class SlotClose(ApiView):
    @extend_schema(operation_id="close_slot", request=None, responses=SlotOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: take no more bookings."""
        scheduling.close_slot(actor=self.actor, slot_id=pk)
        return Response(SlotOut(queries.slot(self.actor, pk)).data)


class CancelSlotIn(serializers.Serializer[Any]):
    reason = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=scheduling.MAX_REASON,
        help_text="One line; the guests read it in the mail.",
    )


class SlotCancel(ApiView):
    @extend_schema(operation_id="cancel_slot", request=CancelSlotIn, responses=SlotOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: call the date off; who has tickets is told by mail, with the other dates."""
        body = CancelSlotIn(data=request.data)
        body.is_valid(raise_exception=True)
        scheduling.cancel_slot(
            actor=self.actor,
            slot_id=pk,
            now=timezone.now(),
            reason=body.validated_data["reason"],
        )
        return Response(SlotOut(queries.slot(self.actor, pk)).data)


urlpatterns = [
    path(
        "municipalities/<slug:slug>/workshops/",
        same_for_guests(WorkshopList.as_view()),
        name="api_workshops",
    ),
    path(
        "municipalities/<slug:slug>/workshops/<int:pk>/",
        WorkshopDetail.as_view(),
        name="api_workshop",
    ),
    path(
        "municipalities/<slug:slug>/workshops/<int:pk>/publish/",
        WorkshopPublish.as_view(),
        name="api_workshop_publish",
    ),
    path(
        "municipalities/<slug:slug>/workshops/<int:pk>/archive/",
        WorkshopArchive.as_view(),
        name="api_workshop_archive",
    ),
    path(
        "municipalities/<slug:slug>/workshops/<int:pk>/slots/",
        WorkshopSlots.as_view(),
        name="api_workshop_slots",
    ),
    path(
        "municipalities/<slug:slug>/slots/", same_for_guests(SlotList.as_view()), name="api_slots"
    ),
    path("municipalities/<slug:slug>/slots/<int:pk>/", SlotDetail.as_view(), name="api_slot"),
    path(
        "municipalities/<slug:slug>/slots/<int:pk>/open/",
        SlotOpen.as_view(),
        name="api_slot_open",
    ),
    path(
        "municipalities/<slug:slug>/slots/<int:pk>/close/",
        SlotClose.as_view(),
        name="api_slot_close",
    ),
    path(
        "municipalities/<slug:slug>/slots/<int:pk>/cancel/",
        SlotCancel.as_view(),
        name="api_slot_cancel",
    ),
]
