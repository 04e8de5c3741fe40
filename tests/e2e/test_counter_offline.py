"""A stand's counter in the browser, with the network cut: nothing is lost, not even by a reload."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Server
from tests.e2e.weak_line import WeakLine

OPEN_DAY = """
import json
from datetime import timedelta
from django.utils import timezone
from participation import actors, queries
from workshops import queries as places
from workshops.services import open_days
menden = actors.system(queries.municipality_by_slug("menden"))
now = timezone.now()
details = open_days.OpenDayDetails(
    title="Heute offen",
    starts_at=now - timedelta(hours=1),
    ends_at=now + timedelta(hours=4),
    venue_id=places.venues(menden)[0].pk,
)
day = open_days.create_open_day(actor=menden, details=details, state="published")
stand = open_days.add_stand(
    actor=menden, open_day_id=day.pk, details=open_days.StandDetails(name="3D-Druck")
)
print(json.dumps({"day": day.pk, "token": stand.token}))
"""


@pytest.fixture
def counting(server: Server) -> dict[str, str]:
    """A stand that counts now."""
    printed = server.manage("shell", "--verbosity", "0", "-c", OPEN_DAY)
    return json.loads(printed.splitlines()[-1])  # type: ignore[no-any-return]


def tap(page: Page, *labels: str) -> None:
    for label in labels:
        page.get_by_role("button", name=label).click()


def test_taps_survive_a_lost_network_and_a_reload(
    server: Server, browser: Browser, counting: dict[str, str]
) -> None:
    context = browser.new_context(base_url=server.url, locale="de-DE")
    page = context.new_page()
    page.goto(f"/stand/{counting['token']}/")
    total, state = page.locator("[data-total]"), page.locator("[data-state]")
    tap(page, "Eine Person zählen", "Gruppe von 5 zählen", "Eine Person abziehen")
    expect(total).to_have_text("5")
    expect(state).to_have_attribute("data-state", "sent", timeout=15_000)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    tap(page, "Eine Person zählen", "Gruppe von 28 zählen")
    expect(total).to_have_text("34")
    expect(state).to_have_attribute("data-state", "waiting")
    page.reload()
    expect(page.locator("[data-waiting]")).to_have_text("2")
    expect(total).to_have_text("34")
    tap(page, "Eine Person zählen")
    context.set_offline(False)
    expect(state).to_have_attribute("data-state", "sent", timeout=60_000)
    expect(total).to_have_text("35")
    context.close()

    watching = browser.new_context(base_url=server.url, locale="de-DE").new_page()
    watching.goto(f"/menden/offene-tage/{counting['day']}/wand/")
    expect(watching.locator("[data-live-part] dd[data-total]")).to_have_text("35")
    watching.context.close()


def test_a_new_version_keeps_every_counter_that_was_open(
    server: Server, line: WeakLine, volunteer: Any, counting: dict[str, str]
) -> None:
    other = json.loads(server.manage("shell", "--verbosity", "0", "-c", OPEN_DAY).splitlines()[-1])
    phone = volunteer()
    page = phone.new_page()
    for token in (counting["token"], other["token"]):
        page.goto(f"/stand/{token}/")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.reload()
    line.more = b"\n// newer"
    page.evaluate(
        """async () => {
          const taken = new Promise((done) => {
            navigator.serviceWorker.addEventListener("controllerchange", done, { once: true });
          });
          await (await navigator.serviceWorker.ready).update();
          await taken;
        }"""
    )
    line.cut()
    page.goto(f"/stand/{counting['token']}/")
    tap(page, "Eine Person zählen")
    expect(page.locator("[data-total]")).to_have_text("1")
