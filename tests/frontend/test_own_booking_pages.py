"""A booking's own pages: questions in the form, a hold's link, other dates, changed details."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.frontend.test_booking_pages import PARTY, form_of, links
from tests.workshops.factories import book, make_slot, staff
from workshops.models import Answer, Booking, Question, Slot, Workshop
from workshops.services import bookings, questions, scheduling
from workshops.services.questions import QuestionDetails


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, starts_at=timezone.now() + timedelta(days=2))


@pytest.fixture
def other(slot: Slot) -> Slot:
    town = slot.workshop.municipality
    return make_slot(town, workshop=slot.workshop, starts_at=slot.starts_at + timedelta(days=7))


@pytest.fixture
def booking(slot: Slot) -> Booking:
    return book(slot, 2, now=timezone.now())


@pytest.fixture
def desk(town: Municipality) -> Client:
    client = Client()
    client.force_login(member(None, town, Role.CASE_WORKER))
    return client


def ask(slot: Slot, **details: Any) -> Question:
    return questions.add_question(
        actor=staff(slot.workshop.municipality),
        workshop_id=slot.workshop_id,
        details=QuestionDetails(**{"text": "Was?", **details}),
    )


def text(response: Any) -> str:
    return str(response.content.decode())


class TestQuestions:
    def test_what_the_town_writes_is_text_and_german(self, client: Client, slot: Slot) -> None:
        ask(slot, text="Was <b>essen</b> Sie?", help_text="Wir <i>kochen</i>.")
        german = text(client.get(form_of(slot)))
        english = text(client.get(form_of(slot), headers={"accept-language": "en"}))
        for page in (german, english):
            assert "Was &lt;b&gt;essen&lt;/b&gt; Sie?" in page
            assert "Wir &lt;i&gt;kochen&lt;/i&gt;." in page
        assert '<span lang="de">Was &lt;b&gt;' in english

    def test_each_kind_is_asked_and_answered_without_a_script(
        self, client: Client, slot: Slot
    ) -> None:
        vegan = ask(slot, text="Essen Sie vegan?", kind="yes_no", is_required=True)
        meal = ask(slot, kind="choice", options=["Suppe", "Salat"])
        why = ask(slot, text="Warum?", depends_on_id=vegan.pk, depends_value="yes")
        days = ask(slot, kind="several", options=["Mo", "Di", "Mi"])
        number, born = ask(slot, kind="number"), ask(slot, kind="date")
        page = text(client.get(form_of(slot)))
        assert "Nur wenn Ihre Antwort auf „Essen Sie vegan?“ „Ja“ ist:" in page
        assert f'data-needs="answers.{vegan.pk}" data-value="yes"' in page
        given = {
            f"answers.{vegan.pk}": "yes",
            f"answers.{meal.pk}": "Salat",
            f"answers.{why.pk}": "So.",
            f"answers.{days.pk}": ["Mi", "Mo"],
            f"answers.{number.pk}": "2,5",
            f"answers.{born.pk}": "2012-02-29",
        }
        assert client.post(form_of(slot), PARTY | given).status_code == 302
        assert dict(Answer.objects.values_list("question_id", "value")) == {
            vegan.pk: True,
            meal.pk: "Salat",
            why.pk: "So.",
            days.pk: ["Mo", "Mi"],
            number.pk: 2.5,
            born.pk: "2012-02-29",
        }
        shown = text(client.get(links(Booking.objects.get())[1]))
        for words in ("Salat", "Mo, Mi", "2,5", "29.02.2012"):
            assert words in shown

    def test_what_is_missing_is_named_and_what_was_typed_stays(
        self, client: Client, slot: Slot
    ) -> None:
        first = ask(slot, kind="choice", options=["Suppe", "Salat"], is_required=True)
        then = ask(slot, depends_on_id=first.pk, depends_value="Salat", is_required=True)
        number = ask(slot, kind="number")
        given = {f"answers.{first.pk}": "Salat", f"answers.{number.pk}": "viele", "phone": "0237"}
        response = client.post(form_of(slot), PARTY | given)
        page = text(response)
        assert response.status_code == 422
        assert f'id="id_answers.{then.pk}_error"' in page
        assert f'id="id_answers.{number.pk}_error"' in page
        assert f'id="id_answers.{first.pk}_error"' not in page
        assert 'value="viele"' in page
        assert 'value="Salat" id="id_answers' in page
        assert "checked" in page
        # What may be said besides is open where something stands in it.
        assert '<details class="mw-more mw-form__more" open>' in page
        assert 'value="0237"' in page
        given = {f"answers.{first.pk}": "Suppe", f"answers.{then.pk}": "weg"}
        assert client.post(form_of(slot), PARTY | given).status_code == 302
        assert dict(Answer.objects.values_list("question_id", "value")) == {first.pk: "Suppe"}

    def test_names_and_a_guardian(self, client: Client, slot: Slot) -> None:
        slot.workshop.asks_guardian = True
        slot.workshop.save(update_fields=["asks_guardian"])
        names = {"names": "Ada\n\n Bo "}
        unsaid = text(client.post(form_of(slot), PARTY | names))
        assert 'id="id_minor_alone_error"' in unsaid
        assert 'id="id_guardian_name_error"' not in unsaid
        missing = client.post(form_of(slot), PARTY | names | {"minor_alone": "yes"})
        assert 'id="id_guardian_name_error"' in text(missing)
        guardian = {"minor_alone": "yes", "guardian_name": "Oma", "guardian_phone": "12"}
        assert 'id="id_guardian_phone_error"' in text(client.post(form_of(slot), PARTY | guardian))
        guardian["guardian_phone"] = "0151 99999"
        assert client.post(form_of(slot), PARTY | guardian | names).status_code == 302
        booking = Booking.objects.get()
        assert (booking.guardian_name, booking.seat_names) == ("Oma", ["Ada", "Bo"])

    def test_adults_name_no_guardian(self, client: Client, slot: Slot) -> None:
        slot.workshop.asks_guardian = True
        slot.workshop.save(update_fields=["asks_guardian"])
        form = text(client.get(form_of(slot)))
        assert 'data-needs="minor_alone" data-value="yes"' in form
        typed = {"minor_alone": "no", "guardian_name": "Oma", "guardian_phone": "12"}
        assert client.post(form_of(slot), PARTY | typed).status_code == 302
        booking = Booking.objects.get()
        assert (booking.guardian_name, booking.guardian_phone) == ("", "")


class TestHold:
    def test_the_browser_that_booked_corrects_the_address(self, client: Client, slot: Slot) -> None:
        held = client.post(form_of(slot), PARTY | {"email": "kim@gmial.com"})["Location"]
        page = text(client.get(held))
        assert "Meinten Sie kim@gmail.com?" in page
        old, _manage = links(Booking.objects.get())
        assert client.post(f"{held}adresse/", {"email": "kim@"}).status_code == 422
        assert client.post(f"{held}adresse/", {"email": "kim@gmail.com"})["Location"] == held
        assert "kim@gmail.com" in text(client.get(held))
        assert "Meinten Sie" not in text(client.get(held))
        assert client.get(old).status_code == 404
        assert Booking.objects.get().email == "kim@gmail.com"
        assert "geschickt" in text(client.post(f"{held}link/", follow=True))

    def test_another_browser_sees_no_address_and_corrects_none(
        self, client: Client, slot: Slot
    ) -> None:
        held = client.post(form_of(slot), PARTY)["Location"]
        stranger = Client()
        assert "kim@example.org" not in text(stranger.get(held))
        assert stranger.post(f"{held}adresse/", {"email": "x@example.org"}).status_code == 404
        assert stranger.post(f"{held}link/")["Location"] == held
        assert Booking.objects.get().email == "kim@example.org"

    def test_an_address_that_has_booked_looks_the_same(self, client: Client, slot: Slot) -> None:
        book(slot, email="taken@example.org", now=timezone.now())
        pages = []
        for email in ("taken@example.org", "other@example.org"):
            held = client.post(form_of(slot), PARTY | {"email": email})["Location"]
            pages.append(text(client.get(held)).replace(email, "").split("<main")[1])
        tokens = [page.split("csrfmiddlewaretoken")[0] for page in pages]
        assert tokens[0] == tokens[1]

    def test_overlapping_dates_are_told_to_their_own_browser_alone(
        self, client: Client, slot: Slot, town: Municipality
    ) -> None:
        same_time = make_slot(town, starts_at=slot.starts_at + timedelta(hours=1))
        client.post(form_of(slot), PARTY)
        warning = "Zur selben Zeit haben Sie auch das gebucht:"
        assert warning in text(client.get(form_of(same_time)))
        assert warning not in text(Client().get(form_of(same_time)))
        stranger = Client()
        assert warning not in text(stranger.post(form_of(same_time), PARTY | {"name": ""}))
        # It warns, and books all the same; the page behind the mail's link says it, too.
        assert client.post(form_of(same_time), PARTY).status_code == 302
        manage = links(Booking.objects.get(slot=same_time))[1]
        assert slot.workshop.title in text(Client().get(manage))
        person = member(None, town)
        book(slot, email=person.email, now=timezone.now())
        logged_in = Client()
        logged_in.force_login(person)
        assert warning in text(logged_in.get(form_of(same_time)))


class TestChange:
    def test_details_names_and_answers(self, client: Client, slot: Slot, booking: Booking) -> None:
        question = ask(slot, kind="yes_no")
        url = f"{links(booking)[1]}aendern/"
        page = text(client.get(url))
        assert 'value="Kim"' in page
        assert 'name="seat_2"' in page
        given = {
            "name": "Toni",
            "seat_1": "Ada",
            "seat_2": "",
            "phone": "02373 12345",
            "language": "en",
            "access_needs": "Rampe",
            f"answers.{question.pk}": "no",
        }
        wrong = client.post(url, given | {"phone": "1", "language": "fr"})
        assert wrong.status_code == 422
        assert 'value="Toni"' in text(wrong)
        assert client.post(url, given)["Location"] == links(booking)[1]
        booking.refresh_from_db()
        assert (booking.name, booking.phone, booking.language) == ("Toni", "02373 12345", "en")
        assert [ticket.name for ticket in booking.tickets.order_by("seq")] == ["Ada", ""]
        assert booking.access_needs.text == "Rampe"
        assert Answer.objects.get().value is False
        assert f'name="answers.{question.pk}" value="no"' in text(client.get(url))

    def test_to_another_date(self, client: Client, booking: Booking, other: Slot) -> None:
        manage = links(booking)[1]
        url = f"{manage}termin/"
        assert "noch 10 Plätze" in text(client.get(url))
        assert client.post(url, {}).status_code == 422
        assert client.post(url, {"slot": booking.slot_id}).status_code == 422
        assert client.post(url, {"slot": other.pk})["Location"] == manage
        booking.refresh_from_db()
        assert booking.slot_id == other.pk
        assert client.get(f"/t/{booking.secret}/").status_code == 200

    def test_full_dates_lead_to_their_waiting_list(
        self, client: Client, booking: Booking, other: Slot
    ) -> None:
        book(other, 9, now=timezone.now())
        page = text(client.get(f"{links(booking)[1]}termin/"))
        assert "keinen anderen Termin mit 2 freien Plätzen" in page
        assert f"/menden/termine/{other.pk}/warteliste/" in page

    def test_who_was_too_slow_is_told_and_keeps_the_old_date(
        self, client: Client, booking: Booking, other: Slot
    ) -> None:
        book(other, 9, now=timezone.now())
        answer = client.post(f"{links(booking)[1]}termin/", {"slot": other.pk})
        assert answer.status_code == 422
        assert "inzwischen zu voll oder nicht mehr buchbar" in text(answer)
        booking.refresh_from_db()
        assert booking.slot_id != other.pk

    def test_after_the_deadline_it_says_until_when_and_whom_to_call(
        self, client: Client, booking: Booking, other: Slot, town: Municipality
    ) -> None:
        town.contact_phone = "02373 903-0"
        town.save(update_fields=["contact_phone"])
        until = timezone.now() - timedelta(hours=1)
        Slot.objects.filter(pk=booking.slot_id).update(cancel_until_at=until)
        manage = links(booking)[1]
        page = text(client.get(manage))
        assert "Die Frist zum Zurückgeben ist vorbei: Ändern und zurückgeben konnten Sie" in page
        assert "02373 903-0" in page
        for step in ("aendern/", "termin/"):
            assert client.get(f"{manage}{step}")["Location"] == manage
            answer = client.post(f"{manage}{step}", {"slot": other.pk, "name": "X"})
            assert answer["Location"] == manage
        booking.refresh_from_db()
        assert (booking.name, booking.slot_id == other.pk) == ("Kim", False)

    def test_who_did_not_answer_reads_why_the_seats_are_gone(
        self, client: Client, booking: Booking
    ) -> None:
        Booking.objects.filter(pk=booking.pk).update(
            state=Booking.State.CANCELLED,
            cancelled_at=timezone.now(),
            cancelled_by=Booking.CancelledBy.NO_REPLY,
        )
        assert "nichts von Ihnen gehört" in text(client.get(links(booking)[1]))

    def test_after_the_date_nobody_is_sent_to_the_door_or_asked_to_cancel(
        self, client: Client, booking: Booking
    ) -> None:
        started = timezone.now() - timedelta(hours=5)
        Slot.objects.filter(pk=booking.slot_id).update(
            state=Slot.State.DONE, starts_at=started, ends_at=started + timedelta(hours=2)
        )
        Booking.objects.filter(pk=booking.pk).update(state=Booking.State.ATTENDED)
        page = text(client.get(links(booking)[1]))
        assert "war da" in page
        assert "am Eingang" not in page
        assert "Können Sie doch nicht kommen?" not in page

    def test_a_date_called_off_says_so_and_why(
        self, client: Client, booking: Booking, slot: Slot, town: Municipality
    ) -> None:
        given_back = book(slot, 1, email="erika@example.org", now=timezone.now())
        bookings.cancel_booking(booking_id=given_back.pk, now=timezone.now())
        scheduling.cancel_slot(
            actor=staff(town), slot_id=slot.pk, reason="Wasserschaden", now=timezone.now()
        )
        page = text(client.get(links(booking)[1]))
        assert "Dieser Termin fällt leider aus. Der Grund: Wasserschaden" in page
        assert "fällt leider aus" not in text(client.get(links(given_back)[1]))
        assert "Anderen Termin nehmen" not in page
        later = slot.starts_at + timedelta(days=7)
        make_slot(town, workshop=slot.workshop, starts_at=later)
        assert "Anderen Termin nehmen" in text(client.get(links(booking)[1]))
        Workshop.objects.filter(pk=slot.workshop_id).update(state=Workshop.State.ARCHIVED)
        archived = text(client.get(links(booking)[1]))
        assert f'href="/menden/angebote/{slot.workshop_id}/"' not in archived
        assert 'btn--primary" href="/menden/angebote/"' in archived

    def test_no_link_no_page(self, client: Client, booking: Booking) -> None:
        for step in ("aendern/", "termin/"):
            response = client.get(f"/buchung/{booking.code}/falsch/{step}")
            assert response.status_code == 404
            own = client.get(f"{links(booking)[1]}{step}")
            assert own["Cache-Control"] == "no-store, private"


class TestDesk:
    def test_questions_are_kept(self, desk: Client, slot: Slot) -> None:
        url = f"/menden/verwaltung/angebote/{slot.workshop_id}/fragen/"
        assert "stellt noch keine Fragen" in text(desk.get(url))
        base = {"asked": "booking", "keep_days": "30", "options": "", "help_text": ""}
        first = base | {"text": "Obst?", "kind": "choice", "options": "Apfel\r\nBirne\r\n"}
        assert desk.post(url, first | {"options": "Apfel"}).status_code == 422
        assert desk.post(url, first)["Location"] == url
        fruit = Question.objects.get()
        then = base | {"text": "Geschält?", "kind": "yes_no", "depends": f"{fruit.pk}:Apfel"}
        desk.post(url, then | {"is_required": "on"})
        assert "Obst? Apfel" in text(desk.get(url))
        peeled = Question.objects.get(text="Geschält?")
        assert (peeled.depends_on_id, peeled.depends_value) == (fruit.pk, "Apfel")
        step = f"/menden/verwaltung/fragen/{peeled.pk}/schritt/"
        assert "hängt davon ab" in text(desk.post(step, {"step": "up"}, follow=True))
        one = f"/menden/verwaltung/fragen/{fruit.pk}/"
        assert "Apfel\nBirne" in text(desk.get(one)).replace("\r", "")
        book(slot, now=timezone.now(), answers={str(fruit.pk): "Apfel"})
        refused = desk.post(one, first | {"options": "Pflaume\nApfel"})
        assert refused.status_code == 422
        assert "Darauf wurde schon geantwortet" in text(refused)
        assert desk.post(one, first | {"text": "Welches Obst?"})["Location"] == url
        desk.post(step, {"step": "retire"})
        assert "Geschält?" not in text(desk.get(url))

    def test_an_answer_given_at_the_door_is_read(self, desk: Client, slot: Slot) -> None:
        asked = Question.objects.create(
            workshop=slot.workshop,
            asked="door",
            kind="choice",
            text="Womit?",
            options=["Bus", "Rad"],
        )
        booking = book(slot, now=timezone.now())
        Answer.objects.create(booking=booking, question=asked, value="Rad")
        page = text(desk.get(f"/menden/verwaltung/buchungen/{booking.code}/"))
        assert "<dt>Womit?</dt><dd>Rad</dd>" in page

    def test_strangers(self, desk: Client, other_town: Municipality) -> None:
        elsewhere = ask(make_slot(other_town))
        slug, pk = other_town.slug, elsewhere.pk
        assert desk.get(f"/menden/verwaltung/fragen/{pk}/").status_code == 404
        assert desk.post(f"/menden/verwaltung/fragen/{pk}/schritt/").status_code == 404
        assert desk.get(f"/{slug}/verwaltung/fragen/{pk}/").status_code == 403
        workshop = elsewhere.workshop_id
        assert desk.get(f"/menden/verwaltung/angebote/{workshop}/fragen/").status_code == 404

    def test_the_desk_asks_on_the_phone_and_changes_and_moves(
        self, desk: Client, slot: Slot, other: Slot
    ) -> None:
        question = ask(slot, text="Essen Sie vegan?", kind="yes_no", is_required=True)
        url = f"/menden/verwaltung/termine/{slot.pk}/buchen/"
        assert "Essen Sie vegan?" in text(desk.get(url))
        given = {"party_size": "1", "name": "Erna", "email": "", "phone": "", "access_needs": ""}
        desk.post(url, given | {f"answers.{question.pk}": "yes"})
        booking = Booking.objects.get()
        assert Answer.objects.get(booking=booking).value is True
        Slot.objects.filter(pk=slot.pk).update(cancel_until_at=timezone.now())
        own = f"/menden/verwaltung/buchungen/{booking.code}/"
        change = {"name": "Erna Alt", "language": "de", "phone": "", "access_needs": ""}
        assert desk.post(f"{own}aendern/", change)["Location"] == own
        assert "noch 10 Plätze" in text(desk.get(f"{own}termin/"))
        assert desk.post(f"{own}termin/", {"slot": other.pk})["Location"] == own
        booking.refresh_from_db()
        assert (booking.name, booking.slot_id) == ("Erna Alt", other.pk)
        assert Answer.objects.count() == 0
