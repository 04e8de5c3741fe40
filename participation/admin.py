"""The technical back office: what towns say of themselves, calls for ideas and their phases."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from participation import colors
from participation.errors import InvalidInput
from participation.models import Campaign, Municipality, Phase
from participation.services import municipalities


class PresentationForm(forms.ModelForm[Municipality]):
    class Meta:
        model = Municipality
        fields = sorted(municipalities.PRESENTATION_FIELDS)

    def clean_brand_color(self) -> str:
        color: str = self.cleaned_data["brand_color"]
        try:
            colors.derive_pair(color)
        except InvalidInput as error:
            raise ValidationError(str(error.message), code=error.code) from error
        return color


@admin.register(Municipality)
class MunicipalityAdmin(admin.ModelAdmin[Municipality]):
    """Its own texts and colour; the facts come from the project's data."""

    form = PresentationForm
    list_display = ("name", "district", "state")
    list_filter = ("state", "district")
    search_fields = ("name", "ags")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Municipality | None = None) -> bool:
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: Municipality,
        form: forms.ModelForm[Municipality],
        change: bool,  # noqa: FBT001  (Django's signature)
    ) -> None:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        municipalities.present_municipality(municipality_id=obj.pk, **changes)


class PhaseInline(admin.TabularInline[Phase, Campaign]):
    model = Phase
    extra = 0


@admin.register(Campaign)
class CampaignAdmin(admin.ModelAdmin[Campaign]):
    list_display = ("title", "municipality", "moderation", "visibility")
    list_filter = ("municipality",)
    search_fields = ("title",)
    prepopulated_fields = {"slug": ("title",)}
    inlines = (PhaseInline,)
