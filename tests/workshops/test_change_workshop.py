"""Changing what is offered."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from participation import actors
from participation.errors import InvalidInput, LoginRequired
from participation.models import Municipality
from tests.factories import make_theme
from tests.workshops.factories import make_slot, make_venue, make_workshop, staff
from workshops.errors import IllegalStep
from workshops.models import Slot, Workshop
from workshops.services import programme

BASE = "/api/v1/municipalities/menden"


def test_words_theme_and_place(town: Municipality) -> None:
    make_theme("kultur")
    workshop = make_workshop(town)
    slot = make_slot(town, workshop=workshop)
    gone = make_slot(town, workshop=workshop, state=Slot.State.DONE)
    venue = make_venue(town)
    changes = {"title": "Löten II", "theme": "kultur", "venue_id": venue.pk, "state": "draft"}
    programme.change_workshop(actor=staff(town), workshop_id=workshop.pk, changes=changes)
    workshop.refresh_from_db()
    assert (workshop.title, workshop.theme.slug, workshop.venue) == (
        "Löten II",
        "kultur",
        venue,
    )
    assert (workshop.text, workshop.state) == ("Wir bauen etwas.", "published")
    slot.refresh_from_db()
    gone.refresh_from_db()
    assert (slot.sequence, gone.sequence) == (1, 0)
    programme.change_workshop(
        actor=staff(town), workshop_id=workshop.pk, changes={"title": "Löten II", "bring": "-"}
    )
    slot.refresh_from_db()
    assert slot.sequence == 1


@pytest.mark.parametrize(
    ("changes", "attr"),
    [
        ({"theme": "fremd"}, "theme"),
        ({"venue_id": 0}, "venue"),
        ({"max_party": 0}, "max_party"),
        ({"max_party": 101}, "max_party"),
        ({"age_max": 3}, "age_max"),
        ({"keep_days": 0}, "keep_days"),
        ({"keep_days": 3651}, "keep_days"),
        ({"remind_hours_before": 337}, "remind_hours_before"),
        ({"parent_id": 0}, "parent"),
    ],
)
def test_each_error(
    town: Municipality, other_town: Municipality, changes: dict[str, Any], attr: str
) -> None:
    make_theme("fremd", other_town)
    workshop = make_workshop(town, age_min=8)
    if "venue_id" in changes:
        changes = {"venue_id": make_venue(other_town).pk}
    with pytest.raises(InvalidInput) as refused:
        programme.change_workshop(actor=staff(town), workshop_id=workshop.pk, changes=changes)
    assert refused.value.attr == attr


def test_an_event_has_parts_and_a_part_has_none(
    town: Municipality, other_town: Municipality
) -> None:
    event, part, other = make_workshop(town), make_workshop(town), make_workshop(town)

    def join(child: Workshop, parent: Workshop) -> str:
        changes = {"parent_id": parent.pk}
        try:
            programme.change_workshop(actor=staff(town), workshop_id=child.pk, changes=changes)
        except InvalidInput as refused:
            return refused.code
        return "ok"

    assert join(part, event) == "ok"
    assert join(other, part) == "parent_is_part"
    assert join(event, other) == "has_parts"
    assert join(event, event) == "unknown_parent"
    assert join(other, make_workshop(other_town)) == "unknown_parent"
    assert join(other, make_workshop(town, is_template=True)) == "unknown_parent"
    assert list(event.parts.all()) == [part]


def test_the_archive_stands_still_and_guests_change_nothing(town: Municipality) -> None:
    workshop = make_workshop(town, state=Workshop.State.ARCHIVED)
    with pytest.raises(IllegalStep):
        programme.change_workshop(actor=staff(town), workshop_id=workshop.pk, changes={})
    with pytest.raises(LoginRequired):
        programme.change_workshop(actor=actors.guest(town), workshop_id=workshop.pk, changes={})


def test_by_the_api(desk: APIClient, door: APIClient, town: Municipality) -> None:
    workshop = make_workshop(town, age_min=8)
    url = f"{BASE}/workshops/{workshop.pk}/"
    changed = desk.patch(url, {"title": "Löten II", "age_min": None}, format="json")
    assert (changed.status_code, changed.json()["title"]) == (200, "Löten II")
    assert (changed.json()["age_min"], changed.json()["state"]) == (None, "published")
    assert desk.patch(url, {"title": ""}, format="json").status_code == 400
    assert door.patch(url, {"title": "Meins"}, format="json").status_code == 403
