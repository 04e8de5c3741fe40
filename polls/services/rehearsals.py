"""Rehearsals: simulated voters in a copy of the evening, which is gone the day after."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput
from polls import policy, queries, tickets
from polls.errors import NotARehearsal, RoundClosed, SeatRequired
from polls.models import Ballot, LiveSession, PaperTally, Round, VotedSeat
from polls.services import ballots, simulation
from polls.services.ballots import Ack, Cast

KEPT = timedelta(days=1)
MAX_VOTERS = 500


def simulate_voters(
    *, actor: Actor, code: str, count: int, now: datetime, dice: random.Random | None = None
) -> int:
    """Let 1 to 500 invented voters, each from a seat of its own, vote in every open round of a
    rehearsal, through the ballot box that everyone uses. Returns how many ballots were counted.

    Several transactions: those of the ballots. Raises NotFound, LoginRequired, NotAllowed,
    NotARehearsal, RoundClosed (none is open), InvalidInput (`count`).
    """
    session = queries.live_session(actor, code)
    policy.must_facilitate(actor, session)
    if session.kind != LiveSession.Kind.REHEARSAL:
        raise NotARehearsal
    if not 1 <= count <= MAX_VOTERS:
        raise InvalidInput("count", "voters", _("Bitte geben Sie 1 bis 500 Stimmen an."))
    open_ = list(
        Round.objects.filter(question__session=session, state=Round.State.OPEN)
        .select_related("question")
        .order_by("pk")
    )
    if not open_:
        raise RoundClosed(_("Gerade ist keine Frage offen. Öffnen Sie zuerst eine."))
    seats = [_new_seat(session) for _n in range(count)]
    counted = 0
    for round_ in open_:
        casts = list(_casts(session, round_, seats, dice or random.Random()))
        counted += sum(isinstance(done, Ack) for done in ballots.cast_ballots(casts, now))
    return counted


@transaction.atomic
def delete_old_rehearsals(*, now: datetime) -> int:
    """Rehearsals a day old go with all that was said in them. Runs on the clock.

    Locks the sessions. Returns how many went.
    """
    old = LiveSession.objects.filter(
        kind=LiveSession.Kind.REHEARSAL, created_at__lt=now - KEPT
    ).order_by("pk")
    ids = list(old.select_for_update().values_list("pk", flat=True))
    for rows in (Ballot, VotedSeat, PaperTally):
        rows.objects.filter(round__question__session__in=ids).delete()
    LiveSession.objects.filter(pk__in=ids).delete()
    return len(ids)


def _new_seat(session: LiveSession) -> UUID:
    seat = tickets.seat_of(tickets.new_seat_token(session.code), session.code)
    if seat is None:
        raise SeatRequired
    return seat


def _casts(
    session: LiveSession, round_: Round, seats: list[UUID], dice: random.Random
) -> Iterator[Cast]:
    question = round_.question
    spec = question.spec(question.options.order_by("position", "pk"))
    for seat in seats:
        value = simulation.random_value(dice, spec)
        yield Cast(session.pk, round_.pk, seat, uuid4(), 1, value)
