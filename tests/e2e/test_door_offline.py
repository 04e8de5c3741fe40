"""The third thing that must not fail at the door: the network. Cut for real, with real browsers.

The page opens without it, admits by its own list, keeps what it did through reloads, a closed
browser and a new version, and hands it in; two doors that both admitted one ticket get a conflict.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from tests.e2e.conftest import BROWSER_ARGUMENTS, Server, chromium_here
from tests.e2e.evenings import (
    SLOW,
    Evening,
    ready_door,
    result,
    scan_by_camera,
    uploaded,
    waiting,
)
from tests.e2e.test_booking_and_door import PHONE, film_of, open_door, type_code
from tests.e2e.weak_line import WeakLine

KEPT = """
async () => {
  const found = {};
  for (const {name} of await indexedDB.databases()) {
    const open = indexedDB.open(name);
    const database = await new Promise((done) => { open.onsuccess = () => done(open.result); });
    for (const store of database.objectStoreNames) {
      const all = database.transaction(store).objectStore(store).getAll();
      found[store] = await new Promise((done) => { all.onsuccess = () => done(all.result); });
    }
    database.close();
  }
  return found;
}
"""
# A browser that has no room left, and one that keeps nothing at all.
FULL = """
IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
"""
NOTHING_KEPT = "Object.defineProperty(window, 'indexedDB', {value: undefined});"


def test_two_doors_without_a_network_and_one_ticket(
    server: Server, line: WeakLine, volunteer: Any, tmp_path: Path
) -> None:
    evening = Evening(server, [("Kim Muster", 1)])
    film = tmp_path / "ticket.y4m"
    film_of([f"{server.url}/t/{evening.guests[0]['tickets'][0]}/"], film)
    phones = [volunteer(film), volunteer(film)]
    north, south = (ready_door(phone, evening) for phone in phones)

    line.cut()
    for phone, page in zip(phones, (north, south), strict=True):
        phone.set_offline(True)
        scan_by_camera(page)
        expect(result(page)).to_contain_text("Offline angenommen", timeout=SLOW)
        expect(page.locator("[data-away]")).to_be_visible()
        expect(waiting(page)).to_have_text("1")
        expect(page.locator("[data-count=inside]")).to_have_text("1")

    # The page opens without a network, and still knows who is inside.
    north.reload()
    expect(waiting(north)).to_have_text("1")
    scan_by_camera(north)
    expect(result(north)).to_contain_text("Schon drin", timeout=SLOW)
    expect(waiting(north)).to_have_text("1")
    assert evening.scans() == []

    line.mend()
    phones[0].set_offline(False)
    uploaded(north)
    phones[1].set_offline(False)
    uploaded(south)
    expect(south.locator("[data-conflicts]")).to_contain_text("zweimal eingelassen")
    expect(south.locator("[data-conflicts]")).to_contain_text("Kim Muster")
    expect(north.locator("[data-conflicts]")).to_be_hidden()
    assert evening.scans() == [
        ["entry", "admitted", [1], True],
        ["entry", "conflict", [], True],
    ]
    south.get_by_role("button", name="Geklärt").click()
    expect(south.locator("[data-conflicts]")).to_be_hidden()


@pytest.fixture
def restarted(
    line: WeakLine, playwright: Playwright, tmp_path: Path
) -> Iterator[Callable[[], BrowserContext]]:
    """The same phone, its browser closed and opened again."""
    running: list[BrowserContext] = []

    def browser() -> BrowserContext:
        for context in running:
            context.close()
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "phone",
            executable_path=chromium_here(),
            args=[*BROWSER_ARGUMENTS],
            base_url=line.url,
            locale="de-DE",
            viewport=PHONE,
        )
        running[:] = [context]
        return context

    yield browser
    running[0].close()


def test_closed_and_opened_again_nothing_is_lost(
    server: Server, line: WeakLine, restarted: Callable[[], BrowserContext]
) -> None:
    evening = Evening(server, [("Kim Muster", 1), ("Familie Öztürk", 4)])
    kim, family = evening.guests
    page = ready_door(restarted(), evening)
    line.cut()
    # A seat's QR code, a booking's own with two of its four, and people without a booking.
    type_code(page, f"{server.url}/t/{kim['tickets'][0]}/")
    expect(result(page)).to_contain_text("Offline angenommen", timeout=SLOW)
    type_code(page, f"{server.url}/t/{family['secret']}/")
    page.get_by_label("Platz 2").uncheck()
    page.get_by_label("Platz 4").uncheck()
    page.get_by_role("button", name="Nur die angekreuzten").click()
    expect(result(page)).to_contain_text("Platz 1, 3")
    page.get_by_text("Ohne Buchung einlassen").click()
    page.get_by_role("button", name="3 Personen einlassen").click()
    expect(waiting(page)).to_have_text("3")
    expect(page.locator("[data-count=inside]")).to_have_text("6")

    page = restarted().new_page()
    page.goto(evening.door)
    expect(waiting(page)).to_have_text("3")
    expect(page.locator("[data-count=inside]")).to_have_text("6")

    # The log-in ended with the browser; what waits did not.
    line.mend()
    page = open_door(restarted(), evening.door)
    uploaded(page)
    expect(page.locator("[data-conflicts]")).to_be_hidden()
    expect(page.locator("[data-count=inside]")).to_have_text("6")
    assert evening.scans() == [
        ["entry", "admitted", [1], True],
        ["entry", "admitted", [1, 3], True],
        ["entry", "admitted", [1, 2, 3], True],
    ]


def test_people_without_a_booking_are_taken_back_without_a_network(
    server: Server, line: WeakLine, volunteer: Any
) -> None:
    evening = Evening(server, [])
    page = ready_door(volunteer(), evening)
    line.cut()
    page.get_by_text("Ohne Buchung einlassen").click()
    page.get_by_role("button", name="2 Personen einlassen").click()
    expect(result(page)).to_contain_text("Offline angenommen")
    expect(page.locator("[data-recent]")).to_contain_text("2 ohne Buchung")
    expect(page.locator("[data-count=inside]")).to_have_text("2")
    page.locator("[data-undo] button").click()
    expect(result(page)).to_contain_text("Zurückgenommen")
    expect(page.locator("[data-count=inside]")).to_have_text("0")
    line.mend()
    uploaded(page)
    expect(page.locator("[data-count=expected]")).to_have_text("0")
    assert evening.scans() == [
        ["entry", "admitted", [1, 2], True],
        ["undo", "undone", [1, 2], True],
    ]


def test_out_and_in_and_refused_without_a_network(
    server: Server, line: WeakLine, volunteer: Any
) -> None:
    evening, other = Evening(server, [("Kim Muster", 1)]), Evening(server, [("Sam Schulte", 1)])
    code = evening.guests[0]["code"]
    phone = volunteer()
    ready_door(phone, other).close()
    page = phone.new_page()
    page.goto(evening.door)
    expect(page.locator("[data-ready]")).to_be_visible(timeout=SLOW)
    kept = json.dumps(page.evaluate(KEPT))
    assert code not in kept
    assert "Muster" not in kept
    line.cut()

    for mode, answer in (
        ("Einlass", "Offline angenommen"),
        ("Einlass", "Schon drin"),
        ("Ausgang", "Offline hinausgelassen"),
        ("Einlass", "Offline angenommen"),
    ):
        page.get_by_label(mode, exact=True).check()
        type_code(page, code.lower())
        expect(result(page)).to_contain_text(answer, timeout=SLOW)
    page.get_by_role("button", name="Rückgängig machen").click()
    expect(result(page)).to_contain_text("Zurückgenommen")
    type_code(page, other.guests[0]["code"])
    expect(result(page)).to_contain_text("Falscher Termin")
    type_code(page, "VDV-KA 0815")
    expect(result(page)).to_contain_text("Unbekannt")
    # Perhaps booked a minute ago: the server has the last word.
    page.get_by_role("button", name="Mit der Leitung abgesprochen").click()
    expect(result(page)).to_contain_text("Offline angenommen")

    line.mend()
    uploaded(page)
    expect(page.locator("[data-conflicts]")).to_contain_text("unbekanntes Ticket")
    assert [row[:2] for row in evening.scans()] == [
        ["entry", "admitted"],
        ["exit", "admitted"],
        ["entry", "admitted"],
        ["undo", "undone"],
        ["entry", "refused"],
    ]


def test_a_day_after_the_date_the_device_holds_nothing(
    server: Server, line: WeakLine, volunteer: Any
) -> None:
    evening = Evening(server, [("Kim Muster", 1)])
    phone = volunteer()
    page = ready_door(phone, evening)
    line.cut()
    type_code(page, evening.guests[0]["code"])
    expect(result(page)).to_contain_text("Offline angenommen", timeout=SLOW)
    kept = page.evaluate(KEPT)
    assert (len(kept["lists"]), len(kept["queue"])) == (1, 1)

    for hours, left in ((23, 1), (25, 0)):
        page.clock.set_fixed_time(datetime.fromisoformat(evening.ends_at) + timedelta(hours=hours))
        page.goto(evening.door)
        expect(page.locator("[data-island]").first).to_be_visible()
        kept = page.evaluate(KEPT)
        assert (len(kept["lists"]), len(kept["queue"])) == (left, left), hours


def test_any_later_page_removes_what_a_door_has_left(server: Server, volunteer: Any) -> None:
    evening = Evening(server, [("Kim Muster", 1)])
    phone = volunteer()
    page = ready_door(phone, evening)
    assert len(page.evaluate(KEPT)["lists"]) == 1
    page.close()

    later = phone.new_page()
    later.clock.set_fixed_time(datetime.fromisoformat(evening.ends_at) + timedelta(hours=25))
    later.goto("/soest/ideen/")
    later.wait_for_function(f"async () => (await ({KEPT})()).lists.length === 0")


def test_the_list_is_wiped_by_a_button(server: Server, volunteer: Any) -> None:
    evening = Evening(server, [("Kim Muster", 1)])
    page = ready_door(volunteer(), evening)
    page.get_by_text("Dieses Gerät", exact=True).click()
    page.get_by_role("button", name="Liste löschen").click()
    page.get_by_role("button", name="Jetzt löschen").click()
    expect(page.locator("[data-wiped]")).to_be_visible()
    expect(page.locator("[data-ready]")).to_be_hidden()
    assert page.evaluate(KEPT) == {"conflicts": [], "lists": [], "queue": []}


def test_a_new_version_loses_nothing(server: Server, line: WeakLine, volunteer: Any) -> None:
    evening = Evening(server, [("Kim Muster", 1)])
    page = ready_door(volunteer(), evening)
    # Pages and the worker are there, the API is not: something waits while the version changes.
    line.down = ("/api/",)
    type_code(page, evening.guests[0]["code"])
    expect(result(page)).to_contain_text("Offline angenommen", timeout=SLOW)
    names = page.evaluate("caches.keys()")

    line.more = b"\n// next\n"
    page.reload()
    note = page.locator("[data-new-version]")
    expect(note).to_be_visible(timeout=SLOW)
    expect(waiting(page)).to_have_text("1")
    note.get_by_role("button", name="Jetzt laden").click()
    expect(note).to_be_hidden(timeout=SLOW)
    expect(waiting(page)).to_have_text("1")
    assert page.evaluate("caches.keys()") == names

    line.down = ()
    uploaded(page)
    assert evening.scans() == [["entry", "admitted", [1], True]]


@pytest.mark.parametrize("broken", [FULL, NOTHING_KEPT], ids=["full", "nothing kept"])
def test_a_device_that_keeps_nothing_says_so_and_works_online(
    server: Server, line: WeakLine, volunteer: Any, broken: str
) -> None:
    evening = Evening(server, [("Kim Muster", 1), ("Familie Öztürk", 2)])
    phone = volunteer()
    phone.add_init_script(broken)
    page = open_door(phone, evening.door)
    expect(page.locator("[data-live]")).to_be_visible()
    type_code(page, evening.guests[0]["code"])
    expect(result(page)).to_contain_text("Eingelassen")
    expect(page.locator("[data-unsaved]")).to_be_visible()
    line.cut()
    type_code(page, evening.guests[1]["tickets"][0])
    expect(waiting(page)).to_have_text("1", timeout=SLOW)
    line.mend()
    uploaded(page)
    assert [row[1] for row in evening.scans()] == ["admitted", "admitted"]


def test_the_door_can_be_installed(server: Server, volunteer: Any) -> None:
    evening = Evening(server, [])
    page = ready_door(volunteer(), evening)
    chromium = page.context.new_cdp_session(page)
    manifest = chromium.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/menden/einlass/app.webmanifest")
    errors = chromium.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A private window, which the test's is, installs nothing.
    assert [row["errorId"] for row in errors if row["errorId"] != "in-incognito"] == []
    active = "navigator.serviceWorker.ready.then(({active, scope}) => [active.scriptURL, scope])"
    script, scope = page.evaluate(active)
    assert script.endswith("/menden/einlass/sw.js")
    assert scope.endswith("/menden/einlass/")


def test_asked_after_the_scan_or_later(server: Server, line: WeakLine, volunteer: Any) -> None:
    evening = Evening(server, [("Kim Muster", 1), ("Sam Schulte", 1)], asks=True)
    page = ready_door(volunteer(), evening)
    questions = page.locator("[data-questions]")
    type_code(page, evening.guests[0]["code"])
    expect(result(page)).to_contain_text("Eingelassen")
    expect(questions.get_by_label("Welche Linie?")).to_be_hidden()
    questions.get_by_label("Bus").check()
    questions.get_by_label("Welche Linie?").fill("84")
    # Not before this is answered.
    type_code(page, evening.guests[1]["code"])
    expect(result(page)).to_contain_text("Kim Muster")
    questions.get_by_role("button", name="Speichern").click()
    expect(questions).to_be_hidden()

    line.cut()
    type_code(page, evening.guests[1]["code"])
    expect(result(page)).to_contain_text("Offline angenommen", timeout=SLOW)
    questions.get_by_role("button", name="Später").click()
    page.get_by_role("button", name="Fragen beantworten").click()
    questions.get_by_label("Rad").check()
    questions.get_by_role("button", name="Speichern").click()
    line.mend()
    uploaded(page)
    assert [row[1] for row in evening.scans()] == ["admitted", "admitted"]
    assert evening.answers() == ["Bus", "84", "Rad"]
