"""Fixtures that every part's tests use."""

import gc
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.db.models.sql.compiler import SQLUpdateCompiler
from django.utils import timezone, translation
from rest_framework.test import APIClient

from participation.models import Municipality
from tests.append_only import delete_to_empty, empty_histories
from tests.factories import make_town


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: it need not be searched for garbage all the time."""
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Nobody holds the database any longer when it is to be dropped: a thread that was just
    answering, or the server's half of a process that a test has killed.
    """
    with pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            delete_to_empty(patch)
        yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rate limits and cached answers end with the test that made them."""
    for each in caches.all():
        each.clear()
    yield
    for each in caches.all():
        each.clear()


@pytest.fixture(autouse=True, scope="session")
def _no_joined_updates() -> Iterator[None]:
    """A guarded UPDATE never joins: Django would make it `id IN (SELECT …)`, and PostgreSQL does
    not look at a guard in there again after it has waited for a rival."""
    prepare = SQLUpdateCompiler.pre_sql_setup

    def prepared(compiler: SQLUpdateCompiler) -> None:
        compiler.query.get_initial_alias()
        tables = compiler.query.count_active_tables()
        assert tables == 1, f"UPDATE with a join: {compiler.query.model}"
        prepare(compiler)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLUpdateCompiler, "pre_sql_setup", prepared)
        yield


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
