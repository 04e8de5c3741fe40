"""An Idempotency-Key: the first answer again, and never a second row."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from participation.models import IdempotencyRecord, MailReceipt, Municipality
from participation.services import keys
from tests.factories import LONG_AGO

pytestmark = pytest.mark.urls("tests.participation.probes")
RECEIPTS = "/api/v1/receipts/"


def post(client: Client, body: dict[str, Any], key: str, **headers: str) -> Any:
    return client.post(
        RECEIPTS, body, "application/json", headers={"idempotency-key": key, **headers}
    )


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.django_db
def test_the_first_answer_again(client: Client) -> None:
    first = post(client, {"event": "a"}, "k1")
    again = post(client, {"event": "a"}, "k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert MailReceipt.objects.count() == 1


@pytest.mark.django_db
def test_a_refusal_again_and_its_rows_undone(client: Client) -> None:
    first = post(client, {"event": "a", "failing": "rule"}, "k1")
    again = post(client, {"event": "a", "failing": "rule"}, "k1")
    assert (first.status_code, again.status_code) == (409, 409)
    assert again.json() == first.json()
    assert again["Content-Type"] == "application/problem+json"
    assert not MailReceipt.objects.exists()


@pytest.mark.django_db
def test_our_own_failure_is_not_kept(client: Client) -> None:
    assert post(client, {"event": "a", "failing": "bug"}, "k1").status_code == 500
    assert not IdempotencyRecord.objects.exists()
    assert not MailReceipt.objects.exists()
    assert post(client, {"event": "a", "failing": "data"}, "k1").status_code == 400


@pytest.mark.django_db
def test_another_body_with_the_same_key(client: Client) -> None:
    post(client, {"event": "a"}, "k1")
    other = post(client, {"event": "b"}, "k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert MailReceipt.objects.count() == 1


@pytest.mark.django_db
def test_the_same_key_of_another_caller(api: APIClient, town: Municipality) -> None:
    _key, token = keys.create_key(municipality=town, scopes=["read"], name="t", now=LONG_AGO)
    headers = {"idempotency-key": "k1"}
    assert api.post(RECEIPTS, {"event": "a"}, headers=headers).status_code == 201
    known = {**headers, "authorization": f"Bearer {token}"}
    assert api.post(RECEIPTS, {"event": "b"}, headers=known).status_code == 201


@pytest.mark.django_db
def test_a_revoked_key_gets_no_answer_again(api: APIClient, town: Municipality) -> None:
    key, token = keys.create_key(municipality=town, scopes=["read"], name="t", now=LONG_AGO)
    headers = {"idempotency-key": "k1", "authorization": f"Bearer {token}"}
    assert api.post(RECEIPTS, {"event": "a"}, headers=headers).status_code == 201
    key.revoked_at = LONG_AGO
    key.save(update_fields=["revoked_at"])
    assert api.post(RECEIPTS, {"event": "a"}, headers=headers).status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "x" * 121, "a\tb", "\x07"])
def test_a_key_that_is_none(client: Client, key: str) -> None:
    response = post(client, {"event": "a"}, key)
    assert (response.status_code, response.json()["code"]) == (400, "bad_idempotency_key")
    assert not MailReceipt.objects.exists()


@pytest.mark.django_db
def test_the_table_tells_nothing(client: Client) -> None:
    post(client, {"event": "a-secret-code"}, "the-key-itself")
    record = IdempotencyRecord.objects.get()
    stored = " ".join(str(value) for value in vars(record).values())
    assert "a-secret-code" not in stored
    assert "the-key-itself" not in stored
    assert "127.0.0.1" not in stored


def run(*works: Callable[[], None]) -> None:
    def closing(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=closing, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one_row() -> None:
    answers: list[tuple[int, int]] = []

    def ask() -> None:
        response = post(Client(), {"event": "a"}, "k1")
        answers.append((response.status_code, response.json().get("id", 0)))

    run(*[ask] * 20)
    receipt = MailReceipt.objects.get()
    assert set(answers) <= {(201, receipt.pk), (409, 0)}
    assert (201, receipt.pk) in answers


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_while_the_first_runs_the_second_hears_409() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite the second waits for the first instead: one writer at a time.")
    asked, answered = threading.Event(), threading.Event()
    answers: list[Any] = []

    def first() -> None:
        with transaction.atomic():
            post(Client(), {"event": "a"}, "k1")
            asked.set()
            answered.wait(20)

    def second() -> None:
        asked.wait(20)
        answers.append(post(Client(), {"event": "a"}, "k1"))
        answered.set()

    run(first, second)
    assert [answer.status_code for answer in answers] == [409]
    assert answers[0].json()["code"] == "idempotency_in_progress"
    assert MailReceipt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_process_that_dies_in_between_leaves_neither_row_nor_record() -> None:
    class Killed(BaseException):
        pass

    def work() -> None:
        with transaction.atomic():
            post(Client(), {"event": "a"}, "k1")
            raise Killed

    with pytest.raises(Killed):
        work()
    assert not MailReceipt.objects.exists()
    assert not IdempotencyRecord.objects.exists()
    assert post(Client(), {"event": "a"}, "k1").status_code == 201
