"""A joint question's wall, opened before the first town has started."""

from datetime import datetime

import pytest
from django.test import Client

from participation import actors
from participation.models import Municipality
from tests.polls.test_joint import make_joint, put

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["", "wand/"])
def test_what_is_opened_early_asks_again(
    client: Client, town: Municipality, other_town: Municipality, now: datetime, page: str
) -> None:
    joint = make_joint(town, [other_town], now)
    address = f"/live/gemeinsam/{joint.code}/"
    assert f'data-joint="{address}stand/"' in client.get(f"{address}{page}").content.decode()
    assert client.get(f"{address}stand/").content.strip() == b""  # what stands there stays
    put(actors.system(town), joint.code, (4, 1), now)
    assert town.name in client.get(f"{address}stand/").content.decode()
