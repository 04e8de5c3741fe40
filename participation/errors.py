"""Rules that can be broken. `code` is public API; the message tells a person what to do."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Message = str | Promise


class RuleBroken(Exception):
    """A rule of the domain refused the request: HTTP 409 unless a child says otherwise.

    `extra` holds further members of the problem document, such as `seats_left`.
    """

    status: ClassVar[int] = 409
    code: str = "rule_broken"
    message: Message = _("Das geht in diesem Zustand nicht.")

    def __init__(self, message: Message | None = None, *, code: str = "", **extra: Any) -> None:
        self.message = message or self.message
        self.code = code or self.code
        self.extra = extra
        super().__init__(self.code)


class InvalidInput(RuleBroken):
    """A value that no state could accept; `attr` names the field it belongs to."""

    status = 400
    code = "invalid"
    message = _("Bitte prüfen Sie Ihre Angaben.")

    def __init__(self, attr: str, code: str, message: Message) -> None:
        super().__init__(message, code=code)
        self.attr = attr

    @property
    def errors(self) -> "Sequence[InvalidInput]":
        return (self,)


class SeveralInvalid(InvalidInput):
    """All that is wrong at once; it stands for the first of them."""

    def __init__(self, errors: Sequence[InvalidInput]) -> None:
        super().__init__(errors[0].attr, errors[0].code, errors[0].message)
        self._errors = tuple(errors)

    @property
    def errors(self) -> Sequence[InvalidInput]:
        return self._errors


class NotAllowed(RuleBroken):
    """Known to exist, but the actor's role is too small."""

    status = 403
    code = "forbidden"
    message = _("Dafür reicht Ihre Rolle nicht aus. Bitten Sie die Verwaltung um Zugang.")


class LoginRequired(RuleBroken):
    status = 401
    code = "unauthenticated"
    message = _("Bitte melden Sie sich an.")


class NotFound(RuleBroken):
    """Unknown, or another town's, which is the same."""

    status = 404
    code = "not_found"
    message = _("Das gibt es hier nicht (mehr).")


class Gone(RuleBroken):
    status = 410
    code = "gone"
    message = _("Das wurde abgesagt oder gelöscht.")


class TooLarge(RuleBroken):
    """A request longer than its kind may be; refused before it is read."""

    status = 413
    code = "body_too_large"
    message = _("Das ist zu groß. Bitte senden Sie weniger Text oder kleinere Dateien.")


class TooManyRequests(RuleBroken):
    """`retry_after` in seconds."""

    status = 429
    code = "rate_limited"
    message = _("Das waren zu viele Anfragen. Bitte warten Sie einen Moment.")

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class Unavailable(RuleBroken):
    """Not now, or not on this machine; `retry_after` in seconds where trying again helps."""

    status = 503
    code = "unavailable"
    message = _("Das geht gerade nicht. Bitte versuchen Sie es später noch einmal.")
    retry_after = 0


class DatabaseAway(Unavailable):
    code = "busy"
    retry_after = 5


class VersionConflict(RuleBroken):
    code = "version_conflict"
    message = _("Jemand hat das inzwischen geändert. Bitte laden Sie die Seite neu.")
