"""Another town's rows do not exist: every route of the site is tried with them.

The test walks the URLconf. A route it cannot classify fails it, so a new route is either tried with
another town's rows or stands here with the reason why it need not be.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from participation import actors
from participation.models import Municipality
from participation.models.access import Role
from participation.services import keys
from polls.consumers import close_switchboard, websocket_application
from polls.models import LiveSession, Round
from polls.services import sessions
from polls.services.sessions import Wording
from tests.factories import make_theme, make_town, make_user, member
from tests.towns import PRIVATE, Town, make_everything
from tests.workshops import factories as workshops
from workshops.models import Room, Slot, Venue, Workshop

# Read from start to end: the first prefix that fits says why the route belongs to no town's staff.
PUBLIC = {
    "": "the network's home page",
    "healthz": "the process is alive",
    "readyz": "the database, the layer and the queue are in order",
    "impressum/": "the network's imprint",
    "datenschutz/": "the network's privacy notice",
    "barrierefreiheit/": "the network's accessibility statement",
    "leichte-sprache/": "the network in plain language",
    "gebaerdensprache/": "the network in sign language",
    "sprache/setlang/": "the reader's own language",
    "konto/": "the reader's own account",
    "demo/": "only in the demo, which has no real people",
    "api/v1/schema/": "the API's description",
    "api/v1/docs/": "the API's description",
    "api/v1/municipalities/": "all municipalities, public",
    "api/v1/municipalities/<slug:municipality>/": "all municipalities, public",
    "api/v1/records/<str:sha256>/": "a published result, named by its own content",
    "^api/": "what no view answers",
    "live/": "where people type a code",
}
BY_SECRET = {
    "buchung/": "the booking's own secret is in the address",
    "warteliste/": "the entry's own secret is in the address",
    "t/<str:secret>/": "the ticket's own secret",
    "idee/": "a signed link out of a mail",
    "einladung/": "the invitation's own secret",
    "api/v1/tickets/<str:secret>/": "the ticket's own secret",
    "api/v1/bookings/confirm/": "the booking's own secret is in the body",
    "api/v1/ideas/confirm/": "a signed link out of a mail",
}
READS_NO_ROW = {
    "<slug:slug>/ideen/<str:reference>/eingereicht/": "thanks, whatever the reference",
}
# A live session's code is shown to everyone in the hall: it opens the vote, not the steering.
LIVE_FOR_ALL = (
    "live/<str:code>/",
    "api/v1/live/<str:code>/",
    "api/v1/live/<str:code>/seats/",
    "api/v1/live/<str:code>/ballots/",
    "api/v1/live/<str:code>/results/",
)
STAFF_ONLY = ("<slug:slug>/verwaltung/", "<slug:slug>/einlass/", "/inbox/")
# The one route that is a regular expression.
MONTH_PATTERN = (
    "^(?P<slug>[-a-zA-Z0-9_]+)/angebote/kalender/(?P<year>[0-9]{4})-(?P<month>[0-9]{2})/$"
)
NOT_THE_SITE = ("verwaltung/technik/", "_")  # Django's admin: superusers only


@pytest.fixture
def theirs(town: Municipality, other_town: Municipality, now: datetime) -> Town:
    make_theme("kultur")
    make_theme("burg", other_town)
    return make_everything(other_town, now)


@pytest.fixture
def staff(town: Municipality) -> Client:
    """In charge of `town`, and of nothing else."""
    client = Client(raise_request_exception=False)
    client.force_login(
        member(make_user("kim@example.org"), town, Role.ADMIN),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


@dataclass(frozen=True)
class Route:
    pattern: str
    view: Any

    @property
    def parameters(self) -> list[str]:
        if self.pattern == MONTH_PATTERN:
            return ["slug"]
        parts = self.pattern.split("<")[1:]
        return [part.partition(">")[0].rpartition(":")[2] for part in parts]

    @property
    def methods(self) -> list[str]:
        """A REST view says which; a page is read and posted to."""
        api = getattr(self.view, "view_class", None) or getattr(self.view, "cls", None)
        names = ("get", "post", "put", "patch", "delete")
        return [name for name in names if hasattr(api, name)] if api else ["get", "post"]

    def path(self, slug: str, town: Town) -> str:
        path = f"/{self.pattern}"
        path = path.replace(MONTH_PATTERN, f"{slug}/angebote/kalender/2026-11/")
        for parameter in self.parameters:
            value = slug if parameter == "slug" else town.name_in(self.pattern, parameter)
            if "<" not in path:
                break
            start, end = path.index("<"), path.index(">")
            path = f"{path[:start]}{value}{path[end + 1 :]}"
        return path


def every_route() -> Iterator[Route]:
    def walk(rows: Any, prefix: str) -> Iterator[Route]:
        for row in rows:
            if isinstance(row, URLResolver):
                yield from walk(row.url_patterns, f"{prefix}{row.pattern}")
            elif isinstance(row, URLPattern):
                yield Route(f"{prefix}{row.pattern}", row.callback)

    for route in walk(get_resolver().url_patterns, ""):
        if not route.pattern.startswith(NOT_THE_SITE):
            yield route


def kind_of(route: Route, town: Town) -> str:
    """`public`, `secret`, `live`, `lists` (only the town is named), `rows`, or `unknown`."""
    pattern = route.pattern
    if pattern in PUBLIC or pattern.startswith(("konto/", "^konto/", "demo/")):
        return "public"
    if any(pattern.startswith(start) for start in BY_SECRET):
        return "secret"
    if pattern.startswith(("live/<str:code>/", "api/v1/live/<str:code>/")):
        return "live"
    rows = [name for name in route.parameters if name != "slug"]
    if not rows:
        return "lists" if "slug" in route.parameters else "unknown"
    known = all(town.name_in(pattern, name) is not None for name in rows)
    return "rows" if known else "unknown"


def routes_of(kind: str, town: Town) -> list[Route]:
    return [route for route in every_route() if kind_of(route, town) == kind]


def body_for(town: Town) -> dict[str, Any]:
    """Something valid for every view, so that an answer is about the row and not the body."""
    return {
        "title": "Titel",
        "text": "Ein Text.",
        "theme": "kultur",
        "name": "Kim",
        "email": "kim@example.org",
        "party_size": 1,
        "min_party": 1,
        "starts_at": "2030-01-01T10:00:00+01:00",
        "ends_at": "2030-01-01T12:00:00+01:00",
        "capacity": 12,
        "address": "Am Markt 1",
        "postal_code": "58706",
        "city": "Menden",
        "secret": "ABCDEF",
        "client_uuid": str(uuid4()),
        "kind": "entry",
        "scans": [{"secret": "ABCDEF", "client_uuid": str(uuid4())}],
        "to": "in_review",
        "version": 1,
        "reason": "Ein Grund.",
        "response": "Eine Antwort.",
        "municipality": town.municipality.slug,
        "into": town.idea.reference,
        "other": town.idea.reference,
        "department": "Bauamt",
        "type": "yes_no",
        "count": 1,
        "visible": True,
    }


def ask(client: Client, method: str, path: str, body: dict[str, Any]) -> Any:
    if method == "get":
        return client.get(path)
    if path.endswith("/rooms/"):
        body = {**body, "seats": 12}  # elsewhere a list of tickets
    if path.startswith("/api/"):
        return client.generic(method.upper(), path, json.dumps(body), "application/json")
    return client.post(path, {**body, "scans": ""})


def listed(wrong: list[Any]) -> str:
    return "\n".join(str(row) for row in wrong)


@pytest.mark.django_db
def test_every_route_is_classified(theirs: Town) -> None:
    unknown = [route.pattern for route in routes_of("unknown", theirs)]
    assert unknown == [], "say in this file what these routes address"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "pattern", ["<slug:slug>/neues/<int:pk>/", "neues/", "api/v1/neues/<str:code>/"]
)
def test_a_new_route_has_to_be_classified(theirs: Town, pattern: str) -> None:
    assert kind_of(Route(pattern, None), theirs) == "unknown"


@pytest.mark.django_db
def test_rows_of_another_town_are_not_there(
    town: Municipality, theirs: Town, staff: Client
) -> None:
    """Under our own town's address, by our own town's head, with every method."""
    wrong = []
    for route in routes_of("rows", theirs):
        if "slug" not in route.parameters or route.pattern in READS_NO_ROW:
            continue
        path, answers = route.path(town.slug, theirs), {}
        for method in route.methods:
            answers[method] = ask(staff, method, path, body_for(theirs)).status_code
        if 404 not in answers.values() or not set(answers.values()) <= {404, 405}:
            wrong.append((path, answers))
    assert wrong == [], listed(wrong)


@pytest.mark.django_db
def test_the_same_rows_by_a_key_of_the_town(town: Municipality, theirs: Town) -> None:
    _key, token = keys.create_key(municipality=town, scopes=["admin"], name="t", now=workshops.NOW)
    client = Client(raise_request_exception=False, headers={"authorization": f"Bearer {token}"})
    wrong = []
    for route in routes_of("rows", theirs):
        if not route.pattern.startswith("api/"):
            continue
        path = route.path(town.slug, theirs)
        for method in route.methods:
            status = ask(client, method, path, body_for(theirs)).status_code
            # 401: what only a person can do (support, follow) is refused before any row is read.
            if status not in {401, 404, 405}:
                wrong.append((method, path, status))
    assert wrong == [], listed(wrong)


@pytest.mark.django_db
def test_a_stranger_works_in_no_other_town(theirs: Town, staff: Client) -> None:
    """Under the other town's address our head is a citizen: no staff page, no private word."""
    wrong = []
    slug = theirs.municipality.slug
    for route in [*routes_of("rows", theirs), *routes_of("lists", theirs)]:
        path = route.path(slug, theirs)
        for method in route.methods if any(s in route.pattern for s in STAFF_ONLY) else ["get"]:
            answer = ask(staff, method, path, body_for(theirs))
            text = answer.content.decode(errors="replace") if not answer.streaming else ""
            told = [word for word in PRIVATE if word in text]
            staff_only = any(start in route.pattern for start in STAFF_ONLY)
            allowed = {403, 404, 405} if staff_only else {200, 302, 304, 403, 404, 405}
            if told or answer.status_code not in allowed:
                wrong.append((method, path, answer.status_code, told))
    assert wrong == [], listed(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["workshops/", "live/", "workshops/{workshop}/slots/", "venues/", "venues/{venue}/rooms/"],
)
def test_a_stranger_makes_nothing_in_another_town(theirs: Town, staff: Client, path: str) -> None:
    path = path.format(workshop=theirs.workshop.pk, venue=theirs.venue.pk)
    address = f"/api/v1/municipalities/{theirs.municipality.slug}/{path}"
    tables = (Workshop, Slot, LiveSession, Venue, Room)
    before = [table.objects.count() for table in tables]
    assert ask(staff, "post", address, body_for(theirs)).status_code == 403
    assert [table.objects.count() for table in tables] == before


@pytest.mark.django_db
def test_a_live_session_is_steered_by_its_own_town(theirs: Town, staff: Client) -> None:
    before = list(Round.objects.values()), list(LiveSession.objects.values())
    wrong = []
    for route in routes_of("live", theirs):
        path = route.path("", theirs)
        open_to_all = route.pattern in LIVE_FOR_ALL or route.pattern.startswith("live/")
        for method in route.methods:
            status = ask(staff, method, path, body_for(theirs)).status_code
            if status >= 500 or (not open_to_all and status not in {403, 404, 405}):
                wrong.append((method, path, status))
    assert wrong == [], listed(wrong)
    assert (list(Round.objects.values()), list(LiveSession.objects.values())) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("workshops/", {"venue": "venue"}),
        ("workshops/", {"theme": "burg"}),
        ("ideas/", {"theme": "burg"}),
        ("live/", {"slot": "slot", "eligibility": "tickets"}),
    ],
)
def test_bodies_that_name_another_town_s_rows(
    town: Municipality, theirs: Town, staff: Client, path: str, body: dict[str, str]
) -> None:
    named = {
        name: getattr(getattr(theirs, value, None), "pk", value) for name, value in body.items()
    }
    answer = ask(
        staff,
        "post",
        f"/api/v1/municipalities/{town.slug}/{path}",
        {**body_for(theirs), **named},
    )
    assert answer.status_code in {400, 404}
    assert not Workshop.objects.of(town).exists()
    assert not LiveSession.objects.of(town).exists()


@pytest.fixture
def their_round(transactional_db: None, now: datetime) -> Round:
    actor = actors.system(make_town("arnsberg"))
    live = sessions.create_session(actor=actor, title="Abend", now=now)
    question = Wording("yes_no", "Mehr Bänke?")
    sessions.add_question(actor=actor, code=live.code, wording=question)
    sessions.start_session(actor=actor, code=live.code, now=now)
    return Round.objects.select_related("question__session").get()


@pytest.fixture
def cookie(transactional_db: None) -> bytes:
    """Of a browser in which the facilitator of another town is logged in."""
    client = Client()
    client.force_login(
        member(None, make_town("menden"), Role.FACILITATOR),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}".encode()


@pytest.mark.django_db(transaction=True)
async def test_another_town_s_facilitator_on_the_socket(their_round: Round, cookie: bytes) -> None:
    path = f"/ws/live/{their_round.question.session.code}/"
    socket = WebsocketCommunicator(websocket_application, path, headers=[(b"cookie", cookie)])

    async def say(kind: str, **data: Any) -> dict[str, Any]:
        await socket.send_to(text_data=json.dumps({"v": 1, "t": kind, "id": kind, "d": data}))
        while True:
            heard: dict[str, Any] = json.loads(await socket.receive_from(timeout=5))
            if heard.get("re") == kind:
                return heard

    connected, _protocol = await socket.connect()
    assert connected
    refused = await say("hello", role="facilitator")
    assert (refused["t"], refused["d"]["code"]) == ("error", "forbidden")
    welcome = await say("hello")
    assert (welcome["t"], welcome["d"]["role"]) == ("welcome", "voter")
    for command in ("round.open", "round.close", "round.reveal", "round.again"):
        assert (await say(command, round=their_round.pk))["t"] == "error"
    await socket.disconnect()
    await close_switchboard()
    after = await Round.objects.aget(pk=their_round.pk)
    assert (after.state, after.revealed) == (Round.State.DRAFT, False)


@pytest.mark.django_db
def test_what_the_key_of_a_closed_town_sees(theirs: Town, staff: Client) -> None:
    """Nothing: a town whose pages are not open is not there, for anyone."""
    town = theirs.municipality
    town.state = Municipality.State.ARCHIVED
    town.save(update_fields=["state"])
    lists = [route for route in routes_of("lists", theirs) if route.pattern.startswith("api/")]
    assert lists
    for route in lists:
        assert staff.get(route.path(town.slug, theirs)).status_code in {404, 405}
