import pytest
from django.test import Client
from pytest_django import Settings

from participation import rates
from participation.errors import TooManyRequests
from participation.models import MailReceipt


@pytest.fixture
def limits(settings: Settings) -> None:
    settings.RATE_LIMITS = True
    settings.GUEST_WRITES_A_MINUTE = 3


def test_so_often_and_no_more(limits: None) -> None:
    for _ in range(3):
        rates.limit("seats", "10.0.0.1", count=3, seconds=60)
    with pytest.raises(TooManyRequests) as refused:
        rates.limit("seats", "10.0.0.1", count=3, seconds=60)
    assert refused.value.retry_after == 60
    rates.limit("seats", "10.0.0.2", count=3, seconds=60)
    rates.limit("mails", "10.0.0.1", count=3, seconds=60)


def test_off(settings: Settings) -> None:
    settings.RATE_LIMITS = False
    for _ in range(10):
        rates.limit("seats", "10.0.0.1", count=1, seconds=60)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_what_one_caller_is(address: str, network: str) -> None:
    assert rates.network(address) == network


@pytest.mark.django_db
@pytest.mark.urls("tests.participation.probes")
def test_guests_writes_are_counted_by_address(client: Client, limits: None) -> None:
    def write(event: str, address: str) -> int:
        return client.post(
            "/api/v1/receipts/", {"event": event}, "application/json", REMOTE_ADDR=address
        ).status_code

    assert [write(f"a{number}", "192.0.2.7") for number in range(4)] == [201, 201, 201, 429]
    assert write("b", "192.0.2.8") == 201
    assert MailReceipt.objects.count() == 4
    refused = client.post(
        "/api/v1/receipts/", {"event": "c"}, "application/json", REMOTE_ADDR="192.0.2.7"
    )
    assert refused["Retry-After"] == "60"
    assert refused.json()["code"] == "rate_limited"
    assert client.get("/api/v1/receipts/", REMOTE_ADDR="192.0.2.7").status_code == 200
