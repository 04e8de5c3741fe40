"""The room asks: a phone writes, a moderator lets it through, the wall shows it, others agree."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

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


CARDS = """
import json
from django.utils import timezone
from participation import actors
from participation.models import Municipality
from polls.services import questions, rounds
from polls.services.wording import Wording
actor, now = actors.system(Municipality.objects.get(slug="menden")), timezone.now()
wording = Wording("text", "Was fehlt?", config={{"moderation": "after"}})
asked = questions.add_question(actor=actor, code="{code}", wording=wording)
at = {{"actor": actor, "code": "{code}", "round_id": asked.rounds.get().pk, "now": now}}
rounds.open_round(**at)
rounds.reveal_round(**at)
"""
MANY = """
import uuid
from django.utils import timezone
from polls import tickets
from polls.models import LiveSession
from polls.services import contributions, seats
from polls.services.contributions import Words
LiveSession.objects.filter(code="{code}").update(qa="after")
for n in range(1, {n} + 1):
    now = timezone.now()
    seat = tickets.seat_of(seats.take_seat(code="{code}", now=now), "{code}")
    words = Words(uuid.uuid4(), "card", f"Karte {{n}} mit ein paar Worten", False)
    contributions.contribute(code="{code}", seat=seat, words=words, now=now)
"""


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


def place_of(card: Locator) -> tuple[float, float]:
    box = card.bounding_box()
    assert box is not None
    return box["x"], box["y"]


def away(room: Room, text: str) -> None:
    """From the list of what is shown, by the keyboard."""
    room.desk.goto(f"/menden/verwaltung/live/{room.code}/saal/?status=shown")
    expect(room.desk.locator("[data-link=online]")).to_be_visible(timeout=LIVE_MS)
    room.desk.get_by_role("button", name=f"Weglegen: {text}").press("Enter")


def test_table_cards_stand_still_on_the_wall(room: Room) -> None:
    for text in ("Mehr Bänke", "Weniger Lärm", "Ein Dach am Bahnhof"):
        room.phone.get_by_label("Ihre Tischkarte").fill(text)
        room.phone.get_by_role("button", name="Karte abgeben").click()
        room.desk.get_by_role("button", name=f"Zeigen: {text}").click()
        expect(room.wall.locator("[data-cards=card]")).to_contain_text(text, timeout=LIVE_MS)
    first, second, third = room.wall.locator("[data-cards=card] li").all()
    stood = [place_of(card) for card in (first, second, third)]
    away(room, "Mehr Bänke")
    expect(first).to_have_text("", timeout=LIVE_MS)
    expect(first).to_be_hidden()
    assert [place_of(card) for card in (second, third)] == stood[1:]
    expect(room.phone.locator("[data-own=card]")).to_contain_text("wird nicht gezeigt")
    away(room, "Weniger Lärm")
    away(room, "Ein Dach am Bahnhof")
    expect(room.wall.get_by_role("heading", name="Die nächste Frage kommt gleich")).to_be_visible(
        timeout=LIVE_MS
    )


def test_answers_to_an_open_question_come_and_go(room: Room, server: Server) -> None:
    server.manage("shell", "--verbosity", "0", "-c", CARDS.format(code=room.code))
    # Another process told nobody: the next look finds it.
    room.phone.get_by_label("Ihr Text").fill("Ein Schwimmbad")
    room.phone.get_by_role("button", name="Stimme abgeben").click()
    cards = room.wall.locator("[data-cards=answer]")
    expect(cards).to_contain_text("Ein Schwimmbad", timeout=LIVE_MS)
    away(room, "Ein Schwimmbad")
    expect(cards).to_be_hidden(timeout=LIVE_MS)
    expect(cards.locator("li")).to_have_count(0)


def test_a_full_wall_shows_the_newest(room: Room, server: Server) -> None:
    """A new card takes the oldest one's place; nothing reaches past the screen."""
    server.manage("shell", "--verbosity", "0", "-c", MANY.format(code=room.code, n=60))
    room.wall.reload()
    cards = room.wall.locator("[data-cards=card] li")
    expect(cards.last).to_have_text("Karte 60 mit ein paar Worten")
    shown = cards.all_inner_texts()
    assert 4 <= len(shown) < 60
    server.manage("shell", "--verbosity", "0", "-c", MANY.format(code=room.code, n=1))
    expect(cards.first).to_have_text("Karte 1 mit ein paar Worten", timeout=LIVE_MS)
    assert cards.all_inner_texts()[1:] == shown[1:]
    assert room.wall.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_the_remote_counts_reactions(room: Room) -> None:
    room.desk.goto(f"/menden/verwaltung/live/{room.code}/")
    expect(room.desk.locator("[data-link=online]")).to_be_visible(timeout=LIVE_MS)
    line = room.desk.locator("[data-reactions] [data-kind=heart]")
    expect(line).to_be_hidden()
    for _twice in range(2):
        room.phone.get_by_role("button", name="Gefällt mir").click()
    expect(line.locator("[data-n]")).to_have_text("2", timeout=LIVE_MS)
    expect(line).to_be_visible()


def test_authors_see_at_once_that_it_is_put_away(room: Room) -> None:
    ask(room.phone)
    own = room.phone.locator("[data-own=question]")
    expect(own).to_contain_text("wartet auf die Moderation")
    room.desk.get_by_role("button", name=re.compile("^Weglegen")).click()
    expect(own).to_contain_text("wird nicht gezeigt", timeout=LIVE_MS)


def test_where_sockets_are_blocked_the_next_poll_says_so(
    room: Room, browser: Browser, server: Server
) -> None:
    context = visitor(browser, server, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.route_web_socket(re.compile("/ws/"), lambda socket: socket.close())
    page.goto(f"/live/{room.code}/")
    expect(page.locator("[data-link=polling]")).to_be_visible(timeout=40_000)
    page.evaluate("window.stays = true")
    ask(page)
    expect(page.locator("[data-own=question]")).to_contain_text("wartet auf die Moderation")
    page.get_by_role("button", name="Applaus").click()
    expect(room.wall.locator("[data-kind=clap]")).to_be_visible(timeout=LIVE_MS)
    room.desk.get_by_role("button", name=re.compile("^Weglegen")).click()
    expect(page.locator("[data-own=question]")).to_contain_text(
        "wird nicht gezeigt", timeout=LIVE_MS
    )
    assert page.evaluate("window.stays"), "It was loaded anew."
    context.close()


def test_a_ban_is_asked_for_twice_and_found_by_the_keyboard(room: Room) -> None:
    ask(room.phone)
    desk = room.desk
    more = desk.locator("summary", has_text="Ausschließen")
    more.press("Enter")
    ban = desk.get_by_role("button", name=f"Wer das schrieb, ausschließen: {QUESTION}")
    expect(ban).to_be_visible()
    # What comes meanwhile neither closes it nor takes the focus away.
    ban.focus()
    room.phone.get_by_label("Ihre Tischkarte").fill("Mehr Bänke")
    room.phone.get_by_role("button", name="Karte abgeben").click()
    expect(desk.get_by_text("Mehr Bänke").first).to_be_visible(timeout=LIVE_MS)
    expect(ban).to_be_focused()
    found = Axe().run(desk, options={"resultTypes": ["violations"]}).response["violations"]
    assert [rule["id"] for rule in found] == []
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Ausgeschlossen.", exact=False)).to_be_visible()
    assert desk.url.endswith("/saal/")
    expect(room.phone.get_by_text("kann hier nicht mehr mitmachen")).to_be_visible(timeout=LIVE_MS)


def test_without_javascript(room: Room, browser: Browser, server: Server) -> None:
    context = visitor(browser, server, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/live/{room.code}/")
    expect(page.get_by_text("Gerade ist keine Frage offen.")).to_be_visible()
    expect(page.get_by_text("von selbst")).to_be_hidden()
    expect(page.get_by_role("link", name="Seite neu laden")).to_be_in_viewport()
    page.get_by_role("button", name="Applaus").click()
    expect(page.get_by_text("Ihre Reaktion ist angekommen.")).to_be_in_viewport()
    ask(page)
    expect(page.get_by_text("Angekommen. Die Moderation")).to_be_in_viewport()
    expect(page.locator("[data-own=question]")).to_contain_text(QUESTION)
    ask(page, "x" * 3 + "\x07")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Ihre Frage an den Saal")).not_to_have_value("")
    context.close()
