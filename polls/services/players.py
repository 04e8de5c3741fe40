"""The quiz's list: a nickname chosen on the phone, points with the result, gone a week later."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from polls import policy, queries
from polls.errors import NicknameTaken, NoLeaderboard, NotEligible, SessionNotLive
from polls.live import announcements
from polls.models import Ballot, LiveSession, Player, Round, Seat
from polls.models.answers import ANSWERS, QuestionType
from polls.models.answers.choices import Quiz
from polls.models.answers.rude import is_rude

LONGEST = 20
KEPT = timedelta(days=7)


@transaction.atomic
def choose_nickname(*, code: str, seat: UUID, nickname: str, now: datetime) -> Player:
    """Put this seat on the quiz's list, or rename it there; points stay.

    One nickname is there once, however it is written. Raises NotFound, NoLeaderboard,
    SessionNotLive, NotEligible (a banned seat), InvalidInput (`nickname`), NicknameTaken.
    """
    session = queries.session_by_code(code)
    if not session.leaderboard:
        raise NoLeaderboard
    if not session.is_live:
        raise SessionNotLive
    name = _clean(nickname)
    row, _created = Seat.objects.get_or_create(
        pk=seat, defaults={"session": session, "taken_at": now}
    )
    if row.session_id != session.pk or row.banned_at is not None:
        raise NotEligible
    try:
        with transaction.atomic():
            player, _created = Player.objects.update_or_create(
                seat=row, defaults={"session": session, "nickname": name}
            )
    except IntegrityError:
        raise NicknameTaken from None
    _tell(session)
    return player


@transaction.atomic
def leave_list(*, code: str, seat: UUID) -> None:
    """Take this seat off the list, with its points. Raises NotFound."""
    session = queries.session_by_code(code)
    if Player.objects.filter(session=session, seat_id=seat).delete()[0]:
        _tell(session)


@transaction.atomic
def remove_player(*, actor: Actor, code: str, player_id: int) -> None:
    """Take a nickname off the list that does not belong there.

    Raises NotFound (unknown player, too), LoginRequired, NotAllowed.
    """
    session = queries.live_session(actor, code)
    policy.must_facilitate(actor, session)
    if not Player.objects.filter(session=session, pk=player_id).delete()[0]:
        raise NotFound
    _tell(session)


def score_round(session: LiveSession, round_: Round) -> None:
    """A point for each player whose ballot in this closing round is right; where the room does not
    see its counts yet, it waits for `show_points`.

    Called before the ballots are cut from their seats, in the same transaction and under the
    locks of session and round. A question counts once: in its first round.
    """
    question = round_.question
    if not session.leaderboard or round_.n > 1 or question.type != QuestionType.QUIZ:
        return
    quiz = ANSWERS[question.type]
    assert isinstance(quiz, Quiz)  # noqa: S101  (that is what this type is)
    spec = question.spec(question.options.order_by("position", "pk"))
    ballots = Ballot.objects.filter(round=round_, seat__player__session=session)
    right = [
        seat
        for seat, value in ballots.order_by("pk").values_list("seat_id", "value")
        if value is not None and quiz.is_right(spec, value)
    ]
    points = "score" if round_.revealed else "waiting"
    Player.objects.filter(seat_id__in=right).update(**{points: F(points) + 1})
    _tell(session)


def show_points(session: LiveSession) -> None:
    """Put what waited on the list, unless a quiz is still counted and hidden: who gained a point
    would tell how many were right, and what is. The session is locked.
    """
    hidden = Round.objects.filter(
        question__session=session,
        question__type=QuestionType.QUIZ,
        n=1,
        state=Round.State.CLOSED,
        revealed=False,
    )
    if session.leaderboard and not hidden.exists():
        waiting = Player.objects.filter(session=session, waiting__gt=0)
        waiting.update(score=F("score") + F("waiting"), waiting=0)
        _tell(session)


@transaction.atomic
def forget_players(*, now: datetime) -> int:
    """Erase the nicknames of sessions that ended more than a week ago. Returns how many."""
    over = LiveSession.objects.filter(ended_at__lt=now - KEPT)
    return Player.objects.filter(session__in=over).delete()[0]


def _clean(nickname: str) -> str:
    name = " ".join(nickname.split())
    if not name or len(name) > LONGEST or not name.isprintable():
        raise InvalidInput("nickname", "bad_nickname", _("Bitte wählen Sie 1 bis 20 Zeichen."))
    if is_rude(name):
        raise InvalidInput(
            "nickname", "rude_nickname", _("Bitte wählen Sie einen anderen Spitznamen.")
        )
    return name


def _tell(session: LiveSession) -> None:
    tell = partial(announcements.announce, session.code, {"kind": "leaders"})
    transaction.on_commit(tell)
