"""Rows of workshops: places, what is offered and when, bookings and tickets, the door."""

from workshops.models.booking import AccessNeeds, Booking, Ticket, WaitEntry
from workshops.models.door import Scan
from workshops.models.venue import Room, Venue
from workshops.models.workshop import Slot, Workshop

__all__ = [
    "AccessNeeds",
    "Booking",
    "Room",
    "Scan",
    "Slot",
    "Ticket",
    "Venue",
    "WaitEntry",
    "Workshop",
]
