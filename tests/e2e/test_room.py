"""The room asks: a phone writes, a moderator lets it through, the wall shows it, others agree."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Server
from tests.e2e.test_live_poll import LIVE_MS, log_in, visitor

pytestmark = pytest.mark.e2e
ROOM = """
import json
from django.utils import timezone
from participation import actors
from participation.models import Municipality
from polls.models import LiveSession
from polls.services import sessions
now = timezone.now()
actor = actors.system(Municipality.objects.get(slug="menden"))
room = sessions.create_session(actor=actor, title="Saalabend", now=now)
LiveSession.objects.filter(pk=room.pk).update(qa="before", cards=True, reactions=True)
sessions.start_session(actor=actor, code=room.code, now=now)
print(json.dumps(room.code))
"""
QUESTION = "Warum fährt abends kein Bus mehr?"


@dataclass
class Room:
    code: str
    phone: Page
    wall: Page
    desk: Page


@pytest.fixture
def room(browser: Browser, server: Server) -> Iterator[Room]:
    code = json.loads(server.manage("shell", "--verbosity", "0", "-c", ROOM))
    contexts = [
        visitor(browser, server, viewport={"width": 360, "height": 740}),
        visitor(browser, server, viewport={"width": 1920, "height": 1080}),
        visitor(browser, server),
    ]
    made = Room(code, *(context.new_page() for context in contexts))
    log_in(made.desk)
    made.desk.goto(f"/menden/verwaltung/live/{code}/saal/")
    made.wall.goto(f"/live/{code}/wand/")
    made.phone.goto(f"/live/{code}/")
    for page in (made.desk, made.wall, made.phone):
        expect(page.locator("[data-link=online]")).to_be_visible(timeout=LIVE_MS)
    yield made
    for context in contexts:
        context.close()


def ask(page: Page, text: str = QUESTION) -> None:
    page.get_by_label("Ihre Frage an den Saal").fill(text)
    page.get_by_role("button", name="Frage stellen").click()


def test_from_one_phone_over_the_wall_to_another(
    room: Room, browser: Browser, server: Server
) -> None:
    ask(room.phone)
    expect(room.phone.locator("[data-own=question]")).to_contain_text("wartet auf die Moderation")
    expect(room.wall.locator("[data-wall-list] li")).to_have_count(0)
    room.desk.get_by_role("button", name=re.compile("^Zeigen")).click()
    expect(room.wall.locator("[data-wall-list]")).to_contain_text(QUESTION, timeout=LIVE_MS)

    context = visitor(browser, server)
    other = context.new_page()
    other.goto(f"/live/{room.code}/")
    expect(other.locator("[data-link=online]")).to_be_visible(timeout=LIVE_MS)
    agree = other.get_by_role("button", name=f"Zustimmen: {QUESTION}")
    agree.press("Enter")
    expect(agree).to_have_attribute("aria-pressed", "true")
    expect(room.wall.locator("[data-wall-list] .mw-wall__votes")).to_have_text("1")
    other.get_by_role("button", name="Applaus").click()
    expect(room.wall.locator("[data-kind=clap]")).to_be_visible(timeout=LIVE_MS)
    other.reload()
    expect(agree).to_have_attribute("aria-pressed", "true")
    context.close()


def test_a_card_becomes_an_idea(room: Room) -> None:
    room.phone.get_by_label("Ihre Tischkarte").fill("Mehr Bänke am Markt")
    room.phone.get_by_label("Darf als Idee").check()
    room.phone.get_by_role("button", name="Karte abgeben").click()
    room.desk.get_by_role("button", name=re.compile("^Zur Idee machen")).click()
    expect(room.desk.get_by_text(re.compile("Die Karte ist jetzt die Idee ME-"))).to_be_visible()
    room.phone.reload()
    expect(room.phone.locator("[data-own=card]")).to_contain_text("wurde zur Idee ME-")


def test_without_javascript(room: Room, browser: Browser, server: Server) -> None:
    context = visitor(browser, server, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/live/{room.code}/")
    ask(page)
    expect(page.locator("[data-own=question]")).to_contain_text(QUESTION)
    ask(page, "x" * 3 + "\x07")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Ihre Frage an den Saal")).not_to_have_value("")
    context.close()
