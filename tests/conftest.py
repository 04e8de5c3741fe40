"""Fixtures that every part's tests use."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.cache import cache
from django.utils import timezone, translation
from rest_framework.test import APIClient

from participation.models import Municipality
from tests.append_only import empty_histories
from tests.factories import make_town


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rate limits and cached answers end with the test that made them."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _german() -> Iterator[None]:
    """A request in English leaves its language to the thread; each test starts in German."""
    with translation.override("de"):
        yield


@pytest.fixture(autouse=True)
def _emptied_histories(request: pytest.FixtureRequest) -> Iterator[None]:
    """Append-only rows go before the database is emptied after a transactional test."""
    marker = request.node.get_closest_marker("django_db")
    transactional = bool(marker and marker.kwargs.get("transaction")) or bool(
        {"transactional_db", "live_server"} & set(request.fixturenames)
    )
    if transactional:
        request.getfixturevalue("transactional_db")
    yield
    if transactional:
        empty_histories()


@pytest.fixture
def api() -> APIClient:
    """REST as a stranger; log in by `api.force_authenticate`, a key by `api.credentials`."""
    return APIClient()


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def town(db: None) -> Municipality:
    return make_town("menden")


@pytest.fixture
def other_town(db: None) -> Municipality:
    """Another town, whose people and rows must stay invisible in `town`."""
    return make_town("arnsberg")
