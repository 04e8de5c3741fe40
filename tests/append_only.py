"""Emptying a test database whose history nobody can delete.

PostgreSQL truncates, which row triggers do not see. SQLite deletes row by row: the triggers are
taken away for the moment of emptying and come back as they were; what points to such rows goes
with the rest, a moment later.
"""

from django.db import connection


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
