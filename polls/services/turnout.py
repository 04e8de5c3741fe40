"""How many may vote, and what became of the result: what staff add to a session."""

from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput
from participation.models import Idea
from participation.queries.ideas import visible_to
from polls.errors import IllegalStep
from polls.models import LiveSession
from polls.services import sessions

LONGEST_OUTCOME = 2000


@transaction.atomic
def set_eligible(*, actor: Actor, code: str, eligible: int | None) -> LiveSession:
    """How many people may vote (1 to 1,000,000), or that nobody knows. Locks the session.

    Raises NotFound, NotAllowed, InvalidInput (`eligible`), IllegalStep (published: a correction of
    the record says so).
    """
    session = sessions.locked_session(actor, code)
    if session.state == LiveSession.State.PUBLISHED:
        raise IllegalStep
    sessions.check_eligible(eligible)
    session.eligible = eligible
    session.save(update_fields=["eligible"])
    sessions.tell_facilitators(session)
    return session


@transaction.atomic
def tell_outcome(
    *, actor: Actor, code: str, text: str = "", url: str = "", idea: str = ""
) -> LiveSession:
    """Say what became of the result: in words, by a link, by an idea of the town (its reference).

    All empty takes it back. The record stays as it is. Locks the session. Raises NotFound,
    NotAllowed, IllegalStep (not ended yet), InvalidInput (`text`, `url`, `idea`).
    """
    session = sessions.locked_session(actor, code)
    if session.state not in {LiveSession.State.ENDED, LiveSession.State.PUBLISHED}:
        raise IllegalStep
    session.outcome = _text(text)
    session.outcome_url = _link(url)
    session.outcome_idea = _idea(session, idea)
    session.save(update_fields=["outcome", "outcome_url", "outcome_idea"])
    return session


def _text(typed: str) -> str:
    text = "\n".join(line.rstrip() for line in typed.strip().splitlines())
    if len(text) > LONGEST_OUTCOME:
        message = _("Höchstens %(limit)d Zeichen.") % {"limit": LONGEST_OUTCOME}
        raise InvalidInput("text", "too_long", message)
    if not text.replace("\n", "").isprintable():
        raise InvalidInput("text", "unprintable", _("Bitte geben Sie nur lesbare Zeichen ein."))
    return text


def _link(typed: str) -> str:
    url = typed.strip()
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        whole = False
    if url and not (whole and len(url) <= 200 and url.isprintable() and " " not in url):
        message = _("Bitte geben Sie eine ganze Adresse an, die mit https:// beginnt.")
        raise InvalidInput("url", "invalid_url", message)
    return url


def _idea(session: LiveSession, typed: str) -> Idea | None:
    reference = typed.strip().upper()
    if not reference:
        return None
    public = visible_to(Actor(session.municipality))
    found = public.filter(municipality=session.municipality, reference=reference).first()
    if found is None:
        message = _("Diese Idee gibt es hier nicht, oder sie ist nicht öffentlich.")
        raise InvalidInput("idea", "unknown_idea", message)
    return found
