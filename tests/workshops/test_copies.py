"""Duplicates and templates, within a town and across the network."""

import pytest
from rest_framework.test import APIClient

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from tests.factories import make_theme
from tests.workshops.factories import make_slot, make_venue, make_workshop, staff
from workshops import queries
from workshops.errors import IllegalStep
from workshops.models import Question, Workshop
from workshops.services import copies, programme, scheduling

BASE = "/api/v1/municipalities/menden"


def offer(town: Municipality) -> Workshop:
    workshop = make_workshop(
        town,
        title="Löten",
        venue=make_venue(town),
        online_url="https://raum.example.org/",
        bring="Brille",
        keep_days=7,
    )
    make_slot(town, workshop=workshop)
    diet = Question.objects.create(workshop=workshop, kind="yes_no", text="Essen Sie mit?")
    Question.objects.create(
        workshop=workshop, position=1, text="Was nicht?", depends_on=diet, depends_value="yes"
    )
    return workshop


def test_a_duplicate_is_a_draft_without_dates(town: Municipality) -> None:
    found = offer(town)
    copy = copies.duplicate_workshop(actor=staff(town), workshop_id=found.pk)
    assert (copy.title, copy.state, copy.venue, copy.bring, copy.keep_days) == (
        "Löten (Kopie)",
        "draft",
        found.venue,
        "Brille",
        7,
    )
    assert copy.slots.count() == 0
    first, second = copy.questions.order_by("position")
    assert (second.depends_on, second.depends_value) == (first, "yes")
    assert found.questions.count() == 2


def test_from_offer_to_template_to_offer(town: Municipality) -> None:
    found = offer(town)
    template = copies.make_template(actor=staff(town), workshop_id=found.pk)
    assert list(queries.templates(staff(town))) == [template]
    copy = copies.use_template(actor=staff(town), template_id=template.pk)
    assert (copy.title, copy.is_template, copy.venue) == ("Löten", False, found.venue)
    copies.retire_template(actor=staff(town), template_id=template.pk)
    assert list(queries.templates(staff(town))) == []
    with pytest.raises(IllegalStep):
        copies.retire_template(actor=staff(town), template_id=template.pk)


def test_a_template_is_no_offer(town: Municipality) -> None:
    actor = staff(town)
    template = copies.make_template(actor=actor, workshop_id=offer(town).pk)
    assert template not in queries.workshops(actor)
    start = make_slot(town).starts_at
    times = scheduling.SlotDetails(starts_at=start, ends_at=start.replace(hour=23), capacity=1)
    for work in (
        lambda: queries.workshop(actor, template.pk),
        lambda: programme.publish_workshop(actor=actor, workshop_id=template.pk),
        lambda: scheduling.create_slot(actor=actor, workshop_id=template.pk, details=times),
        lambda: copies.duplicate_workshop(actor=actor, workshop_id=template.pk),
    ):
        with pytest.raises(NotFound):
            work()
    changed = programme.change_workshop(
        actor=actor, workshop_id=template.pk, changes={"title": "Löten für alle"}
    )
    assert changed.title == "Löten für alle"


def test_towns_share_templates_but_not_their_places(
    town: Municipality, other_town: Municipality
) -> None:
    template = copies.make_template(actor=staff(town), workshop_id=offer(town).pk)
    with pytest.raises(NotFound):
        copies.use_template(actor=staff(other_town), template_id=template.pk)
    copies.share_template(actor=staff(town), template_id=template.pk, shared=True)
    assert list(queries.templates(staff(other_town))) == [template]
    copy = copies.use_template(actor=staff(other_town), template_id=template.pk)
    assert (copy.municipality, copy.venue, copy.online_url, copy.bring) == (
        other_town,
        None,
        "",
        "Brille",
    )
    assert copy.questions.count() == 2
    copies.share_template(actor=staff(town), template_id=template.pk, shared=False)
    assert list(queries.templates(staff(other_town))) == []
    assert Workshop.objects.filter(pk=copy.pk).exists()


def test_what_only_one_town_has_is_not_shared(town: Municipality) -> None:
    own = make_workshop(town, theme=make_theme("bergbau", town), is_template=True)
    with pytest.raises(InvalidInput) as refused:
        copies.share_template(actor=staff(town), template_id=own.pk, shared=True)
    assert (refused.value.attr, refused.value.code) == ("theme", "own_theme")


def test_other_towns_and_guests(town: Municipality, other_town: Municipality) -> None:
    theirs = offer(other_town)
    template = make_workshop(other_town, is_template=True, is_shared=True)
    actor = staff(town)
    for work in (
        lambda: copies.duplicate_workshop(actor=actor, workshop_id=theirs.pk),
        lambda: copies.make_template(actor=actor, workshop_id=theirs.pk),
        lambda: copies.share_template(actor=actor, template_id=template.pk, shared=False),
        lambda: copies.retire_template(actor=actor, template_id=template.pk),
        lambda: copies.use_template(actor=actor, template_id=theirs.pk),
    ):
        with pytest.raises(NotFound):
            work()  # type: ignore[no-untyped-call]
    with pytest.raises(LoginRequired):
        copies.use_template(actor=actors.guest(town), template_id=template.pk)


def test_by_the_api(desk: APIClient, door: APIClient, town: Municipality) -> None:
    found = offer(town)
    copy = desk.post(f"{BASE}/workshops/{found.pk}/duplicate/")
    assert (copy.status_code, copy.json()["title"]) == (201, "Löten (Kopie)")
    template = desk.post(f"{BASE}/workshops/{found.pk}/template/").json()
    url = f"{BASE}/templates/{template['id']}/"
    assert desk.post(f"{url}share/").json()["is_shared"] is True
    assert desk.post(f"{url}unshare/").json()["is_shared"] is False
    (row,) = desk.get(f"{BASE}/templates/").json()["results"]
    assert (row["title"], row["municipality"]) == ("Löten", "menden")
    used = desk.post(f"{url}use/")
    assert (used.status_code, used.json()["state"]) == (201, "draft")
    assert desk.delete(url).status_code == 204
    assert desk.get(f"{BASE}/templates/").json()["results"] == []
    assert door.post(f"{BASE}/workshops/{found.pk}/duplicate/").status_code == 403
