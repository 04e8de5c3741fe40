"""Documents for paper, and what comes after a date."""

from tests.e2e.stops import DATA, STEP, Stop

# A workshop that gives certificates, and one that asks afterwards.
FACTS = """
from workshops import documents, tickets
over = Slot.objects.filter(workshop__municipality__slug="menden", ends_at__lt=now)
certified = over.filter(workshop__gives_certificate=True).first()
facts["certified"] = certified.pk
proof = documents.certificate_url(certified, "Kim Muster")
facts["certificate"] = proof.rstrip("/").rpartition("/")[2]
asked = certified.bookings.filter(state="attended").order_by("pk")
facts["feedback"] = tickets.feedback_token(asked.last())
facts["feedback_given"] = tickets.feedback_token(asked.first())
"""

STOPS = [
    Stop("desk_slot_prints", "/menden/verwaltung/termine/{certified}/druck/", who="staff"),
    Stop(
        "print_badges",
        "/menden/verwaltung/termine/{slot}/druck/namensschilder/?leer=900",
        who="staff",
        status=400,
    ),
    Stop("certificate", "/bescheinigung/{certificate}/"),
    Stop("certificate", "/bescheinigung/falsch/", status=404),
    Stop("feedback", "/rueckmeldung/{feedback}/"),
    Stop("feedback", "/rueckmeldung/{feedback}/", send="Antwort senden", status=422),
    Stop("feedback", "/rueckmeldung/{feedback_given}/", who="answered"),
    Stop("desk_feedback", "/menden/verwaltung/termine/{certified}/rueckmeldungen/", who="staff"),
]

EXCEPTIONS = {
    "desk_feedback_text": STEP,
    **dict.fromkeys(
        [
            "print_tickets",
            "print_own_certificates",
            "print_ticket",
            "print_programme",
            "print_door_sign",
            "print_certificates",
            "desk_print_tickets",
            "desk_print_sheet",
            "print_stand_signs",
            "print_stand_cards",
        ],
        DATA,
    ),
}
