"""Rows of live polls: sessions, seats, questions, rounds, ballots and their tallies, records."""

from polls.models.ballots import Ballot, RoundTally
from polls.models.questions import Option, Question, Round
from polls.models.records import ResultRecord
from polls.models.sessions import AccessCode, LiveSession, Seat, SessionEvent

__all__ = [
    "AccessCode",
    "Ballot",
    "LiveSession",
    "Option",
    "Question",
    "ResultRecord",
    "Round",
    "RoundTally",
    "Seat",
    "SessionEvent",
]
