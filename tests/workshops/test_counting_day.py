"""An open day as it is: ten devices at ten stands, a network that loses answers, 500 visitors."""

import json
import random
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from participation.models import Municipality
from tests.factories import make_town
from tests.workshops.open_day_factories import make_open_day, make_stand
from workshops.models import Stand, StandCount, StandTally
from workshops.queries import open_days as days

VISITORS, STANDS = 500, 10
HOUR = timedelta(hours=1)


@pytest.fixture
def now_open(transactional_db: None, now: datetime) -> list[Stand]:
    town: Municipality = make_town("menden")
    open_day = make_open_day(town, starts_at=now - HOUR)
    return [make_stand(open_day, f"Stand {number}") for number in range(1, STANDS + 1)]


class Device:
    """A phone at a stand: keeps its taps until each has been acknowledged, as the counter does.

    Every third request is lost after the server has answered it, every seventh before it gets
    there; and each request is a batch of whatever waits.
    """

    def __init__(self, url: str, stand: Stand, visitors: int, seed: int) -> None:
        self.url = f"{url}/api/v1/stands/{stand.token}/counts/"
        self.chance = random.Random(seed)
        began = timezone.now() - HOUR
        self.waiting = [
            {
                "client_uuid": str(uuid4()),
                "amount": 1,
                "tapped_at": (began + self.chance.random() * HOUR).isoformat(),
            }
            for _ in range(visitors)
        ]
        self.requests = 0

    def send_all(self) -> int:
        while self.waiting:
            self.requests += 1
            batch = self.waiting[: self.chance.randint(1, 12)]
            if self.requests % 7 == 0:
                continue  # it never reached the server
            results = self.post(batch)
            if self.requests % 3 == 0:
                continue  # the answer never reached the device
            done = {row["client_uuid"] for row in results if row["outcome"] != "refused"}
            self.waiting = [tap for tap in self.waiting if tap["client_uuid"] not in done]
        return self.requests

    def post(self, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        request = urllib.request.Request(  # noqa: S310  (our own server)
            self.url,
            json.dumps({"sent_at": timezone.now().isoformat(), "counts": batch}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            results: list[dict[str, Any]] = json.loads(answer.read())["results"]
        return results


def all_at_once(works: list[Callable[[], int]]) -> list[int]:
    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(lambda work: work(), works))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_devices_count_500_visitors_and_lose_none(
    now_open: list[Stand], live_server: LiveServer
) -> None:
    devices = [
        Device(live_server.url, stand, VISITORS // STANDS, seed)
        for seed, stand in enumerate(now_open)
    ]
    all_at_once([device.send_all for device in devices])
    assert [days.stand_total(stand) for stand in now_open] == [VISITORS // STANDS] * STANDS
    assert StandCount.objects.count() == VISITORS
    assert sum(StandTally.objects.values_list("count", flat=True)) == VISITORS


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_devices_at_one_stand(now_open: list[Stand], live_server: LiveServer) -> None:
    devices = [Device(live_server.url, now_open[0], 15, seed) for seed in range(10)]
    all_at_once([device.send_all for device in devices])
    assert days.stand_total(now_open[0]) == 150
