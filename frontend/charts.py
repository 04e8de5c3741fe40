"""Pictures of figures, drawn on the server: bars whose lengths are shares of the longest."""

from collections.abc import Iterable
from dataclasses import dataclass

from workshops.queries.figures import Sums


@dataclass(frozen=True, slots=True)
class Bar:
    """Lengths in percent of the longest bar: who came, who did not, who walked in, behind one
    another; `seats` is the track on which they lie."""

    label: str
    sums: Sums
    seats: float
    came: float
    no_show_from: float
    no_show: float
    walk_ins_from: float
    walk_ins: float


def bars(rows: Iterable[tuple[str, Sums]]) -> list[Bar]:
    found = list(rows)
    longest = max((_length(sums) for _label, sums in found), default=0)
    return [_bar(label, sums, longest) for label, sums in found] if longest else []


def _length(sums: Sums) -> int:
    return max(sums.capacity, sums.booked + sums.walk_ins)


def _bar(label: str, sums: Sums, longest: int) -> Bar:
    def share(count: int) -> float:
        return round(100 * count / longest, 2)

    return Bar(
        label=label,
        sums=sums,
        seats=share(sums.capacity),
        came=share(sums.came),
        walk_ins_from=share(sums.came),
        walk_ins=share(sums.walk_ins),
        no_show_from=share(sums.came + sums.walk_ins),
        no_show=share(sums.no_show),
    )
