"""The demo loads through the services, and loading it again changes nothing."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from participation.models import Idea, Municipality
from polls.models import LiveSession
from workshops.models import Slot, WaitEntry

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
    assert LiveSession.objects.filter(state="published").count() == 1
    assert WaitEntry.objects.count() == 2
    assert Slot.objects.filter(workshop__title__startswith="Digitale Sprechstunde").first().is_full  # type: ignore[union-attr]


def test_production_refuses_the_public_password(settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    with pytest.raises(CommandError):
        call_command("demo")
