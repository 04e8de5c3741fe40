"""Towns that answer an idea together."""

from datetime import datetime

import pytest
from django.test import Client
from rest_framework.test import APIClient

from participation.errors import InvalidInput, NotAllowed, NotFound
from participation.models import CoSignature, Idea, Municipality
from participation.models.access import Role
from participation.queries import ideas as queries
from participation.queries import inbox
from participation.services import cosignatures, statuses
from participation.services.cosignatures import AlreadyAnswered, AlreadyAsked
from tests.factories import make_town, make_user, member
from tests.participation.idea_factories import make_idea, staff
from tests.participation.test_ideas_race import at_once

BACKEND = "django.contrib.auth.backends.ModelBackend"


def answered(town: Municipality, now: datetime) -> Idea:
    idea = make_idea(town, now)
    statuses.publish_response(
        actor=staff(town, now), reference=idea.reference, text="Wir bauen das.", now=now
    )
    return idea


def ask(town: Municipality, idea: Idea, to: Municipality, now: datetime) -> CoSignature:
    return cosignatures.ask_to_sign(
        actor=staff(town, now), reference=idea.reference, number=1, to=to.slug, now=now
    )


@pytest.mark.django_db
def test_an_answer_is_joint_once_it_is_signed(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    idea = answered(town, now)
    asked = ask(town, idea, other_town, now)
    colleague = staff(other_town, now)
    (response,) = queries.responses(idea)
    assert response.signatures == []
    assert list(inbox.signatures_asked(colleague)) == [asked]
    cosignatures.sign(actor=colleague, signature_id=asked.pk, now=now)
    (response,) = queries.responses(idea)
    assert [row.municipality for row in response.signatures] == [other_town]
    assert list(inbox.signatures_asked(colleague)) == []
    page = Client().get(f"/{town.slug}/ideen/{idea.reference}/").content.decode()
    assert f"Gemeinsame Antwort von {town.name} und {other_town.name}" in page


@pytest.mark.django_db
def test_a_refusal_gives_its_reason_to_the_colleagues_only(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    idea = answered(town, now)
    asked = ask(town, idea, other_town, now)
    colleague = staff(other_town, now)
    with pytest.raises(InvalidInput):
        cosignatures.refuse(actor=colleague, signature_id=asked.pk, reason=" ", now=now)
    cosignatures.refuse(actor=colleague, signature_id=asked.pk, reason="Kein Geld.", now=now)
    page = Client().get(f"/{town.slug}/ideen/{idea.reference}/").content.decode()
    assert "Gemeinsame Antwort" not in page
    assert "Kein Geld." not in page


@pytest.mark.django_db
def test_a_new_version_is_signed_anew(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    idea = answered(town, now)
    asked = ask(town, idea, other_town, now)
    cosignatures.sign(actor=staff(other_town, now), signature_id=asked.pk, now=now)
    statuses.publish_response(
        actor=staff(town, now), reference=idea.reference, text="Doch nicht.", now=now
    )
    newest, first = queries.responses(idea)
    assert (newest.signatures, len(first.signatures)) == ([], 1)
    assert queries.latest_response_number(idea) == 2


@pytest.mark.django_db
def test_whom_and_what_one_can_ask(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    idea = answered(town, now)
    ask(town, idea, other_town, now)
    with pytest.raises(AlreadyAsked):
        ask(town, idea, other_town, now)
    for slug in (town.slug, "nirgendwo", ""):
        with pytest.raises(InvalidInput):
            cosignatures.ask_to_sign(
                actor=staff(town, now), reference=idea.reference, number=1, to=slug, now=now
            )
    with pytest.raises(NotFound):
        cosignatures.ask_to_sign(
            actor=staff(town, now), reference=idea.reference, number=2, to=other_town.slug, now=now
        )
    with pytest.raises(NotFound):
        ask(other_town, idea, town, now)


@pytest.mark.django_db
def test_only_the_town_that_is_asked_answers(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    asked = ask(town, answered(town, now), other_town, now)
    for stranger in (staff(town, now), staff(make_town(), now)):
        with pytest.raises(NotFound):
            cosignatures.sign(actor=stranger, signature_id=asked.pk, now=now)
    with pytest.raises(NotAllowed):
        cosignatures.sign(
            actor=staff(other_town, now, role=Role.MODERATOR), signature_id=asked.pk, now=now
        )
    cosignatures.sign(actor=staff(other_town, now), signature_id=asked.pk, now=now)
    with pytest.raises(AlreadyAnswered):
        cosignatures.refuse(
            actor=staff(other_town, now), signature_id=asked.pk, reason="Zu spät.", now=now
        )


@pytest.mark.django_db
def test_by_the_pages(town: Municipality, other_town: Municipality, now: datetime) -> None:
    idea = answered(town, now)
    ours, theirs = Client(), Client()
    ours.force_login(member(make_user("a@example.org"), town, Role.CASE_WORKER), backend=BACKEND)
    theirs.force_login(
        member(make_user("b@example.org"), other_town, Role.CASE_WORKER), backend=BACKEND
    )
    work = f"/{town.slug}/verwaltung/ideen/{idea.reference}/mitzeichnung/"
    assert ours.post(work, {"to": ""}).status_code == 422
    assert ours.post(work, {"to": other_town.slug}).status_code == 302
    assert ours.post(work, {"to": other_town.slug}).status_code == 422
    inbox_page = theirs.get(f"/{other_town.slug}/verwaltung/ideen/").content.decode()
    assert "Mitzeichnen" in inbox_page
    answer = f"/{other_town.slug}/verwaltung/mitzeichnungen/{CoSignature.objects.get().pk}/"
    assert theirs.post(answer, {"refuse": "1", "reason": ""}).status_code == 302
    assert CoSignature.objects.get().state == CoSignature.State.ASKED
    theirs.post(answer, {"sign": "1"})
    assert CoSignature.objects.get().state == CoSignature.State.SIGNED


@pytest.mark.django_db
def test_by_the_api(
    api: APIClient, town: Municipality, other_town: Municipality, now: datetime
) -> None:
    idea = answered(town, now)
    api.force_authenticate(member(make_user("a@example.org"), town, Role.ADMIN))
    one = f"/api/v1/municipalities/{town.slug}/ideas/{idea.reference}/"
    asked = api.post(f"{one}responses/1/signatures/", {"to": other_town.slug}, format="json")
    assert (asked.status_code, asked.data["state"]) == (201, "asked")
    again = api.post(f"{one}responses/1/signatures/", {"to": other_town.slug}, format="json")
    assert (again.status_code, again.data["code"]) == (409, "already_asked")
    api.force_authenticate(member(make_user("b@example.org"), other_town, Role.ADMIN))
    rows = f"/api/v1/municipalities/{other_town.slug}/signatures/"
    (row,) = api.get(rows).data
    assert (row["asked_by"], row["reference"]) == (town.slug, idea.reference)
    assert api.post(f"{rows}{row['id']}/refuse/", {}, format="json").status_code == 400
    assert api.post(f"{rows}{row['id']}/sign/", {}, format="json").data["state"] == "signed"
    api.force_authenticate(None)
    assert api.get(one).data["responses"][0]["signed_by"] == [other_town.slug]


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_of_two_answers_at_once_one_counts(now: datetime) -> None:
    town, other = make_town(), make_town()
    asked = ask(town, answered(town, now), other, now)
    colleague = staff(other, now)
    codes = at_once(
        [
            lambda: cosignatures.sign(actor=colleague, signature_id=asked.pk, now=now),
            lambda: cosignatures.refuse(
                actor=colleague, signature_id=asked.pk, reason="Nein.", now=now
            ),
        ]
    )
    assert codes == ["already_answered", "ok"]
