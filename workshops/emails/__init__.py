"""Mails about bookings, dates and the waiting list. Tasks take ids and derive the tokens."""

from workshops.emails.bookings import (
    send_already_booked,
    send_cancelled,
    send_changed,
    send_confirm_link,
    send_link_again,
    send_moved,
    send_not_held,
    send_tickets,
)
from workshops.emails.reconfirmations import (
    send_reconfirmation_reminders,
    send_reconfirmation_requests,
    send_seats_given_up,
)
from workshops.emails.reminders import send_questions_afterwards, send_reminders
from workshops.emails.slots import send_guest_message, send_slot_cancelled, send_slot_changed
from workshops.emails.waiting import (
    send_offer,
    send_offer_lapsed,
    send_waiting,
    send_waiting_closed,
)

__all__ = [
    "send_already_booked",
    "send_cancelled",
    "send_changed",
    "send_confirm_link",
    "send_guest_message",
    "send_link_again",
    "send_moved",
    "send_not_held",
    "send_offer",
    "send_offer_lapsed",
    "send_questions_afterwards",
    "send_reconfirmation_reminders",
    "send_reconfirmation_requests",
    "send_reminders",
    "send_seats_given_up",
    "send_slot_cancelled",
    "send_slot_changed",
    "send_tickets",
    "send_waiting",
    "send_waiting_closed",
]
