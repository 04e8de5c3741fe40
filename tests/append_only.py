"""Emptying a test database whose history nobody can delete.

PostgreSQL truncates, which row triggers do not see, but writes a new file for each of some eighty
tables: a second after each transactional test. Whoever may pass over triggers deletes instead,
thirty times as fast, and leaves what Django itself would fill in again. SQLite deletes row by row:
the triggers are taken away for the moment of emptying and come back as they were; what points to
such rows goes with the rest, a moment later.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connection

FILLED_IN_AGAIN = {"django_content_type", "auth_permission"}


def delete_to_empty(patch: pytest.MonkeyPatch) -> None:
    """Let Django empty PostgreSQL's tables by DELETE, where our role may."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        (may,) = cursor.fetchone()
    if may:
        patch.setattr(type(connection.ops), "sql_flush", _deletions)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_args, **_how: None)


def _deletions(operations: Any, _style: Any, tables: Sequence[str], **_how: bool) -> list[str]:
    """One transaction's statements. It passes over triggers, those of foreign keys among them."""
    names = [operations.quote_name(table) for table in {*tables} - FILLED_IN_AGAIN]
    deletions = [f"DELETE FROM {name}" for name in names]  # noqa: S608  (names from the models)
    return ["SET LOCAL session_replication_role = replica", *deletions]


def empty_histories() -> None:
    """Delete the rows of all tables with a trigger; call it before a transactional test ends."""
    if connection.vendor != "sqlite":
        return
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _table, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        for table in {table for _name, table, _sql in triggers}:
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608  (names from the schema itself)
        for _name, _table, sql in triggers:
            cursor.execute(sql)
