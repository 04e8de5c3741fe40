"""How often one caller may ask, counted in the cache that all web processes share (Redis).

While Redis is away nothing is counted: better no limit for a moment than no town hall.
"""

import ipaddress
import logging

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from participation import secrets
from participation.errors import TooManyRequests

logger = logging.getLogger(__name__)


def limit(name: str, caller: str, count: int, seconds: int) -> None:
    """Let `caller` do `name` at most `count` times in `seconds`, counted from the first time.

    The caller is kept as a hash, and only that long. Raises TooManyRequests.
    """
    if settings.RATE_LIMITS and note(name, caller, seconds) > count:
        raise TooManyRequests(seconds)


def note(name: str, caller: str, seconds: int) -> int:
    """Count once more; how often it was in this window of `seconds`."""
    key = _key(name, caller)
    try:
        cache.add(key, 0, seconds)
        return cache.incr(key)
    except ValueError:  # it ran out between the two calls: a new window begins
        cache.set(key, 1, seconds)
        return 1
    except RedisError as error:
        logger.warning("Not counted (%s): %s", name, error)
        return 0


def noted(name: str, caller: str) -> int:
    """How often it was in this window."""
    try:
        return int(cache.get(_key(name, caller), 0))
    except RedisError:
        return 0


def _key(name: str, caller: str) -> str:
    return f"rate:{name}:{secrets.hashed(caller)}"


def network(address: str) -> str:
    """What one caller cannot change at will: an IPv4 address, the /64 of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))
