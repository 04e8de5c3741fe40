"""Every page of the website: where it is, who sees it, and what must have happened before.

A `Stop` is one page in one state. Its path is filled from `facts`: ids and tokens of the demo's
rows, of a booking that was really made, and of an account with a second factor.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver
from django.utils import timezone
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import Server
from tests.e2e.test_booking_and_door import book_seats, mail_to

PASSWORD = "mitwirk-demo"
STAFF = "leitung@example.org"
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
slots = Slot.objects.filter(workshop__municipality__slug="menden").order_by("starts_at")
now = timezone.now()
running = live("menden", "live")
bookable = [slot for slot in slots if slot.takes_bookings(now)]
full = next(slot for slot in bookable if slot.is_full)
tonight = slots.first()
published, submitted = first_idea("published"), first_idea("submitted")
print(json.dumps({{
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
}}))
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


@dataclass(frozen=True)
class Stop:
    """`send` presses the button of that name in an empty form; the answer is what we look at."""

    route: str
    path: str
    who: str = "guest"
    send: str = ""
    status: int = 200

    @property
    def name(self) -> str:
        state = "-sent" if self.send else "" if self.status == 200 else f"-{self.status}"
        return f"{self.route}{state}-{self.who}"


GUESTS = [
    Stop("home", "/"),
    Stop("home", "/?suche=nirgendwo", who="searcher"),
    Stop("town", "/menden/"),
    Stop("town", "/altena/", who="not_joined"),
    Stop("programme", "/menden/angebote/"),
    Stop("programme", "/menden/angebote/?suche=nichts+davon", who="searcher"),
    Stop("programme_month", "/menden/angebote/kalender/{month}/"),
    Stop("workshop", "/menden/angebote/{workshop}/"),
    Stop("book", "/menden/termine/{slot}/buchen/"),
    Stop("book", "/menden/termine/{slot}/buchen/", send="Platz buchen", status=422),
    Stop("book", "/menden/termine/{full}/buchen/", who="full"),
    Stop("booking_held", "/menden/termine/{slot}/gebucht/"),
    Stop("wait", "/menden/termine/{full}/warteliste/"),
    Stop("wait", "/menden/termine/{full}/warteliste/", send="Auf die Warteliste", status=422),
    Stop("waiting", "/menden/termine/{full}/wartend/"),
    Stop("wait_entry", "/warteliste/{entry}/"),
    Stop("wait_entry", "/warteliste/unbekannt/", status=404),
    Stop("booking_confirm", "/buchung/bestaetigen/{confirm}/"),
    Stop("booking_confirm", "/buchung/bestaetigen/unbekannt/", status=404),
    Stop("booking_manage", "{manage}"),
    Stop("booking_cancel", "{manage}stornieren/"),
    Stop("ticket", "/t/{ticket}/"),
    Stop("ticket", "/t/unbekannt/", status=404),
    Stop("ideas", "/menden/ideen/"),
    Stop("ideas", "/menden/ideen/?suche=nichts+davon", who="searcher"),
    Stop("idea_new", "/menden/ideen/neu/"),
    Stop("idea_new", "/menden/ideen/neu/", send="Idee einreichen", status=422),
    Stop("idea", "/menden/ideen/{published}/"),
    Stop("idea", "/menden/ideen/{answered}/", who="reader"),
    Stop("idea_support", "/menden/ideen/{published}/", send="Idee unterstützen", status=422),
    Stop("idea_sent", "/menden/ideen/{published}/eingereicht/"),
    Stop("idea_report", "/menden/ideen/{published}/melden/"),
    Stop("idea_report", "/menden/ideen/{published}/melden/", send="Meldung", status=422),
    Stop("idea_confirm", "/idee/bestaetigen/{confirm_idea}/"),
    Stop("idea_own", "/idee/meine/{author}/"),
    Stop("idea_own", "/idee/meine/{author}/", send="Änderungen speichern", status=422),
    Stop("idea_unfollow", "/idee/abbestellen/{follow}/"),
    Stop("live_join", "/live/"),
    Stop("live_join", "/live/?code=1", who="mistyped", status=422),
    Stop("live_vote", "/live/{live}/"),
    Stop("live_wall", "/live/{live}/wand/"),
    Stop("live_wall", "/live/{over}/wand/", who="late"),
    Stop("live_vote", "/live/{over}/", who="late"),
    Stop("live_results", "/live/{over}/ergebnisse/"),
    Stop("live_vote", "/live/999999/", status=404),
    Stop("demo_mailbox", "/demo/mailbox/"),
    *(
        Stop(f"{of}{route}", f"{slug}/{path}/")
        for of, slug in (("", ""), ("town_", "/menden"))
        for route, path in (
            ("imprint", "impressum"),
            ("privacy", "datenschutz"),
            ("accessibility", "barrierefreiheit"),
            ("plain_language", "leichte-sprache"),
            ("sign_language", "gebaerdensprache"),
        )
    ),
    Stop("not_found", "/menden/gibt/es/nicht/", status=404),
    Stop("invitation", "/konto/einladung/{invitation}/"),
    Stop("invitation", "/konto/einladung/{invitation}/", who="staff", status=403),
    Stop("invitation", "/konto/einladung/unbekannt/", status=404),
    Stop("account_login", "/konto/login/"),
    Stop("account_login", "/konto/login/", send="Anmelden"),
    Stop("account_request_login_code", "/konto/login/code/"),
    Stop("account_signup", "/konto/signup/"),
    Stop("account_signup", "/konto/signup/", send="Konto anlegen"),
    Stop("account_reset_password", "/konto/password/reset/"),
    Stop("account_reset_password_done", "/konto/password/reset/done/"),
    Stop("account_reset_password_from_key", "{reset}"),
    Stop("account_reset_password_from_key", "/konto/password/reset/key/1-x/", who="late"),
    Stop("account_reset_password_from_key_done", "/konto/password/reset/key/done/"),
    Stop("account_email_verification_sent", "/konto/confirm-email/"),
    Stop("account_inactive", "/konto/inactive/"),
]
ACCOUNTS = [
    Stop("account_confirm_login_code", "/konto/login/code/confirm/", who="coded"),
    Stop("mfa_authenticate", "/konto/2fa/authenticate/", who="halfway"),
    *(
        Stop(route, f"/konto/{path}", who="careful")
        for route, path in (
            ("account", ""),
            ("account_logout", "logout/"),
            ("account_email", "email/"),
            ("account_change_password", "password/change/"),
            ("account_reauthenticate", "reauthenticate/"),
            ("mfa_index", "2fa/"),
            ("mfa_reauthenticate", "2fa/reauthenticate/"),
            ("mfa_deactivate_totp", "2fa/totp/deactivate/"),
            ("mfa_view_recovery_codes", "2fa/recovery-codes/"),
            ("mfa_generate_recovery_codes", "2fa/recovery-codes/generate/"),
            ("mfa_list_webauthn", "2fa/webauthn/"),
            ("mfa_add_webauthn", "2fa/webauthn/add/"),
        )
    ),
    Stop("mfa_activate_totp", "/konto/2fa/totp/activate/", who="staff"),
    Stop("desk", "/menden/verwaltung/", who="careful", status=403),
]
DESK = [
    Stop(route, f"/menden/verwaltung/{path}", who="staff", send=send, status=status)
    for route, path, send, status in (
        ("desk", "", "", 200),
        ("desk_programme", "angebote/", "", 200),
        ("desk_workshop_new", "angebote/neu/", "", 200),
        ("desk_workshop_new", "angebote/neu/", "Angebot anlegen", 422),
        ("desk_workshop", "angebote/{workshop}/", "", 200),
        ("desk_slot_new", "angebote/{workshop}/termine/neu/", "", 200),
        ("desk_slot_new", "angebote/{workshop}/termine/neu/", "Als Entwurf anlegen", 422),
        ("desk_workshop_edit", "angebote/{workshop}/aendern/", "", 200),
        ("desk_slot_edit", "termine/{slot}/aendern/", "", 200),
        ("desk_venues", "orte/", "", 200),
        ("desk_venue_new", "orte/neu/", "", 200),
        ("desk_venue", "orte/{venue}/", "", 200),
        ("desk_slot", "termine/{slot}/", "", 200),
        ("desk_book", "termine/{slot}/buchen/", "", 200),
        ("desk_book", "termine/{slot}/buchen/", "Buchen und Tickets", 422),
        ("desk_booking", "buchungen/{code}/", "", 200),
        ("desk_cancel", "buchungen/{code}/stornieren/", "", 200),
        ("desk_live", "live/", "", 200),
        ("desk_live", "live/", "Live-Runde anlegen", 422),
        ("desk_live_run", "live/{live}/", "", 200),
        ("desk_team", "team/", "", 200),
        ("desk_team", "team/", "Einladung senden", 422),
        ("desk_team_end", "team/{membership}/beenden/", "", 200),
        ("desk_live_question_edit", "live/{live}/frage/{question}/", "", 200),
        ("inbox", "ideen/", "", 200),
        ("inbox", "ideen/?suche=nichts+davon", "", 200),
        ("inbox_idea", "ideen/{submitted}/", "", 200),
        ("inbox_idea", "ideen/{published}/", "", 200),
        ("inbox_note", "ideen/{published}/", "Notiz speichern", 422),
    )
]
DOOR = [
    Stop("door", "/menden/einlass/", who="staff"),
    Stop("door_slot", "/menden/einlass/{tonight}/", who="staff"),
    Stop("idea", "/menden/ideen/{published}/", who="staff"),
]
STOPS = [*ACCOUNTS, *DESK, *DOOR, *GUESTS]

STEP = "changes something and goes back to a page that is listed"
DATA = "data, not a page"
OUTSIDE = "only with a log-in service from outside, of which the demo has none"
SAME = "the page of another route that is listed"
EXCEPTIONS = {
    **dict.fromkeys(
        [
            "inbox_step",
            "inbox_response",
            "inbox_assign",
            "inbox_merge",
            "inbox_transfer",
            "inbox_answer_transfer",
            "inbox_report",
            "idea_comment",
            "desk_live_step",
            "desk_live_question",
            "desk_live_question_remove",
            "desk_live_codes",
            "desk_room_new",
            "door_walk_in",
            "desk_workshop_step",
            "desk_slot_step",
            "desk_invitation_withdraw",
            "set_language",
        ],
        STEP,
    ),
    **dict.fromkeys(
        [
            "healthz",
            "readyz",
            "demo_mailbox_json",
            "town_style",
            "slot_ics",
            "booking_ics",
            "live_qr",
            "live_state",
            "door_counts",
            "door_booking",
            "schema",
            "mfa_download_recovery_codes",
        ],
        DATA,
    ),
    **dict.fromkeys(
        [
            "openid_connect_login",
            "openid_connect_callback",
            "socialaccount_login_cancelled",
            "socialaccount_login_error",
            "socialaccount_signup",
            "socialaccount_connections",
        ],
        OUTSIDE,
    ),
    "account_set_password": "every account has a password: goes on to changing it",
    "api_docs": "Swagger's own page, for programmers",
    "mfa_reauthenticate_webauthn": "only with a passkey, which needs the person's own device",
    "mfa_remove_webauthn": "only with a passkey, which needs the person's own device",
    "mfa_edit_webauthn": "only with a passkey, which needs the person's own device",
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
    facts = json.loads(server.manage("shell", "--verbosity", "0", "-c", ROWS).splitlines()[-1])
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
