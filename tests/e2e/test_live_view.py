"""What is new comes into view, and what was typed stays: on the phone and at the desk."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Server
from tests.e2e.test_live_poll import FACILITATOR, LIVE_MS, PASSWORD, choose, log_in, visitor
from tests.e2e.test_stage import QUESTIONS, prepare, press_next

pytestmark = pytest.mark.e2e
SECOND = QUESTIONS[1][0]
LOW = {"width": 360, "height": 480}
LONG = "Verkehrsberuhigungsmaßnahmenplanungsbeschleunigungsgesetz"
LONG_WORDS = """
from django.utils import timezone
from participation import actors
from participation.models import Municipality
from polls.models import LiveSession
from polls.services import questions, sessions, steering
from polls.services.wording import Wording
now, long = timezone.now(), "{long}"
actor = actors.system(Municipality.objects.get(slug="menden"))
live = sessions.create_session(actor=actor, title="Lange Wörter", now=now)
LiveSession.objects.filter(pk=live.pk).update(pace="own")
ends = {{"low": long[:40], "high": "gut"}}
for kind, config in (
    ("single", {{}}), ("scale", ends), ("rating", ends), ("ranking", {{}}), ("points", {{}}),
    ("yes_no", {{}}), ("number", {{}}), ("words", {{}}),
):
    listed = kind in {{"single", "rating", "ranking", "points"}}
    options = [(long, ""), ("Kurz", "")] if listed else []
    wording = Wording(kind, f"{{kind}} {{long}}", config=config, options=options)
    questions.add_question(actor=actor, code=live.code, wording=wording)
sessions.start_session(actor=actor, code=live.code, now=now)
steering.open_all(actor=actor, code=live.code, now=now)
print(live.code)
"""


@pytest.fixture
def remote(browser: Browser, server: Server) -> Iterator[Page]:
    context = visitor(browser, server, viewport=LOW)
    page = context.new_page()
    log_in(page)
    yield page
    context.close()


@pytest.fixture
def phone(browser: Browser, server: Server, remote: Page) -> Iterator[Page]:
    """At an evening's first of two questions; the room may ask, too."""
    code = prepare(remote, "Ein langer Abend")
    remote.goto(f"/menden/verwaltung/live/{code}/einstellungen/")
    remote.get_by_label("Ja, sie erscheinen gleich").check()
    remote.get_by_role("button", name="Einstellungen speichern").click()
    remote.goto(f"/menden/verwaltung/live/{code}/")
    expect(remote.locator("[data-link=online]")).to_be_visible(timeout=LIVE_MS)
    press_next(remote, "Live-Runde starten")
    press_next(remote, "Nächste Frage stellen")
    context = visitor(browser, server, viewport=LOW)
    phone = context.new_page()
    phone.goto(f"/live/{code}/")
    expect(phone.locator("[data-link=online]")).to_be_visible(timeout=LIVE_MS)
    yield phone
    context.close()


def test_the_next_question_and_what_is_counted(phone: Page, remote: Page) -> None:
    choose(phone, "Markt")
    expect(phone.get_by_role("heading", name="Gezählt")).to_be_in_viewport(timeout=LIVE_MS)

    press_next(remote, "Abstimmung schließen")
    press_next(remote, "Ergebnis zeigen")
    phone.evaluate("scrollTo(0, document.body.scrollHeight)")
    press_next(remote, "Nächste Frage stellen")
    expect(phone.locator("legend", has_text=SECOND)).to_be_in_viewport(timeout=LIVE_MS)
    expect(remote.get_by_role("heading", name=SECOND)).to_be_in_viewport(timeout=LIVE_MS)


def test_whoever_is_writing_is_left_alone(phone: Page, remote: Page) -> None:
    words = phone.get_by_label("Ihre Frage an den Saal")
    words.press_sequentially("Und wann?")
    press_next(remote, "Abstimmung schließen")
    expect(phone.locator("[data-stage=counting]")).to_be_attached(timeout=LIVE_MS)
    expect(words).to_be_in_viewport()
    phone.reload()  # as when the telephone has put the tab away meanwhile
    expect(words).to_have_value("Und wann?")
    phone.get_by_role("button", name="Frage stellen").click()
    expect(words).to_have_value("", timeout=LIVE_MS)
    phone.reload()
    expect(phone.locator("[data-link=online]")).to_be_visible(timeout=LIVE_MS)
    expect(words).to_have_value("")


def test_what_was_typed_outlives_a_reload_and_a_log_in_that_ran_out(remote: Page) -> None:
    code = prepare(remote, "Ein Abend in Vorbereitung")
    kept = remote.get_by_text("Hier steht wieder, was Sie zuletzt geschrieben")
    remote.goto(f"/menden/verwaltung/live/{code}/frage/neu/?type=ranking")
    expect(kept).to_be_hidden()
    remote.get_by_label("Frage", exact=True).fill("Was zuerst?")
    remote.get_by_label("Antworten", exact=True).fill("Bänke\nBäume")
    remote.reload()
    expect(kept).to_be_visible()
    expect(remote.get_by_label("Antworten", exact=True)).to_have_value("Bänke\nBäume")
    remote.context.clear_cookies(name="sessionid")
    save = remote.get_by_role("button", name="Frage hinzufügen")
    save.click()
    remote.locator("input[name=login]").fill(FACILITATOR)
    remote.locator("input[name=password]").fill(PASSWORD)
    remote.locator("input[name=password]").press("Enter")
    expect(remote.get_by_label("Frage", exact=True)).to_have_value("Was zuerst?")
    save.click()
    expect(remote.get_by_role("heading", name="Was zuerst?")).to_be_in_viewport(timeout=LIVE_MS)
    remote.goto(f"/menden/verwaltung/live/{code}/frage/neu/?type=ranking")
    expect(remote.get_by_label("Frage", exact=True)).to_have_value("")


def test_long_words_stay_on_the_screen(browser: Browser, server: Server) -> None:
    code = server.manage("shell", "--verbosity", "0", "-c", LONG_WORDS.format(long=LONG)).strip()
    phone = visitor(browser, server, viewport={"width": 360, "height": 740}).new_page()
    width = "document.documentElement.scrollWidth"
    phone.goto(f"/live/{code}/")
    expect(phone.locator("[data-link=online]")).to_be_visible(timeout=LIVE_MS)
    expect(phone.locator("[data-stage] .mw-own__link")).to_have_count(8)
    assert phone.evaluate(width) <= 360
    for number in range(8):
        phone.goto(f"/live/{code}/")
        phone.locator("[data-stage] .mw-own__link").nth(number).click()
        expect(phone.locator("legend").first).to_be_visible()
        assert phone.evaluate(width) <= 360, number
    phone.context.close()
