"""A phone that slept, and one whose clock is wrong: only the server's time and picture count. And
one whose network comes and goes: what is about to be pressed stays where it is.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect

from tests.e2e.conftest import Server
from tests.e2e.test_live_poll import LIVE_MS, choose, visitor

pytestmark = pytest.mark.e2e

PREPARED = """
from django.utils import timezone
from participation.models import Municipality
from polls.services import rounds
from tests.polls.factories import make_evening
from polls.models import Round
{body}
"""
EVENING = """
evening = make_evening(Municipality.objects.get(slug="menden"), timezone.now(), state="live")
rounds.open_round(**evening.at(now=timezone.now(), seconds={seconds}))
print(evening.code, evening.round.pk)
"""
AGAIN = """
from participation import actors
round_ = Round.objects.get(pk={round})
here = {{"actor": actors.system(Municipality.objects.get(slug="menden")), "code": "{code}"}}
rounds.close_round(**here, round_id=round_.pk, now=timezone.now())
fresh = rounds.again(**here, round_id=round_.pk, now=timezone.now())
rounds.open_round(**here, round_id=fresh.pk, now=timezone.now())
"""
HOLD_THE_CLOCK = """
from participation import actors
from polls.services import steering
here = {{"actor": actors.system(Municipality.objects.get(slug="menden")), "code": "{code}"}}
steering.close_soon(**here, round_id={round}, seconds=600, now=timezone.now())
steering.hold_round(**here, round_id={round}, now=timezone.now())
"""


def say(server: Server, body: str) -> list[str]:
    """Run services in a process of their own; what it printed, in words."""
    script = PREPARED.format(body=body)
    return server.manage("shell", "--verbosity", "0", "-c", script).split()


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Page]:
    context = visitor(browser, server, viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


class Line:
    """Passes frames on both ways until the phone sleeps; then nothing, and no word of it."""

    def __init__(self, route: WebSocketRoute) -> None:
        self.awake = True
        server = route.connect_to_server()
        route.on_message(lambda frame: server.send(frame) if self.awake else None)
        server.on_message(lambda frame: route.send(frame) if self.awake else None)


def test_a_phone_that_slept_for_ten_minutes(phone: Page, server: Server) -> None:
    """It finds its connection dead, comes back, and votes in the round of now."""
    lines: list[Line] = []
    phone.route_web_socket(re.compile("/ws/live/"), lambda route: lines.append(Line(route)))
    code, first = say(server, EVENING.format(seconds=None))
    phone.clock.install()
    phone.goto(f"/live/{code}/")
    choose(phone, "Markt")
    expect(phone.get_by_role("heading", name="Gezählt")).to_be_visible()

    for line in lines:
        line.awake = False
    say(server, AGAIN.format(code=code, round=first))
    phone.clock.fast_forward("10:00")
    expect(phone.get_by_role("heading", name="Gezählt")).to_be_visible()
    phone.clock.run_for(40_000)

    expect(phone.get_by_role("button", name="Stimme abgeben")).to_be_visible(timeout=LIVE_MS)
    assert len(lines) > 1
    choose(phone, "Wallstraße")
    expect(phone.get_by_role("heading", name="Gezählt")).to_be_visible()


@pytest.mark.parametrize("days", [-1, 1], ids=["a day slow", "a day fast"])
def test_a_phone_whose_clock_is_wrong(phone: Page, server: Server, days: int) -> None:
    """It counts down what is left by the server's clock, and its vote counts."""
    code, _round = say(server, EVENING.format(seconds=3000))
    phone.clock.install(time=datetime.now(UTC) + timedelta(days=days))
    phone.goto(f"/live/{code}/")
    expect(phone.locator("[data-fill=clock]")).to_have_text(re.compile(r"\b4\d:\d\d\b"))
    choose(phone, "Markt")
    expect(phone.get_by_role("heading", name="Gezählt")).to_be_visible()


def pass_until(phone: Page, state: str) -> None:
    """Let the phone's time run until its line stands like this."""
    link = phone.locator("[data-link]")
    for _step in range(400):
        if link.get_attribute("data-link") == state:
            return
        phone.clock.run_for(250)
    expect(link).to_have_attribute("data-link", state)


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_moves_under_the_thumb(phone: Page, server: Server, width: int) -> None:
    lines: list[WebSocketRoute] = []
    blocked = Event()

    def connect(route: WebSocketRoute) -> None:
        lines.append(route)
        if blocked.is_set():
            route.close()
        else:
            route.connect_to_server()

    phone.route_web_socket(re.compile("/ws/live/"), connect)
    phone.set_viewport_size({"width": width, "height": 740})
    code, round_ = say(server, EVENING.format(seconds=None))
    phone.clock.install()
    phone.goto(f"/live/{code}/")
    button = phone.get_by_role("button", name="Stimme abgeben")
    expect(phone.locator("[data-link=online]")).to_be_visible()
    phone.evaluate("document.fonts.ready")
    place = button.bounding_box()

    blocked.set()
    lines[0].close()
    for state in ("offline", "polling"):
        pass_until(phone, state)
        assert button.bounding_box() == place, state
    blocked.clear()
    pass_until(phone, "online")
    say(server, HOLD_THE_CLOCK.format(code=code, round=round_))
    expect(phone.get_by_text("Eine Person braucht noch Zeit.")).to_be_visible()
    expect(phone.locator("[data-fill=clock]")).to_be_visible()
    assert button.bounding_box() == place


def test_letters_that_come_late_move_nothing(phone: Page, server: Server) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    phone.route(re.compile(r"\.woff2$"), hold)
    code, _round = say(server, EVENING.format(seconds=None))
    phone.goto(f"/live/{code}/", wait_until="domcontentloaded")
    expect(phone.locator("[data-link=online]")).to_be_visible()
    button = phone.get_by_role("button", name="Stimme abgeben")
    place = button.bounding_box()
    assert held

    for route in held:
        route.continue_()
    phone.evaluate("document.fonts.ready")
    assert phone.evaluate("[...document.fonts].some((face) => face.status === 'loaded')")
    assert button.bounding_box() == place
