"""The technical back office: calls for ideas and their phases."""

from django.contrib import admin

from participation.models import Campaign, Phase


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
