"""The quiz's list: who has most right answers."""

from typing import Any
from uuid import UUID

from polls.models import Player

LEADERS = 10


def leaders(session_id: int) -> list[dict[str, Any]]:
    """The first ten, most points first; who has as many shares the place: one statement."""
    rows = list(
        Player.objects.filter(session_id=session_id).order_by("-score", "nickname", "pk")[:LEADERS]
    )
    ahead = [sum(other.score > row.score for other in rows) for row in rows]
    return [
        {"place": before + 1, "nickname": row.nickname, "score": row.score}
        for row, before in zip(rows, ahead, strict=True)
    ]


def player_of(seat: UUID | None) -> Player | None:
    """Who this seat is on the list."""
    return Player.objects.filter(seat_id=seat).first() if seat else None


def players(session_id: int) -> list[Player]:
    """All of them, for who facilitates: one statement."""
    return list(Player.objects.filter(session_id=session_id).order_by("-score", "nickname", "pk"))
