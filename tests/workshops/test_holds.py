"""While a hold waits for its link: the mail again, or to another address; nobody learns who has
booked."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from participation import actors
from participation.errors import InvalidInput, RuleBroken, TooManyRequests
from participation.models import Municipality
from tests.workshops.factories import NOW, book, hold, make_slot, party
from tests.workshops.test_emails import deliver
from workshops.errors import HoldExpired, TooManyHolds, UnknownToken
from workshops.models import Answer, Booking, Question, Slot
from workshops.services import bookings, holds
from workshops.services.parties import Party

TAKEN = "taken@example.org"


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, capacity=6)


def ask_for(slot: Slot, who: Party) -> tuple[Booking, str]:
    actor = actors.guest(slot.workshop.municipality)
    booking = bookings.book_slot(actor=actor, slot_id=slot.pk, party=who, now=NOW)
    return booking, booking.hold_token


def correct(token: str, email: str, minutes: int = 1) -> tuple[Booking, str]:
    corrected = holds.correct_email(token=token, email=email, now=NOW + timedelta(minutes=minutes))
    return corrected, corrected.hold_token


def addresses() -> list[list[str]]:
    return [message.to for message in deliver()]


def test_the_link_goes_to_the_right_address_and_the_old_one_is_dead(slot: Slot) -> None:
    booking, token = ask_for(slot, party(2, "kim@gmial.com"))
    old_links = (booking.confirm_token, booking.manage_token)
    assert holds.find(token=token).email == "kim@gmial.com"
    corrected, new_token = correct(token, " Kim@gmail.com ")
    assert (corrected.pk, corrected.email) == (booking.pk, "kim@gmail.com")
    # The first mail had not left yet: it goes to the new address, once.
    assert addresses() == [["kim@gmail.com"]]
    assert corrected.confirm_token in mail.outbox[0].body
    with pytest.raises(UnknownToken):
        bookings.confirm_booking(token=old_links[0], now=NOW)
    with pytest.raises(UnknownToken):
        correct(token, "other@example.org")
    written, manage = bookings.confirm_booking(token=corrected.confirm_token, now=NOW)
    assert (written.state, manage != old_links[1]) == ("confirmed", True)
    with pytest.raises(HoldExpired):
        correct(new_token, "other@example.org")
    slot.refresh_from_db()
    assert slot.seats_taken == 2


def test_an_address_that_has_booked_is_treated_like_any_other(slot: Slot) -> None:
    """Typed by a stranger: the pages and answers are the same, and so is what follows."""
    book(slot, email=TAKEN)
    question = Question.objects.create(workshop=slot.workshop, text="Was?")
    deliver()
    who = party(2, TAKEN, access_needs="Rampe", answers={str(question.pk): "so"})
    decoy, token = ask_for(slot, who)
    _stored, other = ask_for(slot, party(2))
    shown = holds.find(token=token)
    assert (shown.email, shown.party_size, shown.code) == (TAKEN, 2, decoy.code)
    assert shown.expires_at == holds.find(token=other).expires_at
    deliver()
    corrected, _again = correct(token, "kim@example.org")
    assert addresses() == [["kim@example.org"]]
    corrected.refresh_from_db()
    assert (corrected.party_size, corrected.state) == (2, "held")
    assert corrected.access_needs.text == "Rampe"
    assert Answer.objects.get(booking=corrected).value == "so"
    with pytest.raises(UnknownToken):
        correct(token, "again@example.org")


def test_to_an_address_that_has_booked_the_mail_tells_and_the_seats_go(slot: Slot) -> None:
    book(slot, email=TAKEN)
    booking, token = ask_for(slot, party(2, access_needs="Rampe"))
    deliver()
    corrected, new_token = correct(token, TAKEN)
    assert (corrected.code, corrected.state, corrected.party_size) == (booking.code, "held", 2)
    (message,) = deliver()
    assert (message.to, message.subject[:21]) == ([TAKEN], "Sie haben schon gebuc")
    slot.refresh_from_db()
    assert slot.seats_taken == 1
    assert holds.find(token=new_token).email == TAKEN
    back, _token = correct(new_token, "kim@example.org")
    assert addresses() == [["kim@example.org"]]
    assert Booking.objects.get(pk=back.pk).access_needs.text == "Rampe"


@pytest.mark.parametrize("change", [{"seats_taken": 6}, {"state": "closed"}])
def test_a_date_that_fills_meanwhile_does_not_tell_who_has_booked(
    slot: Slot, change: dict[str, Any]
) -> None:
    """Both browsers are shown the same; the one that had no hold gets a mail that says so."""
    book(slot, email=TAKEN)
    decoy, token = ask_for(slot, party(2, TAKEN))
    held, other = ask_for(slot, party(2))
    Slot.objects.filter(pk=slot.pk).update(**change)
    deliver()
    renewed, _own = correct(token, "kim@example.org")
    kept, _own = correct(other, "robin@example.org")
    assert (renewed.code, renewed.state, kept.code) == (decoy.code, "held", held.code)
    assert renewed.hold_expires_at == kept.hold_expires_at
    subjects = {message.to[0]: message.subject[:18] for message in deliver()}
    assert subjects["kim@example.org"] == "Leider kein Platz "
    assert subjects["robin@example.org"][:18] != "Leider kein Platz "
    assert not Booking.objects.filter(email="kim@example.org").exists()


def test_what_cannot_be_corrected(slot: Slot) -> None:
    booking, token = ask_for(slot, party(1, "kim@example.org"))
    with pytest.raises(InvalidInput):
        correct(token, "kim@")
    for wrong in ("", booking.code, f"{booking.code}-x", "AAAAAA-x", "ä-ß", token.swapcase()):
        with pytest.raises(UnknownToken):
            correct(wrong, "other@example.org")
    with pytest.raises(HoldExpired):
        correct(token, "other@example.org", minutes=30)
    for _time in range(3):
        hold(make_slot(slot.workshop.municipality), email="many@example.org")
    with pytest.raises(TooManyHolds):
        correct(token, "many@example.org")
    booking.refresh_from_db()
    assert booking.email == "kim@example.org"


def test_the_same_address_gets_the_same_link_again(slot: Slot) -> None:
    booking, token = ask_for(slot, party(1, "kim@example.org"))
    deliver()
    assert correct(token, "KIM@example.org") == (booking, token)
    assert addresses() == [["kim@example.org"]]
    assert booking.confirm_token in mail.outbox[0].body


def test_the_link_again(slot: Slot) -> None:
    booking = hold(slot)
    deliver()
    for _time in range(2):
        holds.resend_link(code=booking.code.lower(), now=NOW)
    assert addresses() == [[booking.email]]
    bookings.confirm_booking(token=booking.confirm_token, now=NOW)
    deliver()
    holds.resend_link(code=booking.code, now=NOW + timedelta(minutes=2))
    (message,) = deliver()
    assert booking.manage_token in message.body
    bookings.cancel_booking(booking_id=booking.pk, now=NOW)
    deliver()
    holds.resend_link(code=booking.code, now=NOW + timedelta(minutes=3))
    assert addresses() == []


def test_nobody_learns_whether_there_was_anything_to_mail(slot: Slot) -> None:
    taken = book(slot, email=TAKEN)
    decoy, _token = ask_for(slot, party(1, TAKEN))
    without = book(slot)
    Booking.objects.filter(pk=without.pk).update(email="")
    deliver()
    codes = (decoy.code, without.code, "ZZZZZZ", "", "ä" * 300)
    for code in codes:
        holds.resend_link(code=code, now=NOW + timedelta(hours=1))
    assert addresses() == [[taken.email]]


def test_not_more_than_six_an_hour(slot: Slot, settings: Any) -> None:
    settings.RATE_LIMITS = True
    booking = hold(slot)
    for code in (booking.code, "AAAAAA"):
        for _time in range(6):
            holds.resend_link(code=code, now=NOW)
        with pytest.raises(TooManyRequests):
            holds.resend_link(code=code, now=NOW)


def test_a_hold_that_was_not_stored_ends_like_one(slot: Slot) -> None:
    with pytest.raises(RuleBroken):
        holds.find(token="AAAAAA-x")
