"""The desk's dates and bookings: a class, a queue, answers; and the guest's own answer."""

from tests.e2e.stops import DATA, STEP, Stop

# The date of frontend/demo/desk.py, its class, and a party that has not answered yet.
FACTS = """
robots = slots.filter(workshop__title="Roboter für Anfänger").first()
facts["robots"] = robots.pk
facts["group"] = robots.bookings.get(source="group").code
silent = robots.bookings.get(name="Marta Nowak")
facts["silent"] = f"{silent.code}/{silent.manage_token}"
came = robots.bookings.get(name="Jonas Weber")
facts["came"] = f"{came.code}/{came.manage_token}"
"""

DATE = "/menden/verwaltung/termine/{robots}/"
BOOKING = "/menden/verwaltung/buchungen/{group}/"

STOPS = [
    *(
        Stop(route, path, who="staff", send=send, status=status)
        for route, path, send, status in (
            ("desk_slot", DATE, "", 200),
            ("desk_slot", f"{DATE}?suche=niemand", "", 200),
            ("desk_slot_capacity", f"{DATE}plaetze/", "", 200),
            ("desk_slot_capacity", f"{DATE}plaetze/", "Plätze speichern", 422),
            ("desk_slot_cancel", f"{DATE}absagen/", "", 200),
            ("desk_slot_message", f"{DATE}nachricht/", "", 200),
            ("desk_slot_message", f"{DATE}nachricht/", "Vorschau ansehen", 422),
            ("desk_door_list", f"{DATE}tuerliste/", "", 200),
            ("desk_waiting", f"{DATE}warteliste/", "", 200),
            ("desk_book_group", f"{DATE}gruppe/", "", 200),
            ("desk_book_group", f"{DATE}gruppe/", "Gruppe buchen", 422),
            ("desk_booking", BOOKING, "", 200),
            ("desk_booking_print", f"{BOOKING}drucken/", "", 200),
        )
    ),
    Stop("booking_reconfirm", "/buchung/{silent}/zusage/"),
    Stop("booking_reconfirm", "/buchung/{came}/zusage/", who="answered"),
]

EXCEPTIONS = {
    **dict.fromkeys(["desk_wait_step", "desk_booking_answer"], STEP),
    **dict.fromkeys(["desk_guests_xlsx", "desk_guests_csv"], DATA),
}
