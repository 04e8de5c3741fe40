"""Replays: a POST with an Idempotency-Key is answered once, and the same again each later time."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from cryptography.fernet import Fernet
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from participation import secrets
from participation.api_formats import plain
from participation.api_problems import PROBLEM_TYPE
from participation.errors import RuleBroken
from participation.models import IdempotencyRecord

Handler = Callable[..., Response]


class IdempotencyMismatch(RuleBroken):
    status = 422
    code = "idempotency_mismatch"
    message = _(
        "Dieser Idempotency-Key gehört zu einer anderen Anfrage. Bitte nehmen Sie einen neuen."
    )


class IdempotencyInProgress(RuleBroken):
    code = "idempotency_in_progress"
    message = _(
        "Die erste Anfrage mit diesem Idempotency-Key läuft noch. Bitte versuchen Sie es gleich"
        " wieder."
    )


class BadIdempotencyKey(RuleBroken):
    status = 400
    code = "bad_idempotency_key"
    message = _("Ein Idempotency-Key hat 1 bis 120 druckbare Zeichen.")


def replayable(view: APIView, key: str, caller: str, handler: Handler) -> Handler:
    """`handler`, answering `caller` only once for this `key`.

    The record and what the handler writes share one transaction, so a killed process leaves either
    both or neither. While the first runs, PostgreSQL answers 409 after a second; SQLite, which lets
    one writer in at a time, waits for the first and replays it. Not kept: answers of 429 and 5xx.

    The handler raises BadIdempotencyKey, IdempotencyMismatch, IdempotencyInProgress.
    """

    def once(request: Request, *args: Any, **kwargs: Any) -> Response:
        if not key.strip() or len(key) > 120 or not key.isprintable():
            raise BadIdempotencyKey
        with transaction.atomic():
            record = _record(request, key, caller)
            if record.status:
                return _replay(record, key)
            response = _answer(view, handler, request, *args, **kwargs)
            if response.status_code >= status.HTTP_429_TOO_MANY_REQUESTS:
                transaction.set_rollback(True)
                return response
            record.status = response.status_code
            record.sealed_answer = _seal(key).encrypt(_encoded(response)).decode()
            record.save(update_fields=["status", "sealed_answer"])
        return response

    return once


def _answer(
    view: APIView, handler: Handler, request: Request, *args: Any, **kwargs: Any
) -> Response:
    """The handler's answer or its problem document; what a failed handler wrote is undone."""
    try:
        with transaction.atomic():
            return handler(request, *args, **kwargs)
    except Exception as error:  # noqa: BLE001  (handle_exception raises what it does not know)
        return view.handle_exception(error)


def _record(request: Request, key: str, caller: str) -> IdempotencyRecord:
    """This request's own new record, or the first one's with its answer."""
    principal = salted_hmac("idempotency", caller, algorithm="sha256").hexdigest()
    body = hashlib.sha256(request.body).hexdigest()
    asked = f"{request.method} {request.get_full_path()} {body}"
    # With the key, which is not stored: a ballot has few values, and a bare hash of each is quick
    # to compare.
    fingerprint = salted_hmac(f"fingerprint {key}", asked, algorithm="sha256").hexdigest()
    names = {"principal": principal, "key_hash": secrets.hashed(key)}
    try:
        with transaction.atomic():
            _wait_for_locks("1s")
            record, _created = IdempotencyRecord.objects.get_or_create(
                **names, defaults={"fingerprint": fingerprint, "created_at": timezone.now()}
            )
            _wait_for_locks("0")
    except (OperationalError, IntegrityError) as error:
        raise IdempotencyInProgress from error
    if record.fingerprint != fingerprint:
        raise IdempotencyMismatch
    return record


def _wait_for_locks(longest: str) -> None:
    """In this transaction; SQLite has no such setting, its writers queue before they begin."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [longest])


def _seal(key: str) -> Fernet:
    return Fernet(
        base64.urlsafe_b64encode(salted_hmac("sealed-answer", key, algorithm="sha256").digest())
    )


def _encoded(response: Response) -> bytes:
    return orjson.dumps(response.data, default=plain)


def _replay(record: IdempotencyRecord, key: str) -> Response:
    answer = orjson.loads(_seal(key).decrypt(record.sealed_answer.encode()))
    failed = record.status >= status.HTTP_400_BAD_REQUEST
    response = Response(answer, record.status, content_type=PROBLEM_TYPE if failed else None)
    response["Idempotency-Replayed"] = "true"
    return response
