"""The main journeys with nothing but a keyboard: book a seat, hand in an idea, vote, the door."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import Server
from tests.e2e.evenings import Evening, ready_door, result
from tests.e2e.pages import in_mail

ADDRESS = "kim.tastatur@example.org"
MOST_STOPS = 80


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of that name has the focus."""
    for _press in range(MOST_STOPS):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and focused.evaluate(NAME).startswith(name):
            return
    pytest.fail(f"Tab does not reach {name} on {page.url}")


NAME = """
(el) => (el.labels?.[0]?.innerText ?? el.getAttribute("aria-label") ?? el.innerText).trim()
"""


def type_into(page: Page, name: str, text: str) -> None:
    tab_to(page, name)
    page.keyboard.type(text)


def press(page: Page, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Enter")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def test_book_a_seat(page: Page, server: Server) -> None:
    page.goto("/menden/")
    press(page, "Angebote ansehen")
    heading(page, "Angebote")
    press(page, "Repair Café")
    heading(page, "Repair Café")
    press(page, "Platz buchen")
    heading(page, "Platz buchen")
    type_into(page, "Ihr Name", "Kim Muster")
    type_into(page, "Ihre E-Mail-Adresse", ADDRESS)
    press(page, "Platz buchen")
    heading(page, "Bitte bestätigen Sie")
    page.goto(in_mail(server.url, ADDRESS, "bestätigen", r"(/buchung/bestaetigen/\S+/)"))
    press(page, "Jetzt bestätigen")
    heading(page, "Ihre Buchung")
    expect(page.locator(".mw-ticket")).to_have_count(1)


def test_mistakes_lead_back_to_the_field(page: Page) -> None:
    page.goto("/menden/ideen/neu/")
    press(page, "Idee einreichen")
    press(page, "Ihre Idee in einem Satz:")
    expect(page.get_by_label("Ihre Idee in einem Satz")).to_be_focused()


def test_hand_in_an_idea(page: Page) -> None:
    page.goto("/menden/ideen/")
    press(page, "Idee einreichen")
    type_into(page, "Ihre Idee in einem Satz", "Sitzbank am Bahnsteig zwei")
    type_into(page, "Beschreiben Sie Ihre Idee", "Wer wartet, steht dort im Regen.")
    type_into(page, "Thema", "Mobilität")
    type_into(page, "Ihre E-Mail-Adresse", ADDRESS)
    press(page, "Idee einreichen")
    heading(page, "Danke für Ihre Idee")


def test_vote(page: Page) -> None:
    page.goto("/soest/")  # where no other journey opens a live session
    press(page, "Mitmachen: Unsere Innenstadt 2030")
    page.wait_for_url(re.compile(r"/live/\w{6}/$"))
    tab_to(page, "Mehr Grün und Schatten")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Gezählt")).to_be_focused()


def test_the_door(context: BrowserContext, server: Server) -> None:
    """Whatever button goes with its press: the answer has the focus, and one sees it."""
    evening = Evening(server, [("Familie Öztürk", 2), ("Kim Krause", 1)])
    page = ready_door(context, evening)
    inside = page.locator("[data-count=inside]")

    def answered(word: str, count: int) -> None:
        expect(result(page)).to_contain_text(word)
        expect(inside).to_have_text(str(count))
        expect(result(page)).to_be_focused()
        assert result(page).evaluate("(el) => getComputedStyle(el).outlineStyle") != "none"

    press(page, "Nach Namen suchen")
    type_into(page, "Name", "özt")
    expect(page.get_by_role("button", name="Familie Öztürk")).to_be_visible()
    press(page, "Familie Öztürk")
    expect(page.get_by_role("button", name="Alle 2 einlassen")).to_be_focused()
    page.keyboard.press("Enter")
    answered("Eingelassen", 2)
    press(page, "Rückgängig machen")
    answered("Zurückgenommen", 0)

    type_into(page, "Code von Ticket oder Buchung", evening.guests[1]["code"])
    page.keyboard.press("Enter")
    expect(result(page)).to_contain_text("Eingelassen")
    expect(inside).to_have_text("1")
    press(page, "Ohne Buchung einlassen")
    press(page, "2 Personen einlassen")
    answered("Code", 3)
