"""The fourth journey: an idea is typed, confirmed, published, and everyone can read it."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import Server
from tests.e2e.test_booking_and_door import mail_to

ADDRESS = "idee@example.org"
TITLE = "Trinkbrunnen auf dem Rathausplatz aufstellen"


def hand_in(page: Page, url: str) -> str:
    """Type the idea, see similar ones, hand it in and confirm. Returns the reference."""
    page.goto("/menden/ideen/neu/")
    page.get_by_label("Ihre Idee in einem Satz").press_sequentially(TITLE)
    expect(page.get_by_role("heading", name="Das klingt ähnlich")).to_be_visible()
    page.get_by_label("Beschreiben Sie Ihre Idee").fill("Wasser für alle, den ganzen Sommer.")
    page.get_by_label("Thema").select_option("umwelt-klima")
    page.get_by_label("Wo?").fill("Alter Rathausplatz")
    page.get_by_label("Ihre E-Mail-Adresse").fill(ADDRESS)
    page.get_by_role("button", name="Idee einreichen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Danke für Ihre Idee")
    reference = page.locator(".mw-code").inner_text()
    link = re.search(r"\S+/idee/bestaetigen/\S+/", mail_to(url, ADDRESS, reference)["text"])
    assert link is not None
    page.goto(link.group(0))
    page.get_by_role("button", name="Jetzt einreichen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bestätigt, danke!")
    return reference


def log_in(page: Page) -> None:
    page.goto("/konto/login/")
    page.locator("[name=login]").fill("sachbearbeitung@example.org")
    page.locator("[name=password]").fill("mitwirk-demo")
    page.locator("main form").first.get_by_role("button").first.click()
    page.wait_for_url(re.compile(r"^(?!.*/login/).*$"))


def test_an_idea_from_the_first_word_to_the_public_page(
    page: Page, context: BrowserContext, server: Server
) -> None:
    reference = hand_in(page, server.url)
    assert re.fullmatch(r"ME-\d{4}-\d{5}", reference)
    log_in(page)
    page.goto("/menden/verwaltung/ideen/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="Veröffentlichen", exact=True).click()
    expect(page.get_by_text("Der Stand ist geändert.")).to_be_visible()
    mail_to(server.url, ADDRESS, "Veröffentlicht")
    context.clear_cookies()
    page.goto("/menden/ideen/?suche=Trinkbrunnen")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_text(reference).first).to_be_visible()
    expect(page.get_by_text("Wasser für alle, den ganzen Sommer.")).to_be_visible()
