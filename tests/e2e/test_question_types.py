"""Several types of question in one evening: by tap, by keyboard alone, and without a script."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Server
from tests.e2e.test_live_poll import LIVE_MS, visitor

pytestmark = pytest.mark.e2e

MAKE = """
import json
from django.utils import timezone
from participation import actors
from participation.models import Municipality
from polls.services import questions, rounds, sessions
from polls.services.wording import Wording
now = timezone.now()
actor = actors.system(Municipality.objects.get(slug="menden"))
live = sessions.create_session(actor=actor, title="Abend am Markt", now=now)
two = [("Bänke", "Benches"), ("Bäume", "Trees")]
made = []
arabic = {{"ar": "سؤال"}}
for kind, config, options in (
    ("ranking", {{}}, two),
    ("pin", {{"on": "map", "box": [7.7, 51.4, 7.9, 51.5]}}, []),
    ("points", {{}}, two),
    ("text", {{}}, []),
):
    wording = Wording(kind, f"Frage {{kind}}", config=config, options=options, texts=arabic)
    made.append(questions.add_question(actor=actor, code=live.code, wording=wording))
sessions.start_session(actor=actor, code=live.code, now=now)
print(json.dumps({{"code": live.code, "rounds": [one.rounds.get().pk for one in made]}}))
"""
STEP = """
from django.utils import timezone
from participation import actors
from participation.models import Municipality
from polls.services import rounds
actor = actors.system(Municipality.objects.get(slug="menden"))
rounds.{step}_round(actor=actor, code="{code}", round_id={round}, now=timezone.now())
"""
VALUES = """
import json
from polls.models import Ballot
rows = Ballot.objects.filter(round_id={round}).order_by("accepted_at", "pk")
print(json.dumps([row.value for row in rows]))
"""


class Evening:
    """Its questions, opened one after the other on the server itself."""

    def __init__(self, server: Server) -> None:
        self._server = server
        made = json.loads(self._shell(MAKE.format()))
        self.code: str = made["code"]
        self.rounds: list[int] = made["rounds"]

    def put(self, place: int) -> None:
        if place:
            self._step("close", place - 1)
        self._step("open", place)

    def said(self, place: int) -> list[object]:
        found: list[object] = json.loads(self._shell(VALUES.format(round=self.rounds[place])))
        return found

    def _step(self, step: str, place: int) -> None:
        self._shell(STEP.format(step=step, code=self.code, round=self.rounds[place]))

    def _shell(self, code: str) -> str:
        return self._server.manage("shell", "--verbosity", "0", "-c", code)


@pytest.fixture
def evening(server: Server) -> Evening:
    return Evening(server)


@pytest.fixture
def phone(browser: Browser, server: Server, evening: Evening) -> Iterator[Page]:
    evening.put(0)
    context = visitor(browser, server, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"/live/{evening.code}/")
    expect(page.locator("[data-link=online]")).to_be_visible(timeout=LIVE_MS)
    yield page
    context.close()


def press_until(page: Page, key: str, name: str) -> None:
    """As someone without a pointer gets there."""
    for _step in range(40):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''") == name:
            return
    raise AssertionError(f"{name} is not reached by {key}")


def send_by_keyboard(page: Page) -> None:
    page.get_by_role("button", name="Stimme abgeben").press("Enter")
    expect(page.get_by_role("heading", name="Gezählt")).to_be_visible(timeout=LIVE_MS)


def test_an_evening_of_several_types(phone: Page, evening: Evening) -> None:
    press_until(phone, "Tab", "Bänke: nach unten")
    phone.keyboard.press("Enter")
    expect(phone.locator("[data-fill=did]")).to_have_text("Bänke: jetzt Platz 2 von 2")
    phone.reload()  # the draft stays
    expect(phone.locator(".mw-ranking__text").first).to_have_text("Bäume")
    send_by_keyboard(phone)
    expect(phone.locator("[data-fill=chosen]")).to_have_text("1. Bäume, 2. Bänke")

    phone.get_by_role("button", name="Stimme zurücknehmen").press("Enter")
    # The order in which the options stand is nobody's answer, until somebody says so.
    phone.get_by_role("button", name="Stimme abgeben").press("Enter")
    expect(phone.locator("[data-error]")).to_contain_text("in Ihre Reihenfolge")
    keep = phone.get_by_role("button", name="Reihenfolge so lassen")
    expect(keep).to_be_focused()
    phone.keyboard.press("Enter")
    expect(keep).to_be_hidden()
    expect(phone.get_by_role("button", name="Stimme abgeben")).to_be_focused()
    send_by_keyboard(phone)
    expect(phone.locator("[data-fill=chosen]")).to_have_text("1. Bänke, 2. Bäume")
    assert len(evening.said(0)) == 1

    evening.put(1)
    ground = phone.locator(".mw-pin")
    expect(ground).to_be_visible(timeout=LIVE_MS)
    ground.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        phone.keyboard.press(key)
    send_by_keyboard(phone)
    assert evening.said(1) == [{"pin": [520, 520]}]


def test_points_and_a_text_in_another_language(phone: Page, evening: Evening) -> None:
    evening.put(1)
    evening.put(2)
    more = phone.get_by_role("button", name="Bäume: mehr")
    expect(more).to_be_visible(timeout=LIVE_MS)
    for _point in range(3):
        more.click()
    expect(phone.locator(".mw-left")).to_have_text("Punkte noch frei: 7 von 10")
    send_by_keyboard(phone)
    expect(phone.locator("[data-fill=chosen]")).to_have_text("Bäume: 3")

    evening.put(3)
    phone.get_by_role("link", name="العربية").click(timeout=LIVE_MS)
    expect(phone.locator("legend[lang=ar][dir=rtl]")).to_have_text("سؤال")
    phone.get_by_label("Ihr Text").fill("Mehr Schatten")
    send_by_keyboard(phone)
    assert evening.said(3) == [{"text": "Mehr Schatten"}]


def test_a_vote_without_javascript(browser: Browser, server: Server, evening: Evening) -> None:
    evening.put(0)
    context = visitor(browser, server, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/live/{evening.code}/")
    page.get_by_label("Platz 1").select_option("Bäume")
    page.get_by_role("button", name="Stimme abgeben").click()
    expect(page.get_by_text("für jeden Platz eine andere Antwort")).to_be_visible()
    expect(page.get_by_label("Platz 1").locator("option:checked")).to_have_text("Bäume")
    page.get_by_label("Platz 2").select_option("Bänke")
    page.get_by_role("button", name="Stimme abgeben").click()
    expect(page.get_by_text("1. Bäume, 2. Bänke")).to_be_visible()
    page.get_by_role("button", name="Stimme zurücknehmen").click()
    expect(page.get_by_label("Platz 1")).to_be_visible()
    assert evening.said(0) == [None]
    context.close()
