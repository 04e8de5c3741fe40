"""The pages around ideas, as a browser without JavaScript sees them."""

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from participation import tickets
from participation.models import Idea, Municipality
from participation.models.access import Role
from participation.models.ideas import State
from tests.factories import make_user, member
from tests.participation.idea_factories import make_idea, shared_theme

pytestmark = pytest.mark.django_db

TYPED = {
    "title": "Mehr Schatten",
    "text": "Bäume auf den Markt.",
    "theme": "mobilitaet",
    "email": "kim@example.org",
}


def test_a_guest_hands_in_and_confirms(client: Client, town: Municipality) -> None:
    shared_theme()
    sent = client.post(f"/{town.slug}/ideen/neu/", TYPED, follow=True)
    idea = Idea.objects.get()
    assert sent.redirect_chain == [(f"/{town.slug}/ideen/{idea.reference}/eingereicht/", 302)]
    assert idea.reference in sent.content.decode()
    link = f"/idee/bestaetigen/{tickets.link_token('idea', idea.pk)}/"
    assert client.get(link).status_code == 200
    idea.refresh_from_db()
    assert idea.state == State.DRAFT
    assert client.post(link).status_code == 200
    idea.refresh_from_db()
    assert idea.state == State.SUBMITTED


def test_a_mistake_keeps_what_was_typed(client: Client, town: Municipality) -> None:
    shared_theme()
    answer = client.post(f"/{town.slug}/ideen/neu/", TYPED | {"email": "kim@", "theme": ""})
    assert answer.status_code == 422
    assert "Bäume auf den Markt." in answer.content.decode()


def test_similar_ideas_without_javascript(
    client: Client, town: Municipality, now: datetime
) -> None:
    make_idea(town, now, title="Schatten am Spielplatz")
    answer = client.post(f"/{town.slug}/ideen/neu/", TYPED | {"similar": "1"})
    assert "Schatten am Spielplatz" in answer.content.decode()
    assert Idea.objects.count() == 1


def test_the_list_searches_and_survives_any_page_number(
    client: Client,
    town: Municipality,
    now: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    assert "Hier ist noch Platz" in client.get(f"/{town.slug}/ideen/").content.decode()
    for number in range(21):
        make_idea(town, now, title=f"Idee {number}")
    with django_assert_max_num_queries(5):
        assert client.get(f"/{town.slug}/ideen/").status_code == 200
    for page in ("2", "999", "-1", "x"):
        assert client.get(f"/{town.slug}/ideen/", {"page": page}).status_code == 200
    found = client.get(f"/{town.slug}/ideen/", {"suche": "Idee 7"}).content.decode()
    assert "Idee 7" in found
    assert "Idee 8" not in found


def test_markup_in_an_idea_stays_text(client: Client, town: Municipality, now: datetime) -> None:
    idea = make_idea(town, now, title="<b>fett</b>", text="<script>alert(1)</script>")
    page = client.get(f"/{town.slug}/ideen/{idea.reference}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;fett" in page


def test_supporting_as_a_guest_and_as_a_person(
    client: Client, town: Municipality, now: datetime
) -> None:
    idea = make_idea(town, now)
    url = f"/{town.slug}/ideen/{idea.reference}/"
    assert client.post(f"{url}unterstuetzen/", {"email": "kim@"}).status_code == 422
    assert client.post(f"{url}unterstuetzen/", {"email": "kim@example.org"}).status_code == 302
    client.force_login(make_user())
    client.post(f"{url}unterstuetzen/")
    idea.refresh_from_db()
    assert idea.support_count == 1
    client.post(f"{url}unterstuetzen/", {"leave": "1"})
    idea.refresh_from_db()
    assert idea.support_count == 0


def test_an_author_revises_answers_and_withdraws(
    client: Client, town: Municipality, now: datetime
) -> None:
    idea = make_idea(town, now, State.NEEDS_INFORMATION, guest_email="kim@example.org")
    url = f"/idee/meine/{tickets.link_token('author', idea.pk)}/"
    assert client.get(url).status_code == 200
    client.post(url, {"action": "answer", "reason": "Am Brunnen."})
    idea.refresh_from_db()
    assert idea.state == State.IN_REVIEW
    client.post(url, {"action": "withdraw"})
    idea.refresh_from_db()
    assert (idea.state, idea.text) == (State.WITHDRAWN, "")
    assert client.get("/idee/meine/falsch/").status_code == 404


def test_the_inbox_is_for_the_towns_staff(
    client: Client, town: Municipality, other_town: Municipality, now: datetime
) -> None:
    idea = make_idea(town, now, State.SUBMITTED)
    url = f"/{town.slug}/verwaltung/ideen/"
    assert client.get(url).status_code == 302
    client.force_login(member(None, other_town, Role.CASE_WORKER))
    assert client.get(url).status_code == 403
    client.force_login(member(None, town, Role.CASE_WORKER))
    assert idea.title in client.get(url).content.decode()
    for show in ("overdue", "mine", "reported", "all", "quatsch"):
        assert client.get(url, {"ansicht": show}).status_code == 200


def test_staff_decline_with_a_reason_or_publish(
    client: Client, town: Municipality, now: datetime
) -> None:
    client.force_login(member(None, town, Role.CASE_WORKER))
    idea = make_idea(town, now, State.SUBMITTED)
    url = f"/{town.slug}/verwaltung/ideen/{idea.reference}/"
    step = {"to": "declined", "version": idea.version, "rule": "off_topic", "reason": ""}
    refused = client.post(f"{url}schritt/", step)
    assert (refused.status_code, Idea.objects.get().state) == (422, State.SUBMITTED)
    client.post(f"{url}schritt/", {"to": "published", "version": idea.version})
    assert Idea.objects.get().state == State.PUBLISHED
    assert client.post(f"{url}schritt/", {"to": "published", "version": 1}).status_code == 422
    assert client.post(f"{url}schritt/", {"to": "quatsch"}).status_code == 404
    assert client.post(f"{url}notiz/", {"text": "Bitte klären."}).status_code == 302
    assert client.post(f"{url}antwort/", {"text": "Wir prüfen das."}).status_code == 302
    assert client.post(f"{url}zustaendig/", {"department": "Stadtgrün"}).status_code == 302
    assert "Bitte klären." in client.get(url).content.decode()
    public = client.get(f"/{town.slug}/ideen/{idea.reference}/").content.decode()
    assert "Wir prüfen das." in public
    assert "Bitte klären." not in public


@pytest.mark.parametrize("page", ["ideen/", "verwaltung/ideen/?ansicht=all"])
def test_lists_ask_the_same_of_the_database_for_one_and_twenty(
    client: Client, town: Municipality, now: datetime, page: str
) -> None:
    client.force_login(member(None, town, Role.CASE_WORKER))
    make_idea(town, now)
    counts = []
    for number in (0, 19):
        for _number in range(number):
            make_idea(town, now, State.IN_REVIEW)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/{town.slug}/{page}").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
