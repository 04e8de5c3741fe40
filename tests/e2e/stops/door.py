"""Gates and devices at the desk, the page that pairs a phone, and what did not fit together."""

from tests.e2e.stops import STEP, Stop

# A device that waits, one that is paired, one that was revoked; a ticket let in at two doors.
FACTS = """
from uuid import uuid4
from participation.services import devices
from workshops.errors import SlotFull
from workshops.models import RefusedWalkIn
from workshops.models import Question, Scan
from workshops.services import conflicts, door, gates, refused_walk_ins
from workshops.services.parties import Party
from workshops.services import bookings

def scanner(name):
    return devices.create_device(actor=menden, name=name, now=now)

waiting, paired, revoked = scanner("Handy am Zaun"), scanner("Handy im Hof"), scanner("Altes Handy")
devices.pair_device(token=devices.pairing_token(paired), now=now)
devices.revoke_device(actor=menden, device_id=revoked.pk, now=now)
facts |= {"pairing": devices.pairing_token(waiting), "used": devices.pairing_token(paired)}
facts |= {"waiting": waiting.pk, "paired": paired.pk, "revoked": revoked.pk}
if not gates.Gate.objects.filter(venue=tonight.workshop.venue).exists():
    gates.add_gate(actor=menden, venue_id=tonight.workshop.venue_id, name="Haupteingang")
# Its door will ask something, which journeys through the 3D printer's door do not expect.
twice = next(s for s in bookable if s.seats_left and not s.workshop.title.startswith("3D"))
party = Party(1, "Toni Zweimal")
booked = bookings.book_slot(actor=menden, slot_id=twice.pk, party=party, now=now, source="desk")
for gate in ("Haupteingang", "Hofeingang"):
    door.scan(actor=menden, slot_id=twice.pk, secret_or_code=booked.code, client_uuid=uuid4(),
        now=now, gate=gate, force="Aufbau" if gate == "Haupteingang" else "", offline=True)
allergies = Question.objects.create(workshop=twice.workshop, asked="door", text="Allergien?")
for name in ("Familie Öztürk", "Weber"):
    try:
        door.walk_in(actor=menden, slot_id=twice.pk, party_size=99, name=name, now=now,
            offline=True, gate="Hofeingang", client_uuid=uuid4(),
            answers={str(allergies.pk): "Nüsse"})
    except SlotFull:
        pass
late = RefusedWalkIn.objects.filter(slot=twice).latest("pk")
refused_walk_ins.settle(actor=menden, slot_id=twice.pk, refused_id=late.pk, now=now,
    note="Saßen auf der Treppe")
door.scan(actor=menden, slot_id=twice.pk, secret_or_code="Fahrkarte", client_uuid=uuid4(), now=now,
    offline=True)
conflicts.settle(actor=menden, slot_id=twice.pk, now=now, note="War eine Fahrkarte",
    scan_id=Scan.objects.get(slot=twice, reason="unknown").pk)
facts["twice"] = twice.pk
"""

DESK = "/menden/verwaltung"
STOPS = [
    Stop("desk_devices", f"{DESK}/geraete/", who="staff"),
    Stop("desk_devices", f"{DESK}/geraete/", who="staff", send="QR-Code zeigen", status=422),
    Stop("desk_device", f"{DESK}/geraete/{{waiting}}/", who="staff"),
    Stop("desk_device", f"{DESK}/geraete/{{paired}}/", who="staff"),
    Stop("desk_device", f"{DESK}/geraete/{{revoked}}/", who="staff"),
    Stop("desk_gates", f"{DESK}/orte/{{venue}}/eingaenge/", who="staff"),
    Stop(
        "desk_gates",
        f"{DESK}/orte/{{venue}}/eingaenge/",
        who="staff",
        send="Eingang hinzufügen",
        status=422,
    ),
    Stop("door_conflicts", "/menden/einlass/{twice}/doppelt/", who="staff"),
    Stop("door_conflicts", "/menden/einlass/{tonight}/doppelt/", who="staff"),
    Stop("device_pair", "/geraet/{pairing}/"),
    Stop("device_pair", "/geraet/{used}/", who="late", status=409),
    Stop("device_pair", "/geraet/unbekannt/", status=404),
]

EXCEPTIONS = dict.fromkeys(
    [
        "desk_device_renew",
        "desk_device_revoke",
        "desk_gate",
        "door_conflict_settle",
        "door_refused_walk_in",
    ],
    STEP,
)
