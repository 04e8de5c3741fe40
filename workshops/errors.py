"""Rules of the programme, of bookings, of the waiting list and of the door that can be broken."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from participation.errors import Gone, NotFound, RuleBroken, TooManyRequests
from participation.models import Municipality


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT")


class IllegalStep(RuleBroken):
    """A state that does not follow from the present one."""

    code = "illegal_step"
    message = _("Dieser Schritt ist im jetzigen Zustand nicht möglich.")


class CapacityTooSmall(RuleBroken):
    """`seats_taken` is what stands in the way, `seats_held` how much of it is unconfirmed."""

    code = "capacity_too_small"

    def __init__(self, *, seats_taken: int, seats_held: int) -> None:
        if seats_held:
            message = _(
                "%(taken)s Plätze sind schon vergeben, davon %(held)s noch nicht bestätigt. Weniger"
                " geht erst, wenn Sie Buchungen stornieren."
            )
        else:
            message = _(
                "%(taken)s Plätze sind schon vergeben. Weniger geht erst, wenn Sie Buchungen"
                " stornieren."
            )
        numbers = {"taken": seats_taken, "held": seats_held}
        super().__init__(message % numbers, seats_taken=seats_taken, seats_held=seats_held)


class DateTooFull(RuleBroken):
    """One date of a series has more seats taken; `slot` and `starts_at` say which."""

    code = "capacity_too_small"

    def __init__(self, *, slot_id: int, starts_at: datetime, seats_taken: int) -> None:
        message = _(
            "Am %(date)s sind schon %(taken)s Plätze vergeben. Ändern Sie diesen Termin einzeln,"
            " oder sagen Sie dort Buchungen ab."
        )
        words = {"date": _day(starts_at), "taken": seats_taken}
        when = starts_at.isoformat()
        super().__init__(message % words, slot=slot_id, starts_at=when, seats_taken=seats_taken)


class DateInUse(RuleBroken):
    """Someone has booked or waits: such a date is called off, not removed."""

    code = "slot_in_use"

    def __init__(self, *, slot_id: int, starts_at: datetime) -> None:
        message = _("Für den %(date)s gibt es Buchungen. Sagen Sie diesen Termin ab.")
        super().__init__(
            message % {"date": _day(starts_at)}, slot=slot_id, starts_at=starts_at.isoformat()
        )


class RoomInUse(RuleBroken):
    """`dates` says how many take or took place there."""

    code = "room_in_use"

    def __init__(self, *, dates: int) -> None:
        message = _("In diesem Raum gibt es %(dates)s Termine. Er bleibt, solange es sie gibt.")
        super().__init__(message % {"dates": dates}, dates=dates)


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
    """`cancel_until_at` says until when it was possible, `contact` whom to ask now."""

    code = "cancel_too_late"
    message = _("Die Frist zum Stornieren ist vorbei.")

    def __init__(self, *, until: datetime, town: Municipality) -> None:
        message = f"{self.message} {town.reach_us}"
        super().__init__(message, cancel_until_at=until.isoformat(), contact=town.contact)


class ChangeTooLate(CancelTooLate):
    """The same deadline, for another date or other answers."""

    code = "change_too_late"
    message = _("Die Frist für Änderungen ist vorbei.")


class NotConfirmed(RuleBroken):
    code = "not_confirmed"
    message = _("Bitte bestätigen Sie die Buchung zuerst mit dem Link aus der E-Mail.")


class AlreadyAdmitted(RuleBroken):
    """The door has let somebody of the party in, or given seats away: the booking stays."""

    code = "already_admitted"
    message = _(
        "Mit dieser Buchung war schon jemand am Einlass. Sie kann nicht mehr verlegt werden."
    )


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


class QuestionAnswered(RuleBroken):
    code = "question_answered"
    message = _(
        "Darauf wurde schon geantwortet. Text, Hinweis und Pflicht können Sie ändern; für anderes"
        " beenden Sie diese Frage und stellen eine neue."
    )


class QuestionInUse(RuleBroken):
    code = "question_in_use"
    message = _("Eine andere Frage hängt davon ab. Ändern oder beenden Sie diese zuerst.")


class StandHasCounts(RuleBroken):
    """A stand that has counted is part of the day's record."""

    code = "stand_has_counts"
    message = _("An diesem Stand wurde schon gezählt. Er kann nicht mehr entfernt werden.")


class CountingNotOpen(RuleBroken):
    """Before the day; `opens_at` says from when on."""

    code = "counting_not_open"
    message = _("Hier wird noch nicht gezählt. Der Zähler öffnet eine Stunde vor dem Beginn.")


class CountingClosed(RuleBroken):
    code = "counting_closed"
    message = _("Hier wird nicht mehr gezählt. Tragen Sie Fehlendes in der Verwaltung nach.")


class OpenDayCancelled(Gone):
    code = "open_day_cancelled"
    message = _("Dieser offene Tag wurde abgesagt.")


class BelowZero(RuleBroken):
    """A correction larger than what was counted in that quarter of an hour; `count` is what is."""

    code = "below_zero"
    message = _("So viele wurden in dieser Viertelstunde nicht gezählt.")

    def __init__(self, *, count: int) -> None:
        super().__init__(count=count)


class OfferTooLate(RuleBroken):
    code = "offer_too_late"
    message = _("So kurz vor dem Beginn gibt es keine Angebote mehr. Rufen Sie bitte an.")


class ReplyTooLate(RuleBroken):
    """The seats were given up for want of an answer."""

    code = "reply_too_late"
    message = _(
        "Wir haben bis zum Ablauf der Frist nichts von Ihnen gehört. Ihre Plätze sind wieder frei."
    )


class Purged(Gone):
    """A link to what was erased."""

    code = "purged"
    message = _(
        "Alle Angaben dazu sind gelöscht, wie es der Datenschutz verlangt. Sie müssen nichts tun."
    )


class OnLegalHold(RuleBroken):
    code = "legal_hold"
    message = _(
        "Zu diesem Termin darf gerade nichts gelöscht werden. Bitte wenden Sie sich an die Kommune:"
        " Sie nennt Ihnen den Grund."
    )


class NotATicket(RuleBroken):
    """There is nothing to print: not confirmed, cancelled, or given back."""

    code = "not_a_ticket"
    message = _("Diese Buchung hat gerade keine gültigen Plätze, also auch keine Tickets.")


class NobodyCame(RuleBroken):
    """There is nobody to print it for."""

    code = "nobody"
    message = _("Hier gibt es noch niemanden mit Namen, der da war.")


class AlreadyAnswered(RuleBroken):
    code = "already_answered"
    message = _("Mit diesem Link wurde schon geantwortet. Vielen Dank!")


class FeedbackClosed(Gone):
    code = "feedback_closed"
    message = _("Zu diesem Termin sammeln wir keine Rückmeldungen mehr.")


class AlreadySettled(RuleBroken):
    code = "already_settled"
    message = _("Das ist schon geklärt. Lassen Sie die Personen sonst neu ein, ohne Buchung.")
