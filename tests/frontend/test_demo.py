"""The demo loads through the services, and loading it again changes nothing."""

from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.test import TestCase

from frontend.demo import live
from participation.models import Idea, Municipality
from polls.models import LiveSession
from workshops.models import OpenDay, Slot, SlotFigures, StandTally, WaitEntry

COUNTED = ("participation", "workshops", "polls", "account")


def counts() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for label in COUNTED
        for model in apps.get_app_config(label).get_models()
    }


class DemoTests(TestCase):
    """A class of Django's: it loads the demo once, and each test starts from there."""

    @classmethod
    def setUpTestData(cls) -> None:
        call_command("demo", stdout=StringIO())

    def test_loading_twice_changes_nothing(self) -> None:
        first, printed = counts(), StringIO()
        call_command("demo", stdout=printed)
        assert counts() == first
        assert "leitung@example.org" in printed.getvalue()

    def test_what_the_demo_shows(self) -> None:
        assert Municipality.objects.count() == 59
        assert Municipality.objects.filter(state="active").count() == 5
        assert Idea.objects.filter(reference__startswith="SO-").count() == 12
        assert LiveSession.objects.filter(state="live").count() == 3
        assert LiveSession.objects.filter(state="published").count() == 2
        assert WaitEntry.objects.count() == 5
        full = Slot.objects.filter(
            workshop__title="Digitale Sprechstunde für Seniorinnen und Senioren"
        )
        assert [slot.is_full for slot in full[:1]] == [True]

    def test_rooms_write_and_hands_are_counted(self) -> None:
        running = LiveSession.objects.get(title=live.EVENING)
        wall = self.read(f"/live/{running.code}/wand/")
        assert "Was kostet das Wärmenetz" in wall
        assert 'data-fill="votes">14<' in self.read(f"/live/{running.code}/")
        assert "Trinkbrunnen am Marktplatz" in wall
        together = LiveSession.objects.filter(title=live.TOGETHER)
        menden = together.get(municipality__slug="menden").code
        hands = "Handzeichen: 9, von zwei Menschen gezählt, nicht in den Balken"
        assert hands in self.read(f"/live/{menden}/wand/")
        olpe = together.get(municipality__slug="olpe").code
        results = self.read(f"/live/{olpe}/ergebnisse/")
        assert "Stimmzettel: 11, von zwei Menschen gezählt." in results
        assert "Bleibt der Wochenmarkt" in results
        assert "Ein Spielplatz mitten in der Stadt" in results

    def test_the_opening_was_counted_and_the_past_has_figures(self) -> None:
        opening = OpenDay.objects.get(starts_at__year=2022)
        assert opening.stands.count() == 10
        counted = StandTally.objects.filter(stand__open_day=opening)
        assert counted.aggregate(Sum("count"))["count__sum"] == 500
        assert OpenDay.objects.exclude(pk=opening.pk).get().stands.count() == 10
        assert SlotFigures.objects.filter(came__gt=0, no_show__gt=0).exists()

    def read(self, path: str) -> str:
        return self.client.get(path).content.decode()


def test_production_refuses_the_public_password(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("demo")
