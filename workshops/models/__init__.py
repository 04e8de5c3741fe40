"""Rows of workshops: places, what is offered and when, bookings and tickets, the door."""

from workshops.models.afterwards import (
    ErasedLink,
    ErasureRecord,
    Feedback,
    GuestMessage,
    SlotFigures,
)
from workshops.models.booking import AccessNeeds, Booking, Ticket, WaitEntry
from workshops.models.door import Gate, RefusedWalkIn, Scan, SettledConflict
from workshops.models.open_day import OpenDay, Stand, StandCount, StandTally
from workshops.models.questions import Answer, Question, RefusedAnswer
from workshops.models.venue import Room, Venue
from workshops.models.workshop import Series, Slot, Workshop

__all__ = [
    "AccessNeeds",
    "Answer",
    "Booking",
    "ErasedLink",
    "ErasureRecord",
    "Feedback",
    "Gate",
    "GuestMessage",
    "OpenDay",
    "Question",
    "RefusedAnswer",
    "RefusedWalkIn",
    "Room",
    "Scan",
    "Series",
    "SettledConflict",
    "Slot",
    "SlotFigures",
    "Stand",
    "StandCount",
    "StandTally",
    "Ticket",
    "Venue",
    "WaitEntry",
    "Workshop",
]
