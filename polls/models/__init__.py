"""Rows of live polls: sessions, joint ones, seats, questions, rounds, ballots, tallies, records."""

from polls.models.ballots import Ballot, RoundTally, VotedSeat
from polls.models.contributions import Contribution, Player, Upvote
from polls.models.joint import JointPart, JointSession
from polls.models.questions import Option, Question, Round
from polls.models.records import PaperTally, ResultRecord
from polls.models.sessions import AccessCode, LiveSession, Seat, SessionEvent

__all__ = [
    "AccessCode",
    "Ballot",
    "Contribution",
    "JointPart",
    "JointSession",
    "LiveSession",
    "Option",
    "PaperTally",
    "Player",
    "Question",
    "ResultRecord",
    "Round",
    "RoundTally",
    "Seat",
    "SessionEvent",
    "Upvote",
    "VotedSeat",
]
