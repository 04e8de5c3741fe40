"""The demo's mailbox, which exists in the demo only."""

import pytest
from django.test import Client, override_settings

from participation.models import DemoMail


@pytest.fixture
def mails(db: None) -> list[DemoMail]:
    return [
        DemoMail.objects.create(
            to="kim@example.org",
            subject=f"Nachricht {number}",
            text="Bestätigen: http://127.0.0.1:8000/x/",
            html="<p>Hallo</p>",
        )
        for number in range(102)
    ]


@override_settings(DEMO=True)
def test_the_last_hundred_newest_first(client: Client, mails: list[DemoMail]) -> None:
    answer = client.get("/demo/mailbox.json").json()
    assert [row["subject"] for row in answer] == [f"Nachricht {n}" for n in range(101, 1, -1)]
    assert answer[0] == {
        "to": "kim@example.org",
        "subject": "Nachricht 101",
        "text": "Bestätigen: http://127.0.0.1:8000/x/",
        "html": "<p>Hallo</p>",
        "sent_at": mails[-1].sent_at.isoformat(),
    }


@override_settings(DEMO=True)
def test_the_page_makes_links_of_addresses(client: Client, mails: list[DemoMail]) -> None:
    assert 'href="http://127.0.0.1:8000/x/"' in client.get("/demo/mailbox/").content.decode()


@override_settings(DEMO=True)
def test_an_empty_mailbox_says_what_to_do(client: Client, db: None) -> None:
    assert "Noch keine Post" in client.get("/demo/mailbox/").content.decode()


@override_settings(DEMO=False)
@pytest.mark.parametrize("path", ["/demo/mailbox/", "/demo/mailbox.json"])
def test_outside_the_demo_it_does_not_exist(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404
