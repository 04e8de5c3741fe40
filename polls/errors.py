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


class QuestionReworded(RuleBroken):
    """What is changed is not what stood there when the editor was opened."""

    code = "version_conflict"
    message = _(
        "Jemand anderes hat diese Frage inzwischen geändert. Unten steht weiter, was Sie"
        " geschrieben haben: Speichern Sie noch einmal, wenn Ihre Fassung gelten soll."
    )


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


class NoLeaderboard(RuleBroken):
    code = "no_leaderboard"
    message = _("Diese Live-Runde hat keine Rangliste.")


class NicknameTaken(RuleBroken):
    code = "nickname_taken"
    message = _("Diesen Spitznamen gibt es hier schon. Bitte wählen Sie einen anderen.")


class Busy(RuleBroken):
    status = 503
    code = "busy"
    message = _("Gerade stimmen sehr viele ab. Bitte versuchen Sie es gleich noch einmal.")


class SeatBanned(RuleBroken):
    status = 403
    code = "banned"
    message = _(
        "Die Moderation hat dieses Handy von der Live-Runde ausgeschlossen. "
        "Bitte sprechen Sie sie im Saal an, wenn das ein Versehen ist."
    )


class RoundHeld(RuleBroken):
    code = "round_held"
    message = _(
        "Eine Person braucht noch Zeit. Bitte warten Sie, oder geben Sie das Schließen zuerst frei."
    )


class NoClock(RuleBroken):
    code = "no_clock"
    message = _("Diese Frage hat keine Uhr. Sie bleibt offen, bis Sie sie schließen.")


class PictureMissing(RuleBroken):
    """A question to be answered on a picture, or with pictures, has none to show."""

    code = "picture_missing"
    message = _(
        "Der Frage „%(question)s“ fehlt noch ein Bild. Bitte laden Sie es hoch; dann können Sie sie"
        " öffnen."
    )

    def __init__(self, question: str) -> None:
        super().__init__(self.message % {"question": question})


class MovedOn(RuleBroken):
    """Someone else steered meanwhile: what was meant by "next" is not next any more."""

    code = "moved_on"
    message = _("Jemand war schneller. Bitte sehen Sie nach, was jetzt zu sehen ist.")


class NothingNext(RuleBroken):
    code = "nothing_next"
    message = _("Alle Fragen sind gestellt. Sie können die Live-Runde jetzt beenden.")


class SettingFixed(RuleBroken):
    code = "setting_fixed"
    message = _(
        "Wer abstimmen darf, steht seit dem Start fest. Legen Sie dafür eine neue Live-Runde an."
    )


class NotARehearsal(RuleBroken):
    code = "not_a_rehearsal"
    message = _("Erfundene Stimmen gibt es nur in einer Probe.")


class NoPaperForType(RuleBroken):
    """Words, places or ranks are not counted by raised hands."""

    status = 400
    code = "paper_type"
    message = _(
        "Von Hand lässt sich nur auszählen, was feste Antworten oder Stufen hat. Stellen Sie dafür"
        " eine Frage mit einer oder mehreren Antworten, mit Ja und Nein oder mit einer Skala."
    )


class PersonNeeded(RuleBroken):
    """A key of a program has no name that could stand under a count."""

    status = 403
    code = "person_needed"
    message = _(
        "Eine Auszählung tragen zwei Menschen ein, die beide angemeldet sind: eine Person zählt,"
        " eine zweite zeichnet gegen."
    )


class SecondPersonNeeded(RuleBroken):
    code = "second_person_needed"
    message = _("Sie haben selbst gezählt. Bitte lassen Sie eine zweite Person gegenzeichnen.")


class PaperChanged(RuleBroken):
    """What was countersigned is not what stands there now."""

    code = "version_conflict"
    message = _(
        "Die Auszählung wurde inzwischen geändert. Bitte vergleichen Sie die Zahlen noch einmal."
    )


class PaperSigned(RuleBroken):
    code = "paper_signed"
    message = _(
        "Diese Auszählung ist gegengezeichnet und lässt sich nicht mehr ändern. Ziehen Sie sie"
        " zurück und tragen Sie sie neu ein."
    )


class PaperUnsigned(RuleBroken):
    code = "paper_unsigned"
    message = _(
        "Eine Auszählung von Hand ist noch nicht gegengezeichnet. Bitte lassen Sie eine zweite"
        " Person gegenzeichnen, oder ziehen Sie sie zurück."
    )


class NeverARecord(IllegalStep):
    code = "rehearsal"
    message = _("Eine Probe wird nie veröffentlicht. Duplizieren Sie sie als Live-Runde.")


class NothingToCorrect(RuleBroken):
    code = "nothing_to_correct"
    message = _(
        "An Titel, Berechtigten und Auszählungen von Hand hat sich nichts geändert. Die Stimmen der"
        " Handys lassen sich nicht berichtigen."
    )


class RecordSuperseded(RuleBroken):
    """Somebody else has corrected it in the meantime."""

    code = "version_conflict"
    message = _(
        "Das Ergebnis wurde inzwischen berichtigt. Bitte laden Sie die Seite neu und vergleichen"
        " Sie."
    )


class NoSuchContribution(RuleBroken):
    status = 404
    code = "no_such_contribution"
    message = _("Diesen Beitrag gibt es hier nicht (mehr). Bitte laden Sie die Seite neu.")


class RoomClosed(RuleBroken):
    """The session takes no contributions of this kind, or no reactions."""

    code = "room_closed"
    message = _("Dafür ist diese Live-Runde gerade nicht geöffnet.")


class NoConsent(RuleBroken):
    code = "no_consent"
    message = _(
        "Wer diese Karte geschrieben hat, möchte nicht, dass sie als Idee weitergegeben wird."
    )
