"""What can be wrong with a live session, a round, a seat or a ballot. `code` is public API."""

from django.utils.translation import gettext_lazy as _

from participation.errors import RuleBroken


class SessionNotLive(RuleBroken):
    code = "session_not_live"
    message = _("Diese Live-Runde läuft gerade nicht.")


class IllegalStep(RuleBroken):
    """A state that the session or round cannot reach from where it is."""

    code = "illegal_step"
    message = _("Dieser Schritt ist jetzt nicht möglich. Bitte laden Sie die Seite neu.")


class QuestionFrozen(RuleBroken):
    code = "question_frozen"
    message = _("Über diese Frage wird schon abgestimmt; sie lässt sich nicht mehr ändern.")


class NothingToPublish(RuleBroken):
    code = "nothing_to_publish"
    message = _("Es gibt noch kein abgeschlossenes Ergebnis, das veröffentlicht werden kann.")


class RoundStillOpen(RuleBroken):
    code = "round_open"
    message = _("Ein Durchgang läuft noch. Bitte schließen Sie ihn zuerst.")


class NotEligible(RuleBroken):
    """No seat, or a ticket or code that gives none."""

    status = 403
    code = "not_eligible"
    message = _(
        "Für diese Live-Runde brauchen Sie einen Sitz: ein eingelassenes Ticket oder einen Code."
    )


class SeatRequired(RuleBroken):
    status = 401
    code = "unauthenticated"
    message = _("Dieser Sitz gilt nicht. Bitte treten Sie der Live-Runde neu bei.")


class NoSuchRound(RuleBroken):
    status = 404
    code = "no_such_round"
    message = _("Diesen Durchgang gibt es in dieser Live-Runde nicht.")


class NoSuchQuestion(RuleBroken):
    status = 404
    code = "no_such_question"
    message = _("Diese Frage gibt es in dieser Live-Runde nicht.")


class WrongRound(RuleBroken):
    code = "wrong_round"
    message = _("Diese Stimme gehört zu einem anderen Durchgang.")


class RoundClosed(RuleBroken):
    code = "round_closed"
    message = _("Dieser Durchgang ist nicht offen. Ihre Stimme wurde nicht gezählt.")


class InvalidValue(RuleBroken):
    status = 400
    code = "invalid_value"
    message = _("Diese Antwort passt nicht zur Frage. Bitte wählen Sie neu.")


class AlreadyVoted(RuleBroken):
    """The seat holds another ballot; `ballot`, `version` and `value` say which."""

    code = "already_voted"
    message = _("Von diesem Sitz wurde schon abgestimmt, vielleicht auf einem anderen Gerät.")


class BallotConflict(RuleBroken):
    """Another value needs the next version; `ballot`, `version` and `value` are what counts."""

    code = "conflict"
    message = _("Ihre Stimme wurde inzwischen geändert. Bitte prüfen Sie Ihre Auswahl.")


class Busy(RuleBroken):
    status = 503
    code = "busy"
    message = _("Gerade stimmen sehr viele ab. Bitte versuchen Sie es gleich noch einmal.")
