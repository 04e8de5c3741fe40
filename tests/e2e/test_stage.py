"""Prepare on a laptop, rehearse, run from a phone, steer the wall by its keys."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Server
from tests.e2e.test_live_poll import LIVE_MS, choose, code_of, log_in, visitor

pytestmark = pytest.mark.e2e
QUESTIONS = (("Wohin mit den Rädern?", "Wallstraße\nMarkt"), ("Wann öffnen wir?", "Früh\nSpät"))


def prepare(page: Page, title: str) -> str:
    page.goto("/menden/verwaltung/live/")
    page.get_by_label("Titel").fill(title)
    page.get_by_role("button", name="Live-Runde anlegen").click()
    page.get_by_role("heading", name=title).wait_for()
    for text, answers in QUESTIONS:
        field = page.get_by_label("Frage", exact=True)
        if not field.is_visible():
            page.locator("summary", has_text="Schnell eine Frage").click()
        field.fill(text)
        page.get_by_label("Antworten (freiwillig)", exact=True).fill(answers)
        page.get_by_role("button", name="Frage hinzufügen").click()
        page.get_by_role("heading", name=text).wait_for()
    return code_of(page)


def press_next(page: Page, label: str) -> None:
    page.get_by_role("button", name=f"Weiter: {label}").click()


def test_one_thumb_and_one_button(browser: Browser, server: Server) -> None:
    remote = visitor(browser, server, viewport={"width": 360, "height": 740}).new_page()
    log_in(remote)
    code = prepare(remote, "Ein Daumen")
    order = remote.locator(".mw-remote__card h2")
    remote.get_by_role("button", name="Nach oben: Wann öffnen wir?").click()
    expect(order.first).to_have_text("Wann öffnen wir?")
    expect(order.first).to_be_in_viewport()  # where the thumb was, not at the top of the page
    press_next(remote, "Live-Runde starten")
    phone = visitor(browser, server, viewport={"width": 360, "height": 740}).new_page()
    phone.goto(f"/live/{code}/")
    press_next(remote, "Nächste Frage stellen")
    choose(phone, "Spät")
    expect(phone.get_by_role("heading", name="Gezählt")).to_be_visible()
    remote.get_by_role("button", name="Eine Person braucht Zeit").click()
    expect(phone.get_by_text("Eine Person braucht noch Zeit.")).to_be_visible(timeout=LIVE_MS)
    remote.get_by_role("button", name="Schließen wieder freigeben").first.click()
    press_next(remote, "Abstimmung schließen")
    press_next(remote, "Ergebnis zeigen")
    expect(phone.get_by_text("1 · 100 %")).to_be_visible(timeout=LIVE_MS)
    assert remote.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_rehearsal_at_everyones_own_pace(browser: Browser, server: Server) -> None:
    laptop = visitor(browser, server).new_page()
    log_in(laptop)
    code = prepare(laptop, "Im eigenen Tempo")
    settings = f"/menden/verwaltung/live/{code}/einstellungen/"
    laptop.goto(settings)
    laptop.get_by_label("Alle auf einmal: jede Person in ihrem Tempo").check()
    laptop.get_by_role("button", name="Einstellungen speichern").click()
    laptop.goto(settings)
    laptop.get_by_label(re.compile("Zum Proben")).check()
    laptop.get_by_role("button", name="Kopie anlegen").click()
    rehearsal = laptop.url.rstrip("/").rpartition("/")[2]
    assert rehearsal != code
    press_next(laptop, "Live-Runde starten")
    phone = visitor(browser, server, viewport={"width": 360, "height": 740}).new_page()
    phone.goto(f"/live/{rehearsal}/")
    expect(phone.get_by_text("Probe: Nichts hiervon zählt.")).to_be_visible()
    press_next(laptop, "Alle Fragen öffnen")
    phone.get_by_role("link", name="Wann öffnen wir?").click()
    choose(phone, "Früh")
    expect(phone.get_by_role("heading", name="Gezählt")).to_be_visible()
    phone.get_by_role("link", name="Nächste Frage").click()
    expect(phone.get_by_role("group", name="Wohin mit den Rädern?")).to_be_visible()
    expect(phone.get_by_role("link", name="Nächste Frage")).to_be_hidden()
    phone.get_by_role("link", name="Alle Fragen").click()
    expect(phone.locator("[data-stage]").get_by_text("1 von 2 beantwortet")).to_be_visible()
    laptop.get_by_role("button", name="20 erfundene Stimmen").click()
    expect(laptop.get_by_text("21 Stimmen")).to_be_visible(timeout=LIVE_MS)
    press_next(laptop, "Alle Abstimmungen schließen")
    expect(phone.get_by_role("heading", name="Sie sind dabei")).to_be_visible(timeout=LIVE_MS)


def test_own_pace_without_javascript(browser: Browser, server: Server) -> None:
    laptop = visitor(browser, server, java_script_enabled=False).new_page()
    log_in(laptop)
    code = prepare(laptop, "Ohne Skript")
    laptop.goto(f"/menden/verwaltung/live/{code}/einstellungen/")
    laptop.get_by_label("Alle auf einmal: jede Person in ihrem Tempo").check()
    laptop.get_by_role("button", name="Einstellungen speichern").click()
    press_next(laptop, "Live-Runde starten")
    press_next(laptop, "Alle Fragen öffnen")
    phone = visitor(browser, server, java_script_enabled=False).new_page()
    phone.goto(f"/live/{code}/")
    phone.get_by_role("link", name="Wohin mit den Rädern?").click()
    choose(phone, "Markt")
    expect(phone.locator("[data-stage]").get_by_text("1 von 2 beantwortet")).to_be_visible()
    press_next(laptop, "Alle Abstimmungen schließen")
    press_next(laptop, "Ergebnis zeigen")
    phone.goto(f"/live/{code}/")
    expect(phone.get_by_text("1 · 100 %")).to_be_visible()


def test_the_wall_is_steered_by_its_keys_alone(browser: Browser, server: Server) -> None:
    wall = visitor(browser, server).new_page()
    log_in(wall)
    code = prepare(wall, "Mit Tasten")
    press_next(wall, "Live-Runde starten")
    wall.goto(f"/live/{code}/wand/")
    second = visitor(browser, server).new_page()
    second.goto(f"/live/{code}/wand/")
    expect(second.locator("[data-link=online]")).to_be_visible(timeout=LIVE_MS)
    expect(second.get_by_role("button", name="Steuerung (Taste ?)")).to_have_count(0)
    expect(wall.locator("[data-link=online]")).to_be_visible(timeout=LIVE_MS)
    wall.keyboard.press("?")
    expect(wall.get_by_role("dialog")).to_be_visible()
    wall.keyboard.press("Escape")
    expect(wall.get_by_role("dialog")).to_be_hidden()
    second.keyboard.press("ArrowRight")
    wall.locator("main").click()
    wall.keyboard.press("ArrowRight")
    for screen in (wall, second):
        expect(screen.get_by_role("heading", name="Wohin mit den Rädern?")).to_be_visible()
    stood = second.locator("[data-fill=question]").bounding_box()
    wall.keyboard.press("h")
    expect(second.get_by_text("Eine Person braucht noch Zeit.")).to_be_visible(timeout=LIVE_MS)
    assert second.locator("[data-fill=question]").bounding_box() == stood
    wall.keyboard.press("ArrowRight")
    expect(wall.locator("[data-keys-said]")).to_contain_text("Eine Person braucht noch Zeit")
    wall.keyboard.press("h")
    expect(second.get_by_text("Eine Person braucht noch Zeit.")).to_be_hidden(timeout=LIVE_MS)
    wall.keyboard.press("c")
    expect(second.get_by_text("Abstimmung geschlossen")).to_be_visible(timeout=LIVE_MS * 2)
    wall.keyboard.press(" ")
    expect(second.locator("[data-when=result]")).to_be_visible(timeout=LIVE_MS)
