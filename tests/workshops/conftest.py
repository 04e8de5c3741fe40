from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from participation.models import Municipality
from tests.workshops.factories import make_key, make_slot
from workshops.models import Slot


@pytest.fixture
def soon() -> datetime:
    """By the real clock, for what goes through the API."""
    return timezone.now() + timedelta(minutes=30)


@pytest.fixture
def slot(town: Municipality, soon: datetime) -> Slot:
    """Ten seats, in half an hour: booking and door are both open."""
    return make_slot(town, starts_at=soon)


@pytest.fixture
def desk(town: Municipality) -> APIClient:
    return client(town, "desk")


@pytest.fixture
def door(town: Municipality) -> APIClient:
    return client(town, "door")


def client(town: Municipality, *scopes: str) -> APIClient:
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=make_key(town, *scopes))
    return api
