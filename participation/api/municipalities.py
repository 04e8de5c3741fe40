"""The network's municipalities and the themes of each: public, read only."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation import queries
from participation.api_base import ApiView, PageFilter, page_of, paged
from participation.guest_pages import same_for_guests
from participation.models import Accession, Municipality, Theme


class PopulationOut(serializers.Serializer[Municipality]):
    value = serializers.IntegerField(source="population")
    date = serializers.DateField(source="population_date")
    source = serializers.CharField(source="population_source")  # type: ignore[assignment]


class AreaOut(serializers.Serializer[Municipality]):
    value_km2 = serializers.FloatField(source="area_km2")
    source = serializers.CharField(source="area_source")  # type: ignore[assignment]


class CentreOut(serializers.Serializer[Municipality]):
    lat = serializers.FloatField()
    lon = serializers.FloatField()


class ContactOut(serializers.Serializer[Municipality]):
    name = serializers.CharField(source="contact_name")
    email = serializers.CharField(source="contact_email")
    phone = serializers.CharField(source="contact_phone")
    address = serializers.CharField(source="contact_address")


class AccessionOut(serializers.ModelSerializer[Accession]):
    class Meta:
        model = Accession
        fields = ("kind", "partner", "resolved_date", "document_url")


class MunicipalityOut(serializers.ModelSerializer[Municipality]):
    """Each figure stands with its source and, where it changes, its date."""

    population = PopulationOut(source="*")
    area = AreaOut(source="*")
    centre = CentreOut(source="*")
    contact = ContactOut(source="*")
    postal_codes = serializers.ListField(child=serializers.CharField())
    accessions = AccessionOut(many=True)

    class Meta:
        model = Municipality
        fields = (
            "slug",
            "ags",
            "code",
            "name",
            "official_name",
            "kind",
            "district",
            "state",
            "population",
            "area",
            "centre",
            "postal_codes",
            "website",
            "brand_color",
            "claim",
            "contact",
            "accessions",
        )


class ThemeOut(serializers.ModelSerializer[Theme]):
    name = serializers.SerializerMethodField()
    shared = serializers.SerializerMethodField(help_text="Of the whole network, not one town's.")

    class Meta:
        model = Theme
        fields = ("slug", "name", "shared")

    @extend_schema_field(str)
    def get_name(self, theme: Theme) -> str:
        return theme.name

    @extend_schema_field(bool)
    def get_shared(self, theme: Theme) -> bool:
        return theme.municipality_id is None


class MunicipalityFilter(serializers.Serializer[Any]):
    status = serializers.ChoiceField(
        choices=Municipality.State.choices, required=False, allow_blank=True
    )
    postal_code = serializers.RegexField(
        r"^\d{1,5}$", required=False, allow_blank=True, help_text="Its first digits are enough."
    )
    q = serializers.CharField(
        required=False, allow_blank=True, max_length=100, help_text="Name or postal code."
    )


class MunicipalityList(ApiView):
    @extend_schema(
        operation_id="municipalities",
        parameters=[MunicipalityFilter, PageFilter],
        responses=page_of("MunicipalityPage", MunicipalityOut),
    )
    def get(self, request: Request) -> Response:
        """All municipalities of Südwestfalen, by name."""
        asked = MunicipalityFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = queries.municipalities(
            status=asked.validated_data.get("status", ""),
            postal_code=asked.validated_data.get("postal_code", ""),
            text=asked.validated_data.get("q", ""),
        )
        return paged(self, found, MunicipalityOut, ("name", "pk"))


class MunicipalityDetail(ApiView):
    @extend_schema(operation_id="municipality", responses=MunicipalityOut)
    def get(self, request: Request, municipality: str) -> Response:
        """One municipality, whether its pages are open already or not."""
        return Response(MunicipalityOut(queries.municipality_by_slug(municipality)).data)


class ThemeList(ApiView):
    @extend_schema(operation_id="themes", responses=ThemeOut(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The shared themes and the town's own: few, so all at once."""
        return Response(ThemeOut(queries.themes(self.actor), many=True).data)


urlpatterns = [
    path("municipalities/", same_for_guests(MunicipalityList.as_view()), name="api_municipalities"),
    path(
        "municipalities/<slug:municipality>/",
        same_for_guests(MunicipalityDetail.as_view()),
        name="api_municipality",
    ),
    path(
        "municipalities/<slug:slug>/themes/",
        same_for_guests(ThemeList.as_view()),
        name="api_themes",
    ),
]
