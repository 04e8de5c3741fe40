"""`api_key`, `clock --once` and what the clock throws away."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from participation import actors
from participation.models import ApiKey, IdempotencyRecord, Municipality
from participation.services import housekeeping

pytestmark = pytest.mark.django_db


def run(*words: str, **options: Any) -> str:
    out = StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue().strip()


def test_a_new_key_is_printed_once_and_works(town: Municipality, client: Client) -> None:
    token = run("api_key", "menden", "read", "desk", "--name", "Website")
    key = ApiKey.objects.get()
    assert (key.municipality, key.name, key.scopes) == (town, "Website", ["desk", "read"])
    assert actors.find_key(token) == key
    header = {"authorization": f"Bearer {token}"}
    assert client.get("/api/v1/municipalities/menden/themes/", headers=header).status_code == 200


@pytest.mark.parametrize("words", [("nirgends", "read"), ("menden", "alles"), ("menden",)])
def test_a_key_that_cannot_be(town: Municipality, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run("api_key", *words)
    assert not ApiKey.objects.exists()


def record(age: timedelta, now: Any) -> IdempotencyRecord:
    return IdempotencyRecord.objects.create(
        principal="p", key_hash=str(age), fingerprint="f", created_at=now - age
    )


def test_answers_are_kept_for_a_day(now: Any) -> None:
    record(timedelta(days=1, seconds=1), now)
    young = record(timedelta(days=1), now)
    assert housekeeping.forget_old_records(now=now) == 1
    assert IdempotencyRecord.objects.get() == young
    assert housekeeping.forget_old_records(now=now) == 0


def test_the_clock_runs_each_job_once(now: Any, settings: Settings) -> None:
    path = "participation.services.housekeeping.forget_old_records"
    settings.CLOCK_JOBS = {path: 3600}
    record(timedelta(days=2), now)
    assert run("clock", once=True) == f"{path}: 1"
    assert not IdempotencyRecord.objects.exists()


def test_every_job_of_the_clock_exists() -> None:
    assert "participation.services.housekeeping.forget_old_records: 0" in run("clock", once=True)
