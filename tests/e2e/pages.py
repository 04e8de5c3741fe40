"""Every page of the website: where it is, who sees it, and what must have happened before.

The pages themselves are listed in `stops/`. Their paths are filled from `facts`: ids and tokens of
the demo's rows, of a booking that was really made, and of an account with a second factor.
"""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver
from django.utils import timezone
from playwright.sync_api import Browser, Page

from tests.e2e import stops
from tests.e2e.conftest import Server
from tests.e2e.stops import Stop
from tests.e2e.test_booking_and_door import book_seats, mail_to

PASSWORD = "mitwirk-demo"
STAFF = "leitung@example.org"
COORDINATOR = "koordination@example.org"
CAREFUL = "zwei.faktoren@example.org"
GUEST = "gast.rundgang@example.org"

# What `manage.py shell` prints for the stops: rows that the demo made.
ROWS = f"""
import json
from django.utils import timezone
from allauth.account.models import EmailAddress
from participation import actors, secrets
from participation.models import Idea, Membership, Municipality, User
from participation.services import invitations
from participation.tickets import link_token
from polls.models import LiveSession
from workshops.models import Slot

def first_idea(state):
    return Idea.objects.filter(municipality__slug="menden", state=state).order_by("pk").first()

def live(slug, state):
    return LiveSession.objects.filter(municipality__slug=slug, state=state).first()

careful = User.objects.create_user("{CAREFUL}", "{PASSWORD}", name="Zoe Zwei")
EmailAddress.objects.create(user=careful, email=careful.email, verified=True, primary=True)
menden = actors.system(Municipality.objects.get(slug="menden"))
now = timezone.now()
invited = invitations.invite(actor=menden, email="team.rundgang@example.org", role="door", now=now)
coming = Slot.objects.filter(workshop__municipality__slug="menden", ends_at__gt=timezone.now())
slots = coming.order_by("starts_at")
now = timezone.now()
running = live("menden", "live")
bookable = [slot for slot in slots if slot.takes_bookings(now)]
full = next(slot for slot in bookable if slot.is_full)
tonight = slots.first()
published, submitted = first_idea("published"), first_idea("submitted")
facts = {{
    "venue": tonight.workshop.venue_id, "workshop": tonight.workshop_id, "tonight": tonight.pk,
    "full": full.pk, "question": running.questions.first().pk,
    "slot": next(slot.pk for slot in bookable if slot.workshop.title == "Repair Café"),
    "published": published.reference, "submitted": submitted.reference,
    "answered": first_idea("done").reference,
    "author": link_token("author", submitted.pk), "follow": link_token("follow", 1),
    "confirm_idea": link_token("author", published.pk),
    "membership": Membership.objects.filter(municipality=menden.town).first().pk,
    "invitation": secrets.derived("invitation", invited.pk),
    "live": running.code, "over": live("olpe", "published").code,
}}
"""
# Only after the log-in, which would ask for the second factor.
SECOND_FACTOR = f"""
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from participation.models import User
careful = User.objects.get(email="{CAREFUL}")
TOTP.activate(careful, generate_totp_secret())
RecoveryCodes.activate(careful)
"""


PARTS = [
    importlib.import_module(f"tests.e2e.stops.{part.name}")
    for part in pkgutil.iter_modules(stops.__path__)
]
STOPS: list[Stop] = [stop for part in PARTS for stop in part.STOPS]
EXCEPTIONS: dict[str, str] = {
    route: why for part in PARTS for route, why in getattr(part, "EXCEPTIONS", {}).items()
}
# Django's own back office, and the API.
PREFIXES = ("verwaltung/technik/", "api/")


def page_routes(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    """The name of each route that is no API."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if not path.startswith(PREFIXES):
                yield from page_routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name


def log_in(page: Page, address: str) -> None:
    page.goto("/konto/login/")
    page.locator("[name=login]").fill(address)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(re.compile(r"^(?!.*/login/).*$"))


def collect_facts(server: Server, browser: Browser) -> dict[str, str]:
    """Book, wait and forget a password, as people do; the rest are rows of the demo."""
    rows = "\n".join(
        [ROWS, *(getattr(part, "FACTS", "") for part in PARTS), "print(json.dumps(facts))"]
    )
    facts = json.loads(server.manage("shell", "--verbosity", "0", "-c", rows).splitlines()[-1])
    facts["month"] = f"{timezone.localdate():%Y-%m}"
    context = browser.new_context(base_url=server.url, locale="de-DE")
    page = context.new_page()
    page.goto(f"/menden/termine/{facts['slot']}/buchen/")
    book_seats(page, server.url, GUEST, 2)
    facts["manage"] = page.url.removeprefix(server.url)
    facts["code"] = page.url.split("/buchung/")[1].split("/")[0]
    ticket = page.locator(".mw-ticket").first.get_by_role("link").get_attribute("href") or ""
    facts["ticket"] = ticket.rstrip("/").rpartition("/")[2]
    facts["confirm"] = hold_a_seat(page, server.url, facts["slot"])
    page.goto(f"/menden/termine/{facts['full']}/warteliste/")
    page.get_by_label("Ihr Name").fill("Kim Muster")
    page.get_by_label("Ihre E-Mail-Adresse").fill(f"warten.{GUEST}")
    page.get_by_role("button", name="Auf die Warteliste").click()
    facts["entry"] = in_mail(server.url, f"warten.{GUEST}", "", r"/warteliste/([^/\s]+)/")
    page.goto("/konto/password/reset/")
    page.locator("[name=email]").fill(CAREFUL)
    page.locator("[name=email]").press("Enter")
    facts["reset"] = in_mail(server.url, CAREFUL, "", r"(/konto/password/reset/key/\S+/)")
    context.close()
    return facts  # type: ignore[no-any-return]


def hold_a_seat(page: Page, url: str, slot: str) -> str:
    """A booking that still waits for its confirmation: the token of its mail."""
    address = f"wartend.{GUEST}"
    page.goto(f"/menden/termine/{slot}/buchen/")
    page.get_by_label("Ihr Name").fill("Kim Muster")
    page.get_by_label("Ihre E-Mail-Adresse").fill(address)
    page.get_by_role("button", name="Platz buchen").click()
    return in_mail(url, address, "bestätigen", r"/buchung/bestaetigen/([^/\s]+)/")


def in_mail(url: str, address: str, subject: str, pattern: str) -> str:
    found = re.search(pattern, mail_to(url, address, subject)["text"])
    assert found is not None, f"No {pattern} in the mail to {address}"
    return found.group(1)
