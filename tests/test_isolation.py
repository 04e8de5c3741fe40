"""Another town's rows do not exist: every route of the site is tried with them.

The test walks the URLconf. A route it cannot classify fails it, so a new route is either tried with
another town's rows or stands in `tests/routes.py` with the reason why it need not be.
"""

import json
from datetime import datetime
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from participation import actors
from participation.models import Municipality
from participation.models.access import Role
from participation.services import keys
from polls.consumers import close_switchboard, websocket_application
from polls.models import LiveSession, Round
from polls.services import questions, sessions
from polls.services.wording import Wording
from tests.factories import make_theme, make_town, make_user, member
from tests.routes import (
    APP_FILES,
    LIVE_FOR_ALL,
    READS_NO_ROW,
    STAFF_ONLY,
    Route,
    body_for,
    kind_of,
    routes_of,
)
from tests.towns import PRIVATE, Town, make_everything
from tests.workshops import factories as workshops
from workshops.models import Room, Slot, Venue, Workshop


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


def ask(client: Client, method: str, path: str, body: dict[str, Any]) -> Any:
    if method == "get":
        return client.get(path, {"q": "Gerda"} if path.endswith("/search/") else {})
    if path.endswith(("/rooms/", "/reconfirm/")):
        body = {**body, "seats": 12}  # elsewhere a list of tickets
    if path.endswith("/move/"):
        body = {**body, "to": 1}  # elsewhere a state
    if path.startswith("/api/"):
        return client.generic(method.upper(), path, json.dumps(body), "application/json")
    return client.post(path, {**body, "scans": ""})


def listed(wrong: list[Any]) -> str:
    return "\n".join(str(row) for row in wrong)


@pytest.mark.django_db
def test_every_route_is_classified(theirs: Town) -> None:
    unknown = [route.pattern for route in routes_of("unknown", theirs)]
    assert unknown == [], "say in tests/routes.py what these routes address"


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
            staff_only = staff_only and route.pattern not in APP_FILES
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
    questions.add_question(actor=actor, code=live.code, wording=question)
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
