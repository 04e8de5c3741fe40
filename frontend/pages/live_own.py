"""Everyone's own pace: what is open as a list, and the one that this phone has chosen.

`frontend/ts/live/own_pace.ts` decides the same in the browser.
"""

from dataclasses import dataclass
from typing import Any

from frontend.pages import live_stage
from polls.models import LiveSession

LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Row:
    """An open question on the list; `done` once this seat's ballot counts."""

    round_id: int
    text: str
    done: bool
    held: bool
    ballots: int


def rows(snapshot: dict[str, Any]) -> list[Row]:
    """The open questions, while everyone has a pace of their own; none otherwise."""
    if snapshot["pace"] != LiveSession.Pace.OWN or snapshot["state"] != LiveSession.State.LIVE:
        return []
    own = snapshot["own"]
    return [
        Row(
            round_["id"],
            live_stage.wording(question),
            bool((own.get(str(round_["id"])) or {}).get("value")),
            bool(round_["held"]),
            round_["ballots"] or 0,
        )
        for question in snapshot["questions"]
        for round_ in question["rounds"]
        if round_["state"] == "open"
    ]


def next_of(found: list[Row], round_id: int | None) -> int | None:
    """Behind an answer the next question without one, from there on around."""
    ids = [row.round_id for row in found]
    if round_id not in ids or not found[at := ids.index(round_id)].done:
        return None
    return next((row.round_id for row in [*found[at:], *found[:at]] if not row.done), None)


def seen(snapshot: dict[str, Any], found: list[Row], chosen: str) -> dict[str, Any]:
    """The snapshot with the chosen open question in focus, or none."""
    if not found:
        return snapshot
    fits = chosen.isascii() and chosen.isdecimal() and len(chosen) <= LONGEST_NUMBER
    round_id = int(chosen) if fits else 0
    focus = round_id if any(row.round_id == round_id for row in found) else None
    return {**snapshot, "focus": focus}
