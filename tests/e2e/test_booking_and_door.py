"""The first and the second journey: a citizen books and gets tickets; a volunteer's camera admits.

The camera is Chromium's fake one, fed with a film of the ticket's QR code.
"""

import json
import re
import time
import urllib.request
from pathlib import Path
from typing import Any

import qrcode
from PIL import Image
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

WIDTH, HEIGHT, FRAMES = 640, 480, 30
MAIL_SECONDS = 20
PHONE: ViewportSize = {"width": 360, "height": 740}


def film_of(contents: list[str], film: Path, *, frames: int = FRAMES) -> None:
    """A Y4M film (planar YUV 4:2:0) that shows the QR codes on white, each for a second or for
    `frames` thirtieths of one, in a loop."""
    shown = b""
    for content in contents:
        code = qrcode.make(content, box_size=8).convert("L")
        picture = Image.new("L", (WIDTH, HEIGHT), 255)
        picture.paste(code, ((WIDTH - code.width) // 2, (HEIGHT - code.height) // 2))
        shown += (b"FRAME\n" + picture.tobytes() + bytes([128]) * (WIDTH * HEIGHT // 2)) * frames
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F30:1 Ip C420jpeg\n"
    film.write_bytes(head.encode() + shown)


def mail_to(url: str, address: str, subject: str) -> dict[str, str]:
    """The newest mail to the address with this word in its subject, once the worker has sent it."""
    until = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < until:
        with urllib.request.urlopen(f"{url}/demo/mailbox.json") as answer:  # noqa: S310  (our own)
            mails: list[dict[str, str]] = json.load(answer)
        for mail in mails:
            if mail["to"] == address and subject in mail["subject"]:
                return mail
        time.sleep(0.2)
    raise AssertionError(f"No mail to {address} with {subject}")


def book_seats(page: Page, url: str, address: str, seats: int) -> None:
    """From the form to the confirmed booking."""
    page.get_by_label("Wie viele Plätze?").fill(str(seats))
    page.get_by_label("Ihr Name").fill("Kim Muster")
    page.get_by_label("Ihre E-Mail-Adresse").fill(address)
    page.get_by_role("button", name="Platz buchen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bitte bestätigen Sie")

    confirm = re.search(
        r"\S+/buchung/bestaetigen/\S+/", mail_to(url, address, "bestätigen")["text"]
    )
    assert confirm is not None
    page.goto(confirm.group(0))
    page.get_by_role("button", name="Jetzt bestätigen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Buchung")


def open_door(context: BrowserContext, slot_path: str) -> Page:
    """The volunteer logs in on the way to the door."""
    page = context.new_page()
    page.goto(slot_path)
    page.locator("input[name=login]").fill("einlass@example.org")
    page.locator("input[name=password]").fill("mitwirk-demo")
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"**{slot_path}")
    return page


def door_of(page: Page) -> str:
    """The door of the date that this booking form is for."""
    slot = re.search(r"/termine/(\d+)/", page.url)
    assert slot is not None
    return f"/menden/einlass/{slot.group(1)}/"


def booked_tonight(page: Page, url: str, address: str, seats: int) -> str:
    """Book the first date of the 3D printer; the path of its door. The page shows the tickets."""
    page.goto("/menden/angebote/")
    page.get_by_role("link", name="3D-Druck: vom Bild zum Gegenstand").first.click()
    page.get_by_role("link", name="Platz buchen").first.click()
    door = door_of(page)
    book_seats(page, url, address, seats)
    expect(page.locator(".mw-ticket")).to_have_count(seats)
    return door


def type_code(scanner: Page, code: str) -> None:
    scanner.get_by_label("Code von Ticket oder Buchung").fill(code)
    scanner.get_by_role("button", name="Code prüfen").click()


def test_booked_by_phone_admitted_by_camera(
    server: Any, launch: Any, tmp_path: Path, page: Page
) -> None:
    door = booked_tonight(page, server.url, "kim.kamera@example.org", 2)
    ticket_url = page.locator(".mw-ticket").first.get_by_role("link").get_attribute("href") or ""
    assert ticket_url.startswith(f"{server.url}/t/")
    film_of([ticket_url], tmp_path / "ticket.y4m")
    camera = launch(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={tmp_path / 'ticket.y4m'}",
    )
    volunteer = camera.new_context(base_url=server.url, locale="de-DE", viewport=PHONE)
    scanner = open_door(volunteer, door)
    result, inside = scanner.locator("[data-door-result]"), scanner.locator("[data-count=inside]")
    before = int(inside.inner_text())

    scanner.get_by_role("button", name="Mit der Kamera scannen").click()
    expect(result).to_contain_text("Eingelassen")
    expect(inside).to_have_text(str(before + 1))

    # A second look through the camera, on a page that remembers nothing of the first.
    scanner.reload()
    scanner.get_by_role("button", name="Mit der Kamera scannen").click()
    expect(result).to_contain_text("Schon drin")
    expect(inside).to_have_text(str(before + 1))
    camera.close()


def test_a_typed_code_admits_the_party_and_is_taken_back(server: Any, page: Page) -> None:
    door = booked_tonight(page, server.url, "kim.code@example.org", 1)
    code = page.locator(".mw-code").first.inner_text()
    ticket_url = page.locator(".mw-ticket").get_by_role("link").get_attribute("href") or ""
    scanner = open_door(page.context, door)
    result, inside = scanner.locator("[data-door-result]"), scanner.locator("[data-count=inside]")
    before = int(inside.inner_text())

    type_code(scanner, code.lower())
    expect(result).to_contain_text("Eingelassen")
    expect(inside).to_have_text(str(before + 1))
    scanner.get_by_role("button", name="Rückgängig machen").click()
    expect(result).to_contain_text("Zurückgenommen")
    expect(inside).to_have_text(str(before))
    type_code(scanner, "VDV-KA 0815")
    expect(result).to_contain_text("Unbekannt")

    # Without a network nothing that was scanned is lost.
    page.context.set_offline(True)
    type_code(scanner, ticket_url)
    expect(result).to_contain_text("Offline angenommen")
    expect(scanner.locator("[data-waiting]")).to_be_visible()
    page.context.set_offline(False)
    expect(scanner.locator("[data-waiting]")).to_be_hidden(timeout=20_000)
    expect(inside).to_have_text(str(before + 1))
