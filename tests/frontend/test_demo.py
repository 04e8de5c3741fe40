"""The demo loads through the services, and loading it again changes nothing."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import Sum

from participation.models import Idea, Municipality
from polls.models import LiveSession
from workshops.models import OpenDay, Slot, SlotFigures, StandTally, WaitEntry

pytestmark = pytest.mark.django_db

COUNTED = ("participation", "workshops", "polls", "account")


def counts() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for label in COUNTED
        for model in apps.get_app_config(label).get_models()
    }


def test_loading_twice_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo")
    first = counts()
    call_command("demo")
    assert counts() == first
    assert "leitung@example.org" in capsys.readouterr().out


def test_what_the_demo_shows() -> None:
    call_command("demo")
    assert Municipality.objects.count() == 59
    assert Municipality.objects.filter(state="active").count() == 5
    assert Idea.objects.filter(reference__startswith="SO-").count() == 12
    assert LiveSession.objects.filter(state="live").count() == 3
    assert LiveSession.objects.filter(state="published").count() == 2
    assert WaitEntry.objects.count() == 5
    full = Slot.objects.filter(workshop__title="Digitale Sprechstunde für Seniorinnen und Senioren")
    assert [slot.is_full for slot in full[:1]] == [True]


def test_the_opening_was_counted_and_the_past_has_figures() -> None:
    call_command("demo")
    opening = OpenDay.objects.get(starts_at__year=2022)
    assert opening.stands.count() == 10
    counted = StandTally.objects.filter(stand__open_day=opening)
    assert counted.aggregate(Sum("count"))["count__sum"] == 500
    assert OpenDay.objects.exclude(pk=opening.pk).get().stands.count() == 10
    assert SlotFigures.objects.filter(came__gt=0, no_show__gt=0).exists()


def test_production_refuses_the_public_password(settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    with pytest.raises(CommandError):
        call_command("demo")
