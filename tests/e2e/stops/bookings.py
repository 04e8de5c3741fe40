"""A guest's own booking, and what a workshop asks."""

from tests.e2e.stops import STEP, Stop

STOPS = [
    Stop("book", "/menden/termine/{asking}/buchen/", who="asked"),
    Stop("book", "/menden/termine/{asking}/buchen/", who="asked", send="Platz buchen", status=422),
    Stop("ticket", "/t/{whole}/", who="group"),
    Stop("booking_change", "{manage}aendern/"),
    Stop("booking_move", "{manage}termin/"),
    Stop("booking_move", "{manage}termin/", send="Termin wechseln", status=422),
    *(
        Stop(route, f"/menden/verwaltung/{path}", who="staff", send=send, status=status)
        for route, path, send, status in (
            ("desk_questions", "angebote/{asking_workshop}/fragen/", "", 200),
            ("desk_questions", "angebote/{asking_workshop}/fragen/", "Frage anlegen", 422),
            ("desk_question", "fragen/{asked_question}/", "", 200),
            ("desk_change", "buchungen/{code}/aendern/", "", 200),
            ("desk_move", "buchungen/{code}/termin/", "", 200),
            ("desk_move", "buchungen/{code}/termin/", "Termin wechseln", 422),
        )
    ),
]
EXCEPTIONS = dict.fromkeys(["booking_resend", "booking_correct", "desk_question_step"], STEP)
FACTS = """
from workshops.models import Booking, Question
asked = Question.objects.filter(workshop__municipality__slug="menden").order_by("pk").first()
asking = next(slot for slot in bookable if slot.workshop_id == asked.workshop_id)
group = Booking.objects.filter(
    slot__workshop__municipality__slug="menden", state="confirmed", party_size__gt=1
).first()
facts.update(
    asking=asking.pk, asking_workshop=asked.workshop_id, asked_question=asked.pk,
    whole=group.secret,
)
"""
