"""What is printed of workshops: complete, accessible, and only for who may have it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from tests.participation.print_probe import Printed
from tests.workshops.factories import (
    NOW,
    book,
    hold,
    make_slot,
    make_venue,
    make_workshop,
    staff,
)
from tests.workshops.printing import came
from workshops import documents, queries
from workshops.errors import NobodyCame, NotATicket
from workshops.models import Booking, OpenDay, Room, Slot, Stand, Venue, Workshop
from workshops.queries import open_days

# Everything came with the booking.
TICKET_STATEMENTS = 0
BADGE_STATEMENTS = 3
CERTIFICATE_STATEMENTS = 3


@pytest.fixture
def slot(town: Municipality) -> Slot:
    town.contact_phone = "02373 903-0"
    town.save(update_fields=["contact_phone"])
    venue = make_venue(town, name="Werkhaus", directions="Bus 22", access_info="Ohne Stufen")
    room = Room.objects.create(venue=venue, name="Saal", seats=40)
    workshop = make_workshop(town, title="Löten", venue=venue, gives_certificate=True, max_party=40)
    start = datetime(2026, 11, 28, 13, tzinfo=UTC)
    return make_slot(town, workshop=workshop, room=room, starts_at=start, capacity=40)


def booked(slot: Slot, size: int = 1, **fields: Any) -> Booking:
    return queries.booking_by_pk(book(slot, size, **fields).pk)


# --- Tickets -------------------------------------------------------------------------------------


def test_a_ticket(slot: Slot) -> None:
    booking = booked(slot, name="Ada Öz")
    printed = Printed(documents.booking_tickets(booking))
    assert (printed.language, printed.title) == ("de", f"Tickets {booking.code}: Löten")
    assert printed.pages == 1
    for words in ("Löten", "28. November 2026, 14 Uhr", "Saal", "Ada Öz", booking.code, "Bus 22"):
        assert words in printed.text
    assert printed.tagged("Figure") == ["QR-Code für den Einlass, Platz 1"]


def test_a_family_gets_its_own_code_and_one_a_seat(slot: Slot) -> None:
    booking = booked(slot, 3, name="Familie Öz", names=("Ada", "", "Ben"))
    printed = Printed(documents.booking_tickets(booking))
    assert printed.tagged("Figure") == [
        "QR-Code der ganzen Buchung, für den Einlass",
        *(f"QR-Code für den Einlass, Platz {number}" for number in (1, 2, 3)),
    ]
    assert printed.pages == 1


def test_seats_given_back_are_not_printed(slot: Slot) -> None:
    booking = booked(slot, 3)
    booking.tickets.filter(seq=2).update(revoked_at=NOW)
    printed = Printed(documents.booking_tickets(queries.booking_by_pk(booking.pk)))
    assert "Platz 1" in printed.text
    assert "Platz 2" not in printed.text


def test_a_class_has_all_its_cards(slot: Slot) -> None:
    printed = Printed(documents.booking_tickets(booked(slot, 28, name="Klasse 7b")))
    assert len(printed.tagged("Figure")) == 29
    assert printed.pages == 3


def test_a_guests_language(slot: Slot) -> None:
    printed = Printed(documents.booking_tickets(booked(slot, 2, language="en")))
    assert printed.language == "en"
    assert "Your ticket for all 2 seats" in printed.text


def test_no_ticket_without_a_seat(slot: Slot) -> None:
    waits = queries.booking_by_pk(hold(slot).pk)
    gone = booked(slot)
    Booking.objects.filter(pk=gone.pk).update(state=Booking.State.CANCELLED)
    for booking in (waits, queries.booking_by_pk(gone.pk)):
        with pytest.raises(NotATicket):
            documents.booking_tickets(booking)
        with pytest.raises(NotATicket):
            documents.booking_sheet(booking)


def test_the_sheet_says_whom_to_call(slot: Slot) -> None:
    booking = booked(slot, 2, name="Hilde Kraft", email="")
    printed = Printed(documents.booking_sheet(booking))
    assert printed.pages == 1
    assert "nennen Sie den Buchungscode" in printed.text
    for words in ("02373 903-0", booking.code, "Hilde Kraft"):
        assert words in printed.text
    assert printed.tagged("Figure") == ["QR-Code der ganzen Buchung, für den Einlass"]


def test_the_sheet_stays_one_page_whatever_there_is_to_say(slot: Slot) -> None:
    Workshop.objects.update(
        title="Donaudampfschifffahrt: "
        + "Nachbarschaftsgespräch über Lärm " * 2
        + "und die gute Luft",
        bring="Feste Schuhe, Wetterjacke, Trinkflasche, Neugier und eine gute Frage " * 4,
    )
    booking = booked(slot, 4, name="Familie Kowalczyk-Sprenger", organisation="Verein der Nachbarn")
    printed = Printed(documents.booking_sheet(booking))
    assert printed.pages == 1
    assert "02373 903-0" in printed.text


def test_the_sheet_without_a_phone_names_the_town(slot: Slot, town: Municipality) -> None:
    town.contact_phone = ""
    town.save(update_fields=["contact_phone"])
    text = Printed(documents.booking_sheet(booked(slot))).text
    assert town.official_name in text
    assert "Sagen Sie uns bitte Bescheid" in text


def test_tickets_need_no_further_statement(slot: Slot, django_assert_num_queries: Any) -> None:
    one, many = booked(slot), booked(slot, 28)
    for booking in (one, many):
        with django_assert_num_queries(TICKET_STATEMENTS):
            documents.booking_tickets(booking)


# --- Signs, badges, the month --------------------------------------------------------------------


def test_the_sign_at_the_door(slot: Slot) -> None:
    found = queries.slot(actors.guest(slot.workshop.municipality), slot.pk)
    printed = Printed(documents.door_sign(found))
    assert printed.pages == 1
    for words in ("Löten", "14 Uhr – 16 Uhr", "Saal", "Werkhaus"):
        assert words in printed.text
    assert printed.tagged("Figure") == ["QR-Code zur Seite des Angebots"]


def test_badges_for_all_seats(slot: Slot, town: Municipality) -> None:
    book(slot, 9, name="Klasse 7b", organisation="Gymnasium", names=("Ada", "Ben"))
    hold(slot, name="Noch nicht da")
    printed = Printed(documents.name_badges(staff(town), slot))
    assert printed.pages == 2
    for words in ("Ada", "Ben", "Gymnasium"):
        assert words in printed.text
    assert "Noch nicht da" not in printed.text
    assert printed.text.count("Löten") == 9


def test_blank_badges(slot: Slot, town: Municipality) -> None:
    assert Printed(documents.name_badges(staff(town), slot, blank=9)).pages == 2
    with pytest.raises(InvalidInput):
        documents.name_badges(staff(town), slot, blank=documents.MOST_BLANK_BADGES + 1)
    with pytest.raises(NobodyCame):
        documents.name_badges(staff(town), slot)
    with pytest.raises(LoginRequired):
        documents.name_badges(actors.guest(town), slot, blank=8)


@pytest.mark.parametrize("bookings", [1, 20])
def test_badges_take_few_statements(
    slot: Slot,
    town: Municipality,
    bookings: int,
    django_assert_num_queries: Any,
) -> None:
    for number in range(bookings):
        book(slot, 2, name=f"Gast {number}")
    with django_assert_num_queries(BADGE_STATEMENTS):
        documents.name_badges(staff(town), slot)


def test_the_leaflet_shows_what_is_public(slot: Slot, town: Municipality) -> None:
    hidden = make_workshop(town, title="Entwurf", state=Workshop.State.DRAFT)
    make_slot(town, workshop=hidden, starts_at=slot.starts_at)
    inside = make_workshop(town, title="Pausenhof", staff_only=True)
    make_slot(town, workshop=inside, starts_at=slot.starts_at)
    off = make_slot(town, starts_at=slot.starts_at, state=Slot.State.CANCELLED)
    for actor in (actors.guest(town), staff(town)):
        printed = Printed(documents.programme_leaflet(actor, 2026, 11, language="de"))
        assert "Programm November 2026" in printed.text
        assert "Löten" in printed.text
        for title in ("Entwurf", "Pausenhof", off.workshop.title):
            assert title not in printed.text
    december = Printed(documents.programme_leaflet(actors.guest(town), 2026, 12, language="en"))
    assert december.language == "en"
    assert "Löten" not in december.text


@pytest.mark.parametrize("typed", ["2026", "2026-13", "26-01", "2026-1x", "abcd-ef", "-"])
def test_a_month_that_is_none(typed: str) -> None:
    with pytest.raises(InvalidInput):
        documents.month_in(typed)


def test_signs_and_cards_of_an_open_day(town: Municipality) -> None:
    day = OpenDay.objects.create(
        municipality=town,
        venue=make_venue(town),
        title="Tag der offenen Tür",
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=4),
        state=OpenDay.State.PUBLISHED,
    )
    with pytest.raises(NotFound):
        documents.stand_signs(open_days.open_day(staff(town), day.pk), language="de")
    for number in (1, 2, 3):
        Stand.objects.create(
            open_day=day, number=number, name=f"Stand {number}", seed=str(number), token_hash=number
        )
    found = open_days.open_day(staff(town), day.pk)
    signs = Printed(documents.stand_signs(found, language="de"))
    assert signs.pages == 3
    assert set(signs.tagged("Figure")) == {"QR-Code zur Seite des Offenen Tages"}
    cards = Printed(documents.stand_cards(staff(town), found, language="de"))
    assert cards.pages == 2
    assert cards.tagged("Figure")[2] == "QR-Code zum Zähler des Standes 3"
    with pytest.raises(LoginRequired):
        documents.stand_cards(actors.guest(town), found, language="de")


# --- As long as anything may be ------------------------------------------------------------------

LONG_TITLE = (
    "Reparaturwerkstatt für Nähmaschinen, Kaffeevollautomaten und Unterhaltungselektronik –"
    " gemeinsam, statt wegzuwerfen"
)
# Where the QR code at the foot of a poster begins, in millimetres from the top.
POSTER_FOOT = 210


def above_the_foot(printed: Printed, page: int = 0) -> bool:
    """Whether all words of a poster but those beside its QR code stand above that."""
    at_the_foot = ("Mehr dazu", "Termine, freie", "testserver", "127.0.0.1", "Alle Stände")
    return all(
        height < POSTER_FOOT
        for words, height in printed.heights(page).items()
        if not words.startswith(at_the_foot)
    )


def test_words_are_parted_by_a_letter_of_our_typeface(slot: Slot) -> None:
    Workshop.objects.update(title=LONG_TITLE)
    sheet = Printed(documents.booking_sheet(booked(slot)))
    assert any(words.endswith("-") for words in sheet.heights(0))
    assert sheet.fonts == {"Fira-Sans", "Fira-Sans-Semi-Bold"}


@pytest.mark.parametrize(
    "title", [LONG_TITLE, "Wärmepumpen, Balkonkraftwerke und Regenwassertonnen", "Bauen und Malen"]
)
def test_a_sign_ends_above_its_qr_code(slot: Slot, title: str) -> None:
    Workshop.objects.update(title=title)
    Room.objects.update(name="Multifunktionsraum „Hönnetal“ (2. Obergeschoss)")
    Venue.objects.update(name="Bürger- und Kulturzentrum Wilhelmshöhe mit Stadtbücherei")
    found = queries.slot(actors.guest(slot.workshop.municipality), slot.pk)
    printed = Printed(documents.door_sign(found))
    assert printed.pages == 1
    assert above_the_foot(printed)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Virtual-Reality-Stadtrundgang durch das mittelalterliche Menden mit der Brille", 300),
        ("Klimafolgenanpassungsmaßnahmen", 300),
        ("Bauen, Basteln, Programmieren", 120),
        ("Wie Großeltern mit ihren Enkelkindern reparieren", 120),
    ],
)
def test_a_stands_sign_ends_above_its_qr_code(town: Municipality, name: str, text: int) -> None:
    times = {"starts_at": NOW, "ends_at": NOW + timedelta(hours=4)}
    day = OpenDay.objects.create(
        municipality=town, venue=make_venue(town), title="Tag der offenen Tür", **times
    )
    told = "Setzen Sie die Brille auf und gehen Sie durch die Gassen von 1650. " * 5
    fields = {"number": 103, "name": name, "text": told[:text].strip()}
    Stand.objects.create(open_day=day, seed="s", token_hash="h", **fields)
    signs = Printed(documents.stand_signs(open_days.open_day(staff(town), day.pk), language="de"))
    assert signs.pages == 1
    assert above_the_foot(signs)


def test_the_sheet_stays_one_page_with_every_field_full(slot: Slot) -> None:
    words = "Nachbarschaftsgespräch über Lärm und gute Luft, "
    Workshop.objects.update(title=LONG_TITLE, bring=(words * 7)[:300].strip())
    Venue.objects.update(name=(words * 3)[:120].strip(), address=(words * 4)[:160].strip())
    Room.objects.update(name=(words * 2)[:80].strip())
    booking = booked(slot, name=(words * 3)[:120].strip(), organisation=(words * 3)[:120].strip())
    assert Printed(documents.booking_sheet(booking)).pages == 1


def test_a_leaflets_day_stays_in_one_column(slot: Slot, town: Municipality) -> None:
    for day in range(1, 27):
        for hour in (9, 13, 16):
            starts_at = datetime(2026, 11, day, hour, tzinfo=UTC)
            make_slot(town, workshop=slot.workshop, starts_at=starts_at)
    leaflet = Printed(documents.programme_leaflet(actors.guest(town), 2026, 11, language="de"))
    firsts = [next(iter(leaflet.heights(page))) for page in range(1, leaflet.pages)]
    assert len(firsts) > 1
    assert all(words.endswith("November 2026") for words in firsts)


def test_a_badge_says_who_and_what_and_cuts_no_letter(slot: Slot, town: Municipality) -> None:
    Workshop.objects.update(title=LONG_TITLE)
    from_far = "Städtisches Walram-Gymnasium und Realschule Menden (Sauerland)"
    book(slot, 1, name="Annegret Freifrau von Schorlemer-Overhagen", organisation=from_far)
    printed = Printed(documents.name_badges(staff(town), queries.slot(staff(town), slot.pk)))
    assert from_far in printed.text
    assert "…" in printed.text


# --- Certificates --------------------------------------------------------------------------------


def test_certificates_are_for_named_seats_that_came(slot: Slot, town: Municipality) -> None:
    family = booked(slot, 4, name="Ada Öz", names=("", "Ben Öz", "", "Cem Öz"))
    absent = booked(slot, name="Nicht Da")
    came(family, 1, 2, 3)
    printed = Printed(documents.booking_certificates(queries.booking_by_pk(family.pk)))
    assert printed.pages == 2
    for words in ("Ada Öz", "Ben Öz", "Löten", "Stunden 2", "28. November 2026"):
        assert words in printed.text
    assert "Cem Öz" not in printed.text
    everyone = Printed(documents.slot_certificates(staff(town), slot))
    assert everyone.pages == 2
    with pytest.raises(NotFound):
        documents.booking_certificates(queries.booking_by_pk(absent.pk))
    with pytest.raises(LoginRequired):
        documents.slot_certificates(actors.guest(town), slot)


def test_nobody_with_a_name_came(slot: Slot, town: Municipality) -> None:
    booking = booked(slot, 2, name="Ada")
    came(booking, 2)
    with pytest.raises(NobodyCame):
        documents.booking_certificates(queries.booking_by_pk(booking.pk))
    with pytest.raises(NobodyCame):
        documents.slot_certificates(staff(town), slot)


@pytest.mark.parametrize("bookings", [1, 20])
def test_certificates_take_three_statements(
    slot: Slot,
    town: Municipality,
    bookings: int,
    django_assert_num_queries: Any,
) -> None:
    for number in range(bookings):
        came(booked(slot, name=f"Gast {number}"), 1)
    with django_assert_num_queries(CERTIFICATE_STATEMENTS):
        documents.slot_certificates(staff(town), slot)


def test_a_certificate_proves_itself_when_the_booking_is_gone(slot: Slot) -> None:
    token = documents.certificate_url(slot, "Ada Öz").rstrip("/").rpartition("/")[2]
    proven = documents.read_certificate(token)
    assert (proven.name, proven.slot) == ("Ada Öz", slot)
    for forged in (token[:-2], "x", token.replace(token[0], "_", 1)):
        with pytest.raises(NotFound):
            documents.read_certificate(forged)
