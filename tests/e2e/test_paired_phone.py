"""A phone without an account: paired by the desk's QR code, cut off, revoked; and at a stand."""

import json
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from frontend.pages.bookings import qr
from tests.e2e.conftest import Server
from tests.e2e.evenings import SLOW, Evening, result, uploaded, waiting
from tests.e2e.test_booking_and_door import type_code
from tests.e2e.test_counter_offline import OPEN_DAY, tap
from tests.e2e.weak_line import WeakLine

PAIRING = """
from participation.models import Device
from participation.services import devices
print(devices.pairing_token(Device.objects.get(name="Handy am Tor")))
"""
PAIRED = """
from django.utils import timezone
from participation import actors, queries
from participation.services import devices
at_menden = actors.system(queries.municipality_by_slug("menden"))
made = devices.create_device(actor=at_menden, name="Handy am Stand", now=timezone.now())
print(devices.pairing_token(made))
"""
SHOWN = "document.querySelector('.mw-ticket__qr svg').outerHTML"
MODULES = (
    "html => new DOMParser().parseFromString(html, 'text/html').querySelector('svg').outerHTML"
)


def offer_pairing(desk: Page, server: Server) -> str:
    """The path that the desk's QR code leads to."""
    desk.goto("/menden/verwaltung/geraete/")
    desk.locator("input[name=login]").fill("leitung@example.org")
    desk.locator("input[name=password]").fill("mitwirk-demo")
    desk.locator("input[name=password]").press("Enter")
    desk.get_by_label("Name").fill("Handy am Tor")
    desk.get_by_role("button", name="QR-Code zeigen").click()
    expect(desk.get_by_role("img", name="QR-Code zum Koppeln")).to_be_visible()
    token = server.manage("shell", "--verbosity", "0", "-c", PAIRING).split()[-1]
    path = f"/geraet/{token}/"
    assert desk.evaluate(SHOWN) == desk.evaluate(MODULES, qr(server.url + path))
    return path


def pair_phone(phone: BrowserContext, path: str) -> Page:
    page = phone.new_page()
    page.goto(path)
    page.get_by_role("button", name="Dieses Gerät koppeln").click()
    page.wait_for_url("**/menden/einlass/")
    return page


def test_paired_scanned_cut_off_and_revoked(
    server: Server, browser: Browser, line: WeakLine, volunteer: Any
) -> None:
    evening = Evening(server, [("Kim Muster", 1), ("Sam Schulte", 1), ("Toni Späth", 1)])
    codes = [guest["code"] for guest in evening.guests]
    desk = browser.new_context(base_url=server.url, locale="de-DE").new_page()
    path = offer_pairing(desk, server)
    page = pair_phone(volunteer(), path)
    page.goto(evening.door)
    expect(page.locator("[data-ready]")).to_be_visible(timeout=SLOW)
    type_code(page, codes[0])
    expect(result(page)).to_contain_text("Kim Muster")
    desk.get_by_role("link", name="Ist es gekoppelt?").click()
    expect(desk.get_by_text("Zuletzt da:")).to_be_visible()

    line.cut()
    type_code(page, codes[1])
    expect(result(page)).to_contain_text("Offline angenommen", timeout=SLOW)
    page.reload()
    expect(waiting(page)).to_have_text("1")
    line.mend()
    uploaded(page)

    # Another phone gets nothing out of the same code.
    stranger = volunteer().new_page()
    stranger.goto(path)
    expect(stranger.get_by_role("button", name="Dieses Gerät koppeln")).to_have_count(0)

    desk.get_by_role("button", name="Zugang entziehen").click()
    expect(desk.get_by_text("kann nichts mehr scannen")).to_be_visible()
    expect(page.locator("[data-login]")).to_contain_text("nicht mehr gekoppelt", timeout=SLOW)
    type_code(page, codes[2])
    expect(result(page)).to_contain_text("Nicht geprüft")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("nicht mehr gekoppelt")
    assert [row[1] for row in evening.scans()] == ["admitted", "admitted"]
    desk.context.close()


def test_one_phone_at_the_door_and_at_a_stand_without_a_network(
    server: Server, line: WeakLine, volunteer: Any
) -> None:
    evening = Evening(server, [("Kim Muster", 1)])
    made = server.manage("shell", "--verbosity", "0", "-c", PAIRED + OPEN_DAY).splitlines()
    pairing, stand = made[-2], json.loads(made[-1])["token"]
    phone = volunteer()
    page = pair_phone(phone, f"/geraet/{pairing}/")
    page.goto(evening.door)
    expect(page.locator("[data-ready]")).to_be_visible(timeout=SLOW)
    counter = phone.new_page()
    counter.goto(f"/stand/{stand}/")
    counter.evaluate("navigator.serviceWorker.ready.then(() => true)")

    line.cut()
    tap(counter, "Eine Person zählen", "Gruppe von 5 zählen")
    counter.reload()
    expect(counter.locator("[data-total]")).to_have_text("6")
    type_code(page, evening.guests[0]["code"])
    expect(result(page)).to_contain_text("Offline angenommen", timeout=SLOW)
    line.mend()
    uploaded(page)
    expect(counter.locator("[data-state]")).to_have_attribute("data-state", "sent", timeout=60_000)
    expect(counter.locator("[data-total]")).to_have_text("6")
    assert [row[1] for row in evening.scans()] == ["admitted"]
