"""Booking, confirming, the tickets, giving seats back, the waiting list."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from frontend import dates
from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.workshops.factories import book, hold, make_slot
from tests.workshops.mails import deliver
from workshops.models import Booking, Slot, WaitEntry
from workshops.services import bookings

PARTY = {"party_size": "2", "name": "Kim Muster", "email": "kim@example.org", "access_needs": ""}


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, starts_at=timezone.now() + timedelta(days=2))


def form_of(slot: Slot) -> str:
    return f"/menden/termine/{slot.pk}/buchen/"


def links(booking: Booking) -> tuple[str, str]:
    return (
        f"/buchung/bestaetigen/{booking.confirm_token}/",
        f"/buchung/{booking.code}/{booking.manage_token}/",
    )


def test_a_guest_books_confirms_and_holds_tickets(client: Client, slot: Slot) -> None:
    assert "Platz buchen" in client.get(form_of(slot)).content.decode()
    response = client.post(form_of(slot), PARTY)
    assert response["Location"] == f"/menden/termine/{slot.pk}/gebucht/"
    assert "Bitte bestätigen Sie" in client.get(response["Location"]).content.decode()
    booking = Booking.objects.get(slot=slot)
    assert (booking.party_size, booking.state) == (2, Booking.State.HELD)
    confirm, manage = links(booking)

    # Following the link confirms nothing; the button does, and again is the same.
    assert "Jetzt bestätigen" in client.get(confirm).content.decode()
    booking.refresh_from_db()
    assert booking.state == Booking.State.HELD
    for _time in range(2):
        assert client.post(confirm)["Location"] == manage
    assert "schon bestätigt" in client.get(confirm).content.decode()

    page = client.get(manage).content.decode()
    assert page.count('class="mw-ticket"') == 2
    assert page.count("<svg") >= 2
    secret = booking.tickets.get(seq=1).secret
    ticket = client.get(f"/t/{secret}/")
    assert booking.code in ticket.content.decode()
    assert client.get(f"{manage}termin.ics")["Content-Type"] == "text/calendar; charset=utf-8"
    for response in (client.get(confirm), client.get(manage), ticket):
        assert response["Cache-Control"] == "no-store, private"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_the_same_address_again_gets_the_same_answer_and_no_seats(
    client: Client, slot: Slot
) -> None:
    answers = [client.post(form_of(slot), PARTY)["Location"] for _time in range(2)]
    assert answers == [f"/menden/termine/{slot.pk}/gebucht/"] * 2
    slot.refresh_from_db()
    assert slot.seats_taken == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("party_size", "0"),
        ("party_size", "-1"),
        ("party_size", "2.5"),
        ("party_size", "1000"),
        ("party_size", ""),
        ("email", "kim@"),
        ("email", ""),
        ("name", "x" * 10_000),
        ("name", "Kim\x07"),
        ("name", "Kim\x00"),
        ("name", ""),
        ("access_needs", "x" * 501),
    ],
)
def test_bad_input_is_explained_and_kept(
    client: Client, slot: Slot, field: str, value: str
) -> None:
    response = client.post(form_of(slot), PARTY | {field: value})
    page = response.content.decode()
    assert response.status_code == 422
    assert "data-error-summary" in page
    assert f'id="id_{field}_error"' in page
    if field != "name":
        assert 'value="Kim Muster"' in page
    assert not Booking.objects.exists()


def test_the_organisation_is_asked_where_the_workshop_wants_it(client: Client, slot: Slot) -> None:
    slot.workshop.asks_organisation = True
    slot.workshop.save(update_fields=["asks_organisation"])
    assert client.post(form_of(slot), PARTY).status_code == 422
    client.post(form_of(slot), PARTY | {"organisation": "Heimatverein"})
    assert Booking.objects.get().organisation == "Heimatverein"


@pytest.mark.parametrize(
    ("fields", "words", "status"),
    [
        ({"state": Slot.State.CANCELLED}, "wurde abgesagt", 409),
        ({"state": Slot.State.CLOSED}, "nimmt keine Buchungen mehr an", 409),
        ({"starts_at": timezone.now() - timedelta(hours=1)}, "hat schon begonnen", 409),
        ({"booking_opens_at": timezone.now() + timedelta(days=1)}, "noch nicht buchbar", 409),
    ],
)
def test_a_date_that_takes_no_bookings_says_what_to_do(
    client: Client, town: Municipality, fields: dict[str, Any], words: str, status: int
) -> None:
    slot = make_slot(town, **({"starts_at": timezone.now() + timedelta(days=2)} | fields))
    page = client.get(form_of(slot))
    assert page.status_code == 200
    assert words in page.content.decode()
    assert "Alle Angebote" in page.content.decode()
    assert client.post(form_of(slot), PARTY).status_code == status
    assert not Booking.objects.exists()


def test_too_few_seats_offers_fewer_or_the_waiting_list(client: Client, slot: Slot) -> None:
    book(slot, 9, now=timezone.now())
    response = client.post(form_of(slot), PARTY)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Es ist nur noch ein Platz frei." in page
    assert 'id="warten_party_size"' in page
    assert 'value="Kim Muster"' in page


def test_a_full_date_has_a_waiting_list(client: Client, slot: Slot) -> None:
    book(slot, 10, now=timezone.now())
    assert "Dieser Termin ist ausgebucht" in client.get(form_of(slot)).content.decode()
    url = f"/menden/termine/{slot.pk}/warteliste/"
    assert client.post(url, PARTY | {"min_party": "3"}).status_code == 422
    assert client.post(url, PARTY | {"min_party": "1"})["Location"].endswith("/wartend/")
    assert client.get(f"/menden/termine/{slot.pk}/wartend/").status_code == 200
    entry = WaitEntry.objects.get()
    assert (entry.party_size, entry.min_party) == (2, 1)
    own = f"/warteliste/{entry.token}/"
    assert "Warteliste verlassen" in client.get(own).content.decode()
    client.post(own, {"step": "leave"})
    assert "nicht mehr auf der Warteliste" in client.get(own).content.decode()


def test_an_offer_says_on_which_day_it_ends(client: Client, slot: Slot) -> None:
    now = timezone.now()
    booking = book(slot, 10, now=now)
    client.post(f"/menden/termine/{slot.pk}/warteliste/", PARTY | {"min_party": "1"})
    bookings.cancel_booking(booking_id=booking.pk, seats=[1, 2], now=now)
    offer = WaitEntry.objects.select_related("offer").get().offer
    assert offer is not None
    confirm, _manage = links(offer)
    assert offer.hold_expires_at is not None
    until = dates.when(offer.hold_expires_at)
    assert f"Wir halten die Plätze bis {until} frei." in client.get(confirm).content.decode()
    mail = next(message for message in deliver() if "frei: " in message.subject)
    assert mail.subject.startswith("2 Plätze sind frei: ")
    bookings.release_expired_holds(now=offer.hold_expires_at)
    page = client.get(confirm).content.decode()
    assert "gingen an die Nächsten" in page
    assert "30 Minuten" not in page


def test_nobody_waits_for_free_seats(client: Client, slot: Slot) -> None:
    response = client.post(f"/menden/termine/{slot.pk}/warteliste/", PARTY | {"min_party": "1"})
    assert response.status_code == 409
    assert "Es sind noch Plätze frei" in response.content.decode()


def test_links_that_are_none_used_up_or_too_old(client: Client, slot: Slot) -> None:
    for url in ("/buchung/bestaetigen/falsch/", "/buchung/ABCDEF/falsch/", "/warteliste/falsch/"):
        response = client.get(url)
        assert response.status_code == 404
        assert "Diesen Link kennen wir nicht" in response.content.decode()
    assert "gilt nicht (mehr)" in client.get("/t/falsch/").content.decode()
    old = hold(slot, now=timezone.now() - timedelta(hours=1))
    confirm, manage = links(old)
    assert "abgelaufen" in client.get(confirm).content.decode()
    assert client.post(confirm).status_code == 409
    assert client.get(manage).status_code == 200


def test_seats_are_given_back_one_by_one_and_all(client: Client, slot: Slot) -> None:
    booking = book(slot, 3, now=timezone.now())
    confirm, manage = links(booking)
    cancel = f"{manage}stornieren/"
    assert "Doch behalten" in client.get(cancel).content.decode()
    assert client.post(cancel, {}).status_code == 422
    assert client.post(cancel, {"seats": ["7"]}).status_code == 422
    assert client.post(cancel, {"seats": ["2"]})["Location"] == manage
    booking.refresh_from_db()
    assert (booking.party_size, booking.state) == (2, Booking.State.CONFIRMED)
    client.post(cancel, {"seats": ["1", "3"]})
    booking.refresh_from_db()
    assert booking.state == Booking.State.CANCELLED
    assert "storniert" in client.get(manage).content.decode()
    assert client.get(cancel)["Location"] == manage
    assert client.post(confirm).status_code == 410


def test_after_the_deadline_nothing_is_given_back(client: Client, slot: Slot) -> None:
    booking = book(slot, 1, now=timezone.now())
    Slot.objects.filter(pk=slot.pk).update(cancel_until_at=timezone.now() - timedelta(hours=1))
    _confirm, manage = links(booking)
    assert "Die Frist zum Zurückgeben ist vorbei" in client.get(manage).content.decode()
    assert client.get(f"{manage}stornieren/")["Location"] == manage
    assert client.post(f"{manage}stornieren/", {"seats": ["1"]}).status_code == 409


def test_another_towns_date_is_not_found(
    client: Client, slot: Slot, other_town: Municipality
) -> None:
    for page in ("buchen", "gebucht", "warteliste", "wartend"):
        assert client.get(f"/arnsberg/termine/{slot.pk}/{page}/").status_code == 404
    assert client.post(f"/arnsberg/termine/{slot.pk}/buchen/", PARTY).status_code == 404


def test_the_bookings_own_code_shows_all_seats(client: Client, slot: Slot) -> None:
    booking = book(slot, 3, now=timezone.now())
    page = client.get(f"/t/{booking.secret}/").content.decode()
    assert page.count("<svg") >= 1
    assert [f"Platz {seq}" in page for seq in (1, 2, 3, 4)] == [True, True, True, False]
    picture = client.get(f"/api/v1/tickets/{booking.secret}/qr.svg")
    assert picture.content.startswith(b"<svg")
    held = hold(slot, now=timezone.now())
    assert client.get(f"/t/{held.secret}/").status_code == 404
    assert client.get(f"/api/v1/tickets/{held.secret}/qr.svg").status_code == 404


def test_an_address_typed_at_the_desk_is_looked_at(client: Client, slot: Slot) -> None:
    client.force_login(member(None, slot.workshop.municipality, Role.CASE_WORKER))
    url = f"/menden/verwaltung/termine/{slot.pk}/buchen/"
    assert "data-mail-hint" in client.get(url).content.decode()
    form = {"party_size": "1", "name": "Kim", "email": "kim@example.org"}
    assert client.post(url, form).status_code == 302
    again = client.post(url, form)
    assert again.status_code == 422
    assert '<a class="kern-link" href="#id_email"' in again.content.decode()
