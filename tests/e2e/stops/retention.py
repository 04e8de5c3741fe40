"""What is erased and when, and a person's own data."""

from tests.e2e.stops import DATA, Stop

FACTS = """
from datetime import timedelta
from workshops import privacy
from workshops.queries import retention
from workshops.services import bookings
from workshops.services.parties import Party
facts["kept"] = retention.held_slots(menden)[0].pk
facts["erasure"] = retention.erasure_records(menden)[0].pk
some = next(slot for slot in bookable if not slot.is_full)
gone = bookings.book_slot(
    actor=menden, slot_id=some.pk, party=Party(size=1, name="Weg"), now=now, source="desk"
)
facts["gone"] = f"/buchung/{gone.code}/{gone.manage_token}/"
privacy.erase_booking(booking_id=gone.pk, now=now)
"""

STOPS = [
    *(
        Stop(route, f"/menden/verwaltung/{path}", who="staff", send=send, status=status)
        for route, path, send, status in (
            ("desk_retention", "loeschung/", "", 200),
            ("desk_dry_run", "loeschung/probelauf/", "", 200),
            ("desk_dry_run", "loeschung/probelauf/?am=2050-01-01", "", 200),
            ("desk_dry_run", "loeschung/probelauf/?am=bald", "", 422),
            ("desk_erasures", "loeschung/protokolle/", "", 200),
            ("desk_erasure", "loeschung/protokolle/{erasure}/", "", 200),
            ("desk_hold", "termine/{slot}/sperre/", "", 200),
            ("desk_hold", "termine/{slot}/sperre/", "Löschung aussetzen", 422),
            ("desk_hold", "termine/{kept}/sperre/", "", 200),
        )
    ),
    Stop("own_data", "{manage}daten/"),
    Stop("own_data_erase", "{manage}daten/loeschen/"),
    Stop("own_data", "{gone}daten/", status=410),
    Stop("booking_manage", "{gone}", status=410),
]
EXCEPTIONS = dict.fromkeys(["own_data_file", "desk_erasure_pdf"], DATA)
