"""Series at the desk: seen before they are made, changed and called off together."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from participation.models import Municipality
from tests.factories import member
from tests.workshops.factories import book, make_slot, make_workshop, staff
from workshops.models import Series, Slot, Workshop
from workshops.services import series
from workshops.services.scheduling import SlotDetails

RULE = {
    "starts_at": "2030-03-19T14:30",
    "ends_at": "2030-03-19T16:00",
    "capacity": "5",
    "frequency": "weekly",
    "count": "3",
}


@pytest.fixture
def desk(client: Client, town: Municipality) -> Client:
    client.force_login(member(None, town))
    return client


@pytest.fixture
def workshop(town: Municipality) -> Workshop:
    return make_workshop(town)


def made(workshop: Workshop, rule: str = "FREQ=WEEKLY;COUNT=3") -> Series:
    start = make_slot(workshop.municipality).starts_at.replace(year=2030)
    first = SlotDetails(starts_at=start, ends_at=start + timedelta(hours=1), capacity=5)
    return series.create_series(
        actor=staff(workshop.municipality),
        workshop_id=workshop.pk,
        rule=rule,
        first=first,
        state="open",
    )


def test_the_dates_are_seen_before_they_are_made(desk: Client, workshop: Workshop) -> None:
    url = f"/menden/verwaltung/angebote/{workshop.pk}/terminreihe/neu/"
    assert "Termine ansehen" in desk.get(url).content.decode()
    shown = desk.post(url, RULE).content.decode()
    for line in ("19. März 2030, 14.30 Uhr", "26. März 2030", "2. April 2030, 14.30 Uhr"):
        assert line in shown
    assert Slot.objects.count() == 0
    seen = re.search(r'name="seen" value="(\w+)"', shown)
    assert seen
    # What was shown is what is made: a rule changed meanwhile is shown again.
    desk.post(url, RULE | {"count": "4", "seen": seen[1], "step": "open"})
    assert Slot.objects.count() == 0
    answer = desk.post(url, RULE | {"seen": seen[1], "step": "open"})
    row = Series.objects.get()
    assert answer["Location"] == f"/menden/verwaltung/terminreihen/{row.pk}/"
    assert {slot.state for slot in row.slots.all()} == {"open"}
    assert (
        "3 Termine ab" in desk.get(f"/menden/verwaltung/angebote/{workshop.pk}/").content.decode()
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"count": ""}, "Anzahl an oder den letzten Tag"),
        ({"until": "2030-05-01"}, "Anzahl an oder den letzten Tag"),
        ({"count": "501"}, "500"),
        ({"count": "", "until": "2029-05-01"}, "ergibt nicht so viele Termine"),
        ({"count": "", "until": "2045-05-01", "weekdays": ["MO", "TU"]}, "höchstens 500"),
        ({"frequency": "hourly"}, "keine gültige Auswahl"),
        ({"starts_at": "2030-03-31T02:30"}, ""),
        ({"ends_at": "2030-03-19T14:00"}, "nicht nach dem Beginn"),
    ],
)
def test_rules_that_do_not_work(
    desk: Client, workshop: Workshop, fields: dict[str, Any], words: str
) -> None:
    url = f"/menden/verwaltung/angebote/{workshop.pk}/terminreihe/neu/"
    answer = desk.post(url, RULE | fields)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"frequency": "fortnightly"}, ["19. März", "2. April", "16. April"]),
        ({"frequency": "monthly_day"}, ["19. März", "19. April", "19. Mai"]),
        ({"frequency": "monthly_weekday"}, ["19. März", "16. April", "21. Mai"]),
        ({"weekdays": ["TU", "TH"]}, ["19. März", "21. März", "26. März"]),
        ({"count": "", "until": "2030-03-26"}, ["19. März", "26. März"]),
    ],
)
def test_how_dates_repeat(
    desk: Client, workshop: Workshop, fields: dict[str, Any], days: list[str]
) -> None:
    url = f"/menden/verwaltung/angebote/{workshop.pk}/terminreihe/neu/"
    shown = desk.post(url, RULE | fields).content.decode()
    assert re.findall(r"<li>\w+\., (\d+\. \w+) 2030", shown) == days


def test_a_change_says_which_dates_it_is_for(desk: Client, workshop: Workshop) -> None:
    first, second, third = made(workshop).slots.all()
    url = f"/menden/verwaltung/termine/{second.pk}/aendern/"
    local = timezone.localtime(second.starts_at)
    body = {
        "starts_at": f"{local:%Y-%m-%dT%H:%M}",
        "ends_at": f"{timezone.localtime(second.ends_at):%Y-%m-%dT%H:%M}",
        "capacity": "9",
    }
    assert "diesen und die folgenden" in desk.get(url).content.decode()
    desk.post(url, body | {"applies_to": "following"})
    seats = dict(Slot.objects.values_list("pk", "capacity"))
    assert [seats[row.pk] for row in (first, second, third)] == [5, 9, 9]
    book(third, 3)
    refused = desk.post(url, body | {"capacity": "2", "applies_to": "all"})
    assert refused.status_code == 422
    assert "sind schon 3 Plätze vergeben" in refused.content.decode()


def test_dates_are_called_off_and_removed_together(desk: Client, workshop: Workshop) -> None:
    row = made(workshop)
    first, second, third = row.slots.all()
    Slot.objects.filter(pk=first.pk).update(state="draft")
    url = f"/menden/verwaltung/terminreihen/{row.pk}/"
    assert "Entwurf zur Buchung öffnen" in desk.get(url, {"termin": second.pk}).content.decode()
    desk.post(f"{url}schritt/", {"step": "open"})
    assert {slot.state for slot in row.slots.all()} == {"open"}
    step = {"step": "cancel", "slot": second.pk, "applies_to": "following"}
    sure = desk.post(f"{url}schritt/", step)
    assert "Diese 2 Termine absagen?" in sure.content.decode()
    desk.post(f"{url}schritt/", step | {"sure": "1"})
    assert [slot.state for slot in row.slots.all()] == ["open", "cancelled", "cancelled"]
    step = {"step": "remove", "slot": first.pk, "applies_to": "one"}
    assert "entfernen?" in desk.post(f"{url}schritt/", step).content.decode()
    desk.post(f"{url}schritt/", step | {"sure": "1"})
    assert [slot.pk for slot in row.slots.all()] == [second.pk, third.pk]
    assert desk.post(f"{url}schritt/", {"step": "cancel", "slot": "x"}).status_code == 422


def test_another_towns_series_is_not_found(desk: Client, other_town: Municipality) -> None:
    row = made(make_workshop(other_town))
    base = "/menden/verwaltung"
    assert desk.get(f"{base}/terminreihen/{row.pk}/").status_code == 404
    assert desk.post(f"{base}/terminreihen/{row.pk}/schritt/").status_code == 404
    path = f"{base}/angebote/{row.workshop_id}/terminreihe/neu/"
    assert desk.get(path).status_code == 404
