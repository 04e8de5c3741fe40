"""The scanner with a network: by camera, keyboard and name, and several gates at once."""

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.e2e.conftest import Server
from tests.e2e.evenings import SLOW, Evening, ready_door, result, scan_by_camera
from tests.e2e.test_booking_and_door import film_of, type_code


def test_by_keyboard_alone(server: Server, volunteer: Any) -> None:
    evening = Evening(server, [("Familie Öztürk", 3)])
    page = ready_door(volunteer(), evening)
    inside = page.locator("[data-count=inside]")
    page.get_by_label("Code von Ticket oder Buchung").focus()
    page.keyboard.type(evening.guests[0]["code"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Alle 3 einlassen")).to_be_focused()
    page.keyboard.press("Enter")
    expect(result(page)).to_contain_text("Eingelassen")
    expect(inside).to_have_text("3")
    page.locator("[data-undo] button").focus()
    page.keyboard.press("Enter")
    expect(result(page)).to_contain_text("Zurückgenommen")
    expect(inside).to_have_text("0")
    page.get_by_label("Einlass", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Ausgang", exact=True)).to_be_checked()


def test_one_after_the_other_without_a_tap(server: Server, volunteer: Any, tmp_path: Path) -> None:
    evening = Evening(server, [(f"Kim {number}", 1) for number in range(6)])
    film = tmp_path / "queue.y4m"
    film_of([f"{server.url}/t/{guest['tickets'][0]}/" for guest in evening.guests], film)
    page = ready_door(volunteer(film), evening)
    scan_by_camera(page)
    expect(page.locator("[data-count=inside]")).to_have_text("6", timeout=SLOW)
    assert [row[:2] for row in evening.scans()][:6] == [["entry", "admitted"]] * 6


def test_two_taps_let_people_without_a_booking_in_once(server: Server, volunteer: Any) -> None:
    evening = Evening(server, [])
    page = ready_door(volunteer(), evening)
    page.get_by_text("Ohne Buchung einlassen").click()
    page.get_by_role("button", name="2 Personen einlassen").dblclick()
    expect(result(page)).to_contain_text("Code")
    expect(page.locator("[data-count=inside]")).to_have_text("2")
    assert evening.scans() == [["entry", "admitted", [1, 2], False]]
    page.locator("[data-undo] button").click()
    expect(result(page)).to_contain_text("Zurückgenommen")
    expect(page.locator("[data-count=expected]")).to_have_text("0")
    assert evening.scans()[1:] == [["undo", "undone", [1, 2], False]]


def test_found_by_name_and_overridden_with_a_reason(server: Server, volunteer: Any) -> None:
    evening = Evening(server, [("Änne Öztürk", 1)])
    page = ready_door(volunteer(), evening)
    page.get_by_text("Nach Namen suchen").click()
    page.get_by_label("Name", exact=True).first.fill("özt")
    page.get_by_role("button", name="Änne Öztürk").click()
    expect(result(page)).to_contain_text("Eingelassen")
    type_code(page, evening.guests[0]["tickets"][0])
    expect(result(page)).to_contain_text("Schon drin")
    page.get_by_role("button", name="War nur kurz draußen").click()
    expect(result(page)).to_contain_text("Eingelassen")
    assert [row[1] for row in evening.scans()] == ["admitted", "refused", "admitted"]


def test_two_gates_agree(server: Server, volunteer: Any) -> None:
    evening = Evening(server, [("Familie Öztürk", 3)])
    phone = volunteer()
    here, there = ready_door(phone, evening), phone.new_page()
    there.goto(evening.door)
    here.get_by_text("Dieses Gerät", exact=True).click()
    here.get_by_label("Eingang").select_option("Garten")
    type_code(here, evening.guests[0]["code"])
    here.get_by_role("button", name="Alle 3 einlassen").click()
    expect(here.locator("[data-count=inside]")).to_have_text("3")
    expect(there.locator("[data-count=inside]")).to_have_text("3")
    expect(there.locator("[data-gates]")).to_contain_text("Garten 3")
