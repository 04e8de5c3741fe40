"""Duplicates and templates of offers: for the desk."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView, PageFilter, page_of, paged
from participation.images import MAX_ALT
from workshops import queries
from workshops.api.shapes import WorkshopOut
from workshops.services import copies, images


class TemplateOut(WorkshopOut):
    """`municipality` is the slug of the town that made it."""

    municipality = serializers.CharField(source="municipality.slug", read_only=True)

    class Meta(WorkshopOut.Meta):
        fields: tuple[str, ...] = (*WorkshopOut.Meta.fields, "municipality", "is_shared")
        read_only_fields: tuple[str, ...] = fields


class ImageIn(serializers.Serializer[Any]):
    """Sent as `multipart/form-data`."""

    image = serializers.FileField(help_text="JPEG, PNG or WebP, at most 10 MB and 40 megapixels.")
    alt = serializers.CharField(
        max_length=MAX_ALT, help_text="What it shows, for people who do not see it."
    )


class WorkshopDuplicate(ApiView):
    @extend_schema(operation_id="duplicate_workshop", request=None, responses={201: WorkshopOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: a draft like it, without dates."""
        copy = copies.duplicate_workshop(actor=self.actor, workshop_id=pk)
        return Response(WorkshopOut(copy).data, status=201)


class WorkshopTemplate(ApiView):
    @extend_schema(operation_id="make_template", request=None, responses={201: TemplateOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: a template of the town, made from an offer."""
        template = copies.make_template(actor=self.actor, workshop_id=pk)
        return Response(TemplateOut(template).data, status=201)


class WorkshopImage(ApiView):
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="set_workshop_image",
        request={"multipart/form-data": ImageIn},
        responses=WorkshopOut,
    )
    def put(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: the offer's picture; made anew without metadata, 1,600 pixels at most."""
        queries.own_workshop(self.actor, pk)  # before a large file is read
        body = ImageIn(data=request.data)
        body.is_valid(raise_exception=True)
        workshop = images.set_image(
            actor=self.actor,
            workshop_id=pk,
            content=body.validated_data["image"].read(),
            alt=body.validated_data["alt"],
        )
        return Response(WorkshopOut(workshop).data)

    @extend_schema(operation_id="remove_workshop_image", responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: take the picture away."""
        images.remove_image(actor=self.actor, workshop_id=pk)
        return Response(status=204)


class TemplateList(ApiView):
    @extend_schema(
        operation_id="templates",
        parameters=[PageFilter],
        responses=page_of("TemplatePage", TemplateOut),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Desk: the town's templates, and those that other towns share."""
        return paged(self, queries.templates(self.actor), TemplateOut, ("title", "pk"))


class TemplateDetail(ApiView):
    @extend_schema(operation_id="retire_template", responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: offer the town's template to nobody any more; copies stay."""
        copies.retire_template(actor=self.actor, template_id=pk)
        return Response(status=204)


class TemplateUse(ApiView):
    @extend_schema(operation_id="use_template", request=None, responses={201: WorkshopOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: a draft from a template; another town's place and link stay behind."""
        workshop = copies.use_template(actor=self.actor, template_id=pk)
        return Response(WorkshopOut(workshop).data, status=201)


class TemplateShare(ApiView):
    @extend_schema(operation_id="share_template", request=None, responses=TemplateOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: show the town's template to all towns."""
        template = copies.share_template(actor=self.actor, template_id=pk, shared=True)
        return Response(TemplateOut(template).data)


class TemplateUnshare(ApiView):
    @extend_schema(operation_id="unshare_template", request=None, responses=TemplateOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: show it to this town alone again."""
        template = copies.share_template(actor=self.actor, template_id=pk, shared=False)
        return Response(TemplateOut(template).data)


WORKSHOP = "municipalities/<slug:slug>/workshops/<int:pk>/"
TEMPLATES = "municipalities/<slug:slug>/templates/"
urlpatterns = [
    path(f"{WORKSHOP}duplicate/", WorkshopDuplicate.as_view(), name="api_workshop_duplicate"),
    path(f"{WORKSHOP}template/", WorkshopTemplate.as_view(), name="api_workshop_template"),
    path(f"{WORKSHOP}image/", WorkshopImage.as_view(), name="api_workshop_image"),
    path(TEMPLATES, TemplateList.as_view(), name="api_templates"),
    path(f"{TEMPLATES}<int:pk>/", TemplateDetail.as_view(), name="api_template"),
    path(f"{TEMPLATES}<int:pk>/use/", TemplateUse.as_view(), name="api_template_use"),
    path(f"{TEMPLATES}<int:pk>/share/", TemplateShare.as_view(), name="api_template_share"),
    path(f"{TEMPLATES}<int:pk>/unshare/", TemplateUnshare.as_view(), name="api_template_unshare"),
]
