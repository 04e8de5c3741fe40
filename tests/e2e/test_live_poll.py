"""A poll with three browsers at once: phone, wall and facilitator, on the same evening."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, WebSocketRoute, expect

from tests.e2e.conftest import Server

FACILITATOR = "moderation@example.org"
PASSWORD = "mitwirk-demo"
LIVE_MS = 15_000

pytestmark = pytest.mark.e2e


@dataclass
class Evening:
    """A started session with one open question, and who takes part."""

    code: str
    phone: Page
    wall: Page
    remote: Page

    def press(self, label: str) -> None:
        self.remote.get_by_role("button", name=label).first.click()


def visitor(browser: Browser, server: Server, **options: Any) -> BrowserContext:
    context = browser.new_context(base_url=server.url, locale="de-DE", **options)
    context.set_default_timeout(LIVE_MS)
    return context


def log_in(page: Page) -> None:
    page.goto("/konto/login/")
    page.locator("input[name=login]").fill(FACILITATOR)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(re.compile(r"/konto/$"))


def code_of(remote: Page) -> str:
    return remote.url.partition("#")[0].rstrip("/").rpartition("/")[2]


def prepare(remote: Page) -> str:
    """Create a session with one question by the forms, start it and open the question."""
    remote.goto("/menden/verwaltung/live/")
    remote.get_by_label("Titel").fill("Bürgerabend")
    remote.get_by_role("button", name="Live-Runde anlegen").click()
    remote.get_by_role("heading", name="Bürgerabend").wait_for()
    remote.get_by_label("Frage", exact=True).fill("Wohin mit den Fahrrädern?")
    remote.get_by_label("Antworten (freiwillig)", exact=True).fill("Wallstraße\nMarkt\nBahnhof")
    remote.get_by_role("button", name="Frage hinzufügen").click()
    remote.get_by_role("button", name="Live-Runde starten").click()
    remote.get_by_role("button", name="Frage öffnen").wait_for()
    return code_of(remote)


@pytest.fixture
def evening(browser: Browser, server: Server) -> Iterator[Evening]:
    phone, wall, remote = (
        visitor(browser, server, viewport={"width": 360, "height": 740}),
        visitor(browser, server, viewport={"width": 1920, "height": 1080}),
        visitor(browser, server),
    )
    made = Evening("", phone.new_page(), wall.new_page(), remote.new_page())
    log_in(made.remote)
    made.code = prepare(made.remote)
    expect(made.remote.locator("[data-link=online]")).to_be_visible(timeout=LIVE_MS)
    made.wall.goto(f"/live/{made.code}/wand/")
    yield made
    for context in (phone, wall, remote):
        context.close()


def choose(page: Page, answer: str) -> None:
    page.get_by_role("radio", name=answer).check()
    page.get_by_role("button", name="Stimme abgeben").click()


def test_from_the_question_to_the_result(evening: Evening) -> None:
    phone, wall = evening.phone, evening.wall
    phone.goto("/live/")
    phone.get_by_label("Code").fill(f"{evening.code[:3].lower()} {evening.code[3:]}")
    phone.get_by_role("button", name="Mitmachen").click()
    expect(phone.get_by_role("heading", name="Sie sind dabei")).to_be_visible()
    expect(wall.locator("[data-fill=presence]")).to_have_text("1 Person dabei", timeout=LIVE_MS)

    evening.press("Frage öffnen")
    expect(phone.get_by_role("group", name="Wohin mit den Fahrrädern?")).to_be_visible()
    expect(wall.get_by_role("heading", name="Wohin mit den Fahrrädern?")).to_be_visible()
    choose(phone, "Markt")
    expect(phone.get_by_role("heading", name="Gezählt")).to_be_visible()
    expect(wall.locator("[data-fill=turnout]")).to_have_text("1 Stimme", timeout=LIVE_MS)
    expect(wall.get_by_text("100 %")).to_have_count(0)
    expect(evening.remote.get_by_text("1 · 100 %")).to_be_visible()

    phone.reload()
    expect(phone.get_by_role("heading", name="Gezählt")).to_be_visible()
    expect(phone.locator("[data-fill=chosen]")).to_have_text("Markt")

    evening.press("Abstimmung schließen")
    expect(phone.get_by_role("heading", name="Die Abstimmung ist geschlossen")).to_be_visible()
    evening.press("Ergebnis zeigen")
    expect(phone.get_by_text("1 · 100 %")).to_be_visible()
    expect(wall.get_by_text("1 · 100 %")).to_be_visible()

    evening.press("Live-Runde beenden")
    expect(phone.get_by_role("heading", name="Danke fürs Mitmachen!")).to_be_visible()
    evening.press("Ergebnis veröffentlichen")
    expect(phone.locator("[data-link=stopped]")).to_be_attached()
    expect(phone.locator("[data-link=stopped]")).to_be_hidden()
    expect(phone.get_by_role("heading", name="Danke fürs Mitmachen!")).to_be_visible()


def test_changing_the_answer_by_keyboard(evening: Evening) -> None:
    evening.press("Frage öffnen")
    phone = evening.phone
    phone.goto(f"/live/{evening.code}/")
    phone.get_by_role("radio", name="Wallstraße").focus()
    phone.keyboard.press("Space")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="Gezählt")).to_be_focused()
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("Enter")
    expect(phone.locator("[data-fill=chosen]")).to_have_text("Markt")
    expect(phone.get_by_role("heading", name="Gezählt")).to_be_visible()
    expect(evening.wall.locator("[data-fill=turnout]")).to_have_text("1 Stimme", timeout=LIVE_MS)


def test_a_draft_outlives_a_reload(evening: Evening) -> None:
    evening.press("Frage öffnen")
    phone = evening.phone
    phone.goto(f"/live/{evening.code}/")
    phone.get_by_role("radio", name="Bahnhof").check()
    phone.reload()
    expect(phone.get_by_role("radio", name="Bahnhof")).to_be_checked()


def test_where_websockets_are_blocked(evening: Evening) -> None:
    """The phone falls back to REST; the vote counts all the same, and so does who is there."""

    def block(route: WebSocketRoute) -> None:
        route.close(code=1011)

    posted: list[Request] = []

    def keep(request: Request) -> None:
        posted.append(request)

    phone = evening.phone
    phone.route_web_socket(re.compile("/ws/live/"), block)
    phone.on("request", keep)
    evening.press("Frage öffnen")
    phone.goto(f"/live/{evening.code}/")
    expect(phone.locator("[data-link=polling]")).to_be_visible(timeout=40_000)
    choose(phone, "Markt")
    expect(phone.get_by_role("heading", name="Gezählt")).to_be_visible()
    assert [request.method for request in posted if "/ballots/" in request.url] == ["POST"]
    for screen in (evening.remote, evening.wall):
        expect(screen.locator("[data-fill=presence]")).to_have_text(
            "1 Person dabei", timeout=LIVE_MS
        )


def test_without_javascript(evening: Evening, browser: Browser, server: Server) -> None:
    evening.press("Frage öffnen")
    expect(evening.wall.get_by_role("heading", name="Wohin mit")).to_be_visible()
    context = visitor(browser, server, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/live/{evening.code}/")
    choose(page, "Bahnhof")
    expect(page.get_by_role("heading", name="Gezählt")).to_be_visible()
    expect(evening.wall.locator("[data-fill=turnout]")).to_have_text("1 Stimme", timeout=LIVE_MS)
    expect(evening.wall.locator("[data-fill=presence]")).to_have_text("1 Person dabei")
    context.close()
