"""Rules of the programme, of bookings, of the waiting list and of the door that can be broken."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from participation.errors import Gone, NotFound, RuleBroken, TooManyRequests


class IllegalStep(RuleBroken):
    """A state that does not follow from the present one."""

    code = "illegal_step"
    message = _("Dieser Schritt ist im jetzigen Zustand nicht möglich.")


class CapacityTooSmall(RuleBroken):
    """`seats_taken` says what stands in the way."""

    code = "capacity_too_small"
    message = _("So viele Plätze sind schon vergeben. Sagen Sie zuerst Buchungen ab.")


class BookingClosed(RuleBroken):
    """The slot takes no bookings: not open (yet), closed, or begun."""

    code = "booking_closed"
    message = _("Dieser Termin kann nicht gebucht werden. Bitte wählen Sie einen anderen Termin.")


class SlotCancelled(Gone):
    code = "slot_cancelled"
    message = _("Dieser Termin wurde abgesagt. Bitte wählen Sie einen anderen Termin.")


class SlotFull(RuleBroken):
    """Fewer seats left than wanted."""

    code = "slot_full"
    message = _("So viele Plätze sind nicht mehr frei. Sie können sich auf die Warteliste setzen.")

    def __init__(self, *, seats_left: int, waiting_url: str) -> None:
        super().__init__(seats_left=seats_left, waiting_url=waiting_url)


class AlreadyBooked(RuleBroken):
    """Told to staff only: a guest learns it by mail, if the address is theirs."""

    code = "already_booked"
    message = _("Mit dieser E-Mail-Adresse ist der Termin schon gebucht.")


class TooManyHolds(TooManyRequests):
    code = "too_many_holds"
    message = _(
        "Mehrere Buchungen warten schon auf ihre Bestätigung. Bitte bestätigen Sie diese zuerst mit"
        " dem Link aus der E-Mail, oder versuchen Sie es in 30 Minuten noch einmal."
    )


class UnknownToken(NotFound):
    code = "unknown_token"
    message = _(
        "Diesen Link kennen wir nicht. Bitte öffnen Sie ihn genau so, wie er in der E-Mail steht."
    )


class HoldExpired(RuleBroken):
    code = "hold_expired"
    message = _(
        "Die Plätze waren 30 Minuten für Sie reserviert und sind wieder frei. Bitte buchen Sie noch"
        " einmal."
    )


class BookingCancelled(Gone):
    code = "booking_cancelled"
    message = _("Diese Buchung wurde storniert. Sie können den Termin neu buchen.")


class CancelTooLate(RuleBroken):
    """`cancel_until_at` says until when it was possible."""

    code = "cancel_too_late"
    message = _("Die Frist zum Stornieren ist vorbei. Bitte rufen Sie in der Kommune an.")

    def __init__(self, *, until: datetime, contact: str) -> None:
        super().__init__(cancel_until_at=until.isoformat(), contact=contact)


class AlreadyWaiting(RuleBroken):
    code = "already_waiting"
    message = _("Mit dieser E-Mail-Adresse stehen Sie schon auf der Warteliste.")


class SeatsStillFree(RuleBroken):
    """Nobody waits for what can be booked."""

    code = "seats_free"
    message = _("Es sind noch Plätze frei. Bitte buchen Sie den Termin direkt.")


class OfferLapsed(RuleBroken):
    code = "offer_lapsed"
    message = _("Das Angebot gilt nicht mehr. Bitte setzen Sie sich neu auf die Warteliste.")
