"""What a load balancer asks: is the process alive, and can it serve?"""

from collections.abc import Callable

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from participation.queries import operation

CHANNEL = "readyz"


@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when database, channel layer and queue are in order, 503 with the names of the others.

    Mails that were given up are told but fail nothing: no other process would send them either.
    """
    now = timezone.now()
    checks = {
        "database": _holds(operation.database_answers),
        "channels": _holds(_channel_layer_answers),
        "queue": _holds(lambda: operation.queue_in_order(now)),
    }
    in_order = all(checks.values())
    body = {
        "status": "ok" if in_order else "failed",
        "checks": {name: "ok" if held else "failed" for name, held in checks.items()},
        "mails_given_up": operation.given_up_tasks() if checks["database"] else None,
    }
    return JsonResponse(body, status=200 if in_order else 503)


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, RedisError, OSError):
        return False


def _channel_layer_answers() -> bool:
    """Nobody listens to the group: what is sent is dropped."""
    layer = get_channel_layer()
    async_to_sync(layer.group_send)(CHANNEL, {"type": CHANNEL})
    return True
