"""The desk's pages about gates, and the list of conflicts for desk and door."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.workshops.factories import book, make_slot, make_venue, staff
from workshops.errors import SlotFull
from workshops.models import Gate, Question, RefusedWalkIn, Scan, Slot, Venue
from workshops.services import door

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def desk(client: Client, town: Municipality) -> Client:
    client.force_login(member(None, town, Role.FACILITATOR), BACKEND)
    return client


class TestGates:
    @pytest.fixture
    def venue(self, town: Municipality) -> Venue:
        return make_venue(town)

    def path(self, venue: Venue, gate: Gate | None = None) -> str:
        path = f"/menden/verwaltung/orte/{venue.pk}/eingaenge/"
        return f"{path}{gate.pk}/" if gate else path

    def test_added_renamed_removed(self, desk: Client, venue: Venue) -> None:
        assert self.path(venue) in desk.get(f"/menden/verwaltung/orte/{venue.pk}/").content.decode()
        desk.post(self.path(venue), {"name": "Nord"})
        gate = venue.gates.get()
        page = desk.get(self.path(venue)).content.decode()
        assert 'value="Nord"' in page
        desk.post(self.path(venue, gate), {f"name-{gate.pk}": "Hof"})
        assert venue.gates.get().name == "Hof"
        desk.post(self.path(venue, gate), {f"name-{gate.pk}": "Hof", "remove": "1"})
        assert not venue.gates.exists()

    def test_refusals(self, desk: Client, venue: Venue) -> None:
        assert desk.post(self.path(venue), {"name": ""}).status_code == 422
        desk.post(self.path(venue), {"name": "Nord"})
        assert desk.post(self.path(venue), {"name": "Nord"}).status_code == 422
        gate = venue.gates.get()
        answer = desk.post(self.path(venue, gate), {f"name-{gate.pk}": ""}, follow=True)
        assert [str(message) for message in answer.context["messages"]]
        assert venue.gates.get().name == "Nord"

    def test_strangers(self, client: Client, town: Municipality, other_town: Municipality) -> None:
        client.force_login(member(None, town, Role.DOOR), BACKEND)
        assert client.get(self.path(make_venue(town))).status_code == 403
        client.force_login(member(None, town, Role.ADMIN), BACKEND)
        assert client.get(self.path(make_venue(other_town))).status_code == 404


def too_many(slot: Slot, name: str, **options: Any) -> int:
    """Eleven people for ten seats, let in without a network."""
    with pytest.raises(SlotFull):
        door.walk_in(
            actor=staff(slot.workshop.municipality),
            slot_id=slot.pk,
            party_size=11,
            name=name,
            now=timezone.now(),
            offline=True,
            **options,
        )
    return RefusedWalkIn.objects.latest("pk").pk


class TestConflicts:
    @pytest.fixture
    def slot(self, town: Municipality) -> Slot:
        return make_slot(town, starts_at=timezone.now() + timedelta(hours=1))

    def twice(self, slot: Slot, name: str) -> None:
        booking = book(slot, name=name, now=timezone.now())
        for gate in ("Nord", "Süd"):
            door.scan(
                actor=staff(slot.workshop.municipality),
                slot_id=slot.pk,
                secret_or_code=booking.code,
                client_uuid=uuid4(),
                now=timezone.now(),
                gate=gate,
                offline=True,
                occurred_at=timezone.now() + timedelta(hours=2),
            )

    def test_who_when_and_where(self, client: Client, town: Municipality, slot: Slot) -> None:
        client.force_login(member(None, town, Role.DOOR), BACKEND)
        path = f"/menden/einlass/{slot.pk}/doppelt/"
        assert "Alles passt zusammen" in client.get(path).content.decode()
        self.twice(slot, "Kim Krause")
        page = client.get(path).content.decode()
        for shown in ("Kim Krause", "Nord", "Süd", "Schon drin", "um 120 Minuten falsch"):
            assert shown in page
        assert "@example.org" not in page

    def test_people_without_a_seat_are_seated_or_settled(
        self, client: Client, town: Municipality, slot: Slot
    ) -> None:
        client.force_login(member(None, town, Role.DOOR), BACKEND)
        path = f"/menden/einlass/{slot.pk}/doppelt/"
        first, second = (too_many(slot, name) for name in ("Öztürk", "Weber"))
        page = client.get(path).content.decode()
        for shown in ("Öztürk", "Weber", "kein Platz frei", "11 Personen ohne Buchung"):
            assert shown in page
        full = client.post(f"{path}{first}/", {"seat": "1"}, follow=True).content.decode()
        assert "nur noch 10" in full
        Slot.objects.filter(pk=slot.pk).update(capacity=20)
        seated = client.post(f"{path}{first}/", {"seat": "1"}, follow=True).content.decode()
        assert "Der Code ist" in seated
        settled = client.post(f"{path}{second}/", {"settle": "1"}, follow=True).content.decode()
        assert "Als geklärt vermerkt" in settled
        assert "ohne-platz" not in settled
        assert client.post(f"{path}0/", {"settle": "1"}).status_code == 404

    def test_every_conflict_can_be_settled_with_a_note(
        self, client: Client, town: Municipality, slot: Slot
    ) -> None:
        client.force_login(member(None, town, Role.DOOR), BACKEND)
        path = f"/menden/einlass/{slot.pk}/doppelt/"
        self.twice(slot, "Kim Krause")
        scan = Scan.objects.get(outcome=Scan.Outcome.CONFLICT)
        address = f"{path}scans/{scan.pk}/"
        assert address in client.get(path).content.decode()
        refused = client.post(address, {"note": "a" * 201}, follow=True).content.decode()
        assert "geklaert" not in refused
        settled = client.post(address, {"note": "Zwei Geschwister"}, follow=True).content.decode()
        for shown in ("Als geklärt vermerkt", "geklaert", "Kim Krause", "Zwei Geschwister"):
            assert shown in settled
        assert address not in settled
        assert client.post(f"{path}scans/{scan.first_scan_id}/").status_code == 404

    def test_what_was_answered_without_a_network(
        self, client: Client, town: Municipality, slot: Slot
    ) -> None:
        client.force_login(member(None, town, Role.DOOR), BACKEND)
        asked = Question.objects.create(workshop=slot.workshop, asked="door", text="Allergien?")
        too_many(slot, "Weber", answers={str(asked.pk): "Erdnüsse"})
        page = client.get(f"/menden/einlass/{slot.pk}/doppelt/").content.decode()
        assert "Allergien?" in page
        assert "Erdnüsse" in page

    def test_the_same_statements_for_1_and_30(
        self, client: Client, town: Municipality, slot: Slot, django_assert_num_queries: Any
    ) -> None:
        """Session, person, municipality, roles, slot four times, number, conflicts of both kinds,
        parties."""
        client.force_login(member(None, town, Role.DOOR), BACKEND)
        Slot.objects.update(capacity=100)
        self.twice(slot, "Eins")
        with django_assert_num_queries(12):
            client.get(f"/menden/einlass/{slot.pk}/doppelt/")
        for number in range(29):
            self.twice(slot, f"Nr. {number}")
        with django_assert_num_queries(12):
            client.get(f"/menden/einlass/{slot.pk}/doppelt/")

    def test_strangers(self, client: Client, town: Municipality, other_town: Municipality) -> None:
        slot = make_slot(other_town)
        client.force_login(member(None, town, Role.DOOR), BACKEND)
        assert client.get(f"/menden/einlass/{slot.pk}/doppelt/").status_code == 404
        assert client.get(f"/arnsberg/einlass/{slot.pk}/doppelt/").status_code == 403
