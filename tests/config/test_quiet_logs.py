"""Secrets of mailed links and tickets stay out of the log."""

import logging

import pytest

from config.quiet_logs import HideSecrets


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        (f"/buchung/AB34CD/{'f' * 64}/stornieren/", "/buchung/AB34CD/***/stornieren/"),
        ("/t/Zk3_x-0aBcDeFgHiJkLmNoPqRsTuVw12/", "/t/***/"),
        (f"/idee/meine/{'WyJhIl0' * 6}:{'s' * 43}/?x=1", "/idee/meine/***/?x=1"),
        ("/bad-berleburg/verwaltung/ideen/", "/bad-berleburg/verwaltung/ideen/"),
    ],
)
def test_a_path_in_a_message(path: str, kept: str) -> None:
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "Failed: %s", (path,), None)
    assert HideSecrets().filter(record)
    assert record.getMessage() == f"Failed: {kept}"
