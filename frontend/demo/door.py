"""Two entrances and two scanners in Menden: one is paired, one waits."""

from datetime import datetime

from participation import actors, queries
from participation.queries import devices as stored
from participation.services import devices
from workshops import queries as workshop_queries
from workshops.services import gates

GATES = ("Haupteingang", "Hofeingang")
PAIRED, WAITING = "Handy am Haupteingang", "Handy am Hofeingang"


def load(now: datetime) -> None:
    actor = actors.system(queries.municipality_by_slug("menden"))
    venue = workshop_queries.venues(actor).first()
    if venue is not None and not workshop_queries.gates(actor, venue.pk):
        for name in GATES:
            gates.add_gate(actor=actor, venue_id=venue.pk, name=name)
    if not stored.devices(actor, now):
        device = devices.create_device(actor=actor, name=PAIRED, now=now)
        devices.pair_device(token=devices.pairing_token(device), now=now)
        devices.create_device(actor=actor, name=WAITING, now=now)
