"""Pages while no database answers: a plain page that asks for nothing, and says when to come back.

A real web process whose `DATABASE_URL` names a port where nobody listens; the tests' own database
goes on beside it.
"""

from email.message import Message
from functools import partial
from http.client import HTTPConnection

import pytest

from tests.faults.conftest import Start, until
from tests.faults.services import free_port

pytestmark = pytest.mark.django_db(transaction=True)
Answer = tuple[int, Message, str]
PAGES = (
    "/",
    "/menden/",
    "/menden/angebote/",
    "/live/AB7K3M/",
    "/gibt/es/nicht/",
    "/menden/verwaltung/",
)


def get(port: int, path: str, **headers: str) -> Answer:
    line = HTTPConnection("127.0.0.1", port, timeout=20)
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    said = (answer.status, answer.headers, answer.read().decode())
    line.close()
    return said


def answers(port: int) -> bool:
    try:
        get(port, "/static/plain.css")
    except OSError:
        return False
    return True


@pytest.fixture
def port(start: Start) -> int:
    """Of a web process without a database."""
    found, nobody = free_port(), free_port()
    endpoint = f"tcp:{found}:interface=127.0.0.1"
    process = start(
        *("-m", "daphne", "-v", "0", "-e", endpoint, "config.asgi:application"),
        DATABASE_URL=f"postgres://nobody@127.0.0.1:{nobody}/nothing",
    )
    until(partial(answers, found), process)
    return found


def test_pages_say_that_they_will_be_back(port: int) -> None:
    for path in PAGES:
        # With a cookie, so that who is logged in is asked for, too.
        status, headers, page = get(port, path, Cookie="sessionid=abcdefghijklmnopqrstuvwxyz012345")
        assert (path, status) == (path, 503)
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert headers["Retry-After"] == "5"
        assert headers["Cache-Control"] == "no-store"
        assert "Bitte laden Sie die Seite in einer Minute neu" in page
        assert '<p lang="en">We will be back in a moment.' in page


def test_its_style_and_the_api_go_without_a_database_too(port: int) -> None:
    assert get(port, "/static/plain.css")[0] == 200
    status, headers, body = get(port, "/api/v1/municipalities/")
    assert (status, headers["Retry-After"]) == (503, "5")
    assert headers["Content-Type"] == "application/problem+json"
    assert '"code":"busy"' in body
