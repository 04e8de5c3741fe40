"""Typed reading of the environment: one function per type, one clear line per mistake."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET = 50
FEWEST_CHARACTERS = 10


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name}={value} is neither yes nor no: set it to 1 or 0.")
    return default


def number(name: str, default: int) -> int:
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value} is no whole number.") from None


def words(name: str, default: str = "") -> list[str]:
    """Comma-separated values, blanks dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def required(name: str, *, example: str) -> str:
    """A value production cannot do without."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"Set {name} (for example {name}={example}).")
    return value


def secret(name: str, *, never: str) -> str:
    """A signing key nobody can guess: long, and not the one of the demo."""
    value = required(name, example="<50 random characters>")
    if len(value) < SHORTEST_SECRET or value == never or len(set(value)) < FEWEST_CHARACTERS:
        raise ImproperlyConfigured(
            f"{name} is easy to guess: set it to at least {SHORTEST_SECRET} random characters."
        )
    return value


def hosts(name: str, default: str) -> list[str]:
    """Host names; `*` would let anyone write the links in our mail."""
    values = words(name, default)
    if "*" in values:
        raise ImproperlyConfigured(f"{name}=* trusts every name: list the host names instead.")
    return values


def origins(name: str) -> list[str]:
    values = words(name)
    for value in values:
        if not value.startswith(("https://", "http://")):
            raise ImproperlyConfigured(
                f"{name}={value} is no origin: write it with its scheme, as in https://{value}"
            )
    return values


def database(url: str) -> dict[str, Any]:
    """Django's settings for `sqlite:///path` or `postgres://user:pw@host:port/name`.

    SQLite runs with WAL, foreign keys and IMMEDIATE transactions, so that a write waits for its
    turn (20 s) instead of failing half-way; PostgreSQL uses psycopg's connection pool.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "CONN_MAX_AGE": None,
            "NAME": unquote(parts.path).removeprefix("/"),
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                " PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000;",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            # A pooled connection may have been cut by a restart of the server since it was used.
            "CONN_HEALTH_CHECKS": True,
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "OPTIONS": {
                "pool": {
                    "min_size": 1,
                    "max_size": number("DATABASE_POOL_SIZE", 8),
                    # Whoever waits longer waits for a server that is away: say so to the client.
                    "timeout": 5,
                    # Give up after this long, so that the next to ask tries at once again.
                    "reconnect_timeout": 5,
                },
                **dict(parse_qsl(parts.query)),
            },
        }
    raise ImproperlyConfigured(
        f"DATABASE_URL starts with {parts.scheme}: use sqlite:///path or postgres://user@host/name."
    )
