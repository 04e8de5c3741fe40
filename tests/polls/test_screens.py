"""What a phone that does not read holds, and when it is sent away; without a socket in between."""

from polls.live.frames import Frame, frame
from polls.live.screen import MAX_WAITING, TOO_SLOW, Screen


class Line:
    """Takes nothing while it is not `idle`."""

    def __init__(self) -> None:
        self.idle = False
        self.written: list[Frame] = []
        self.code = 0

    def write(self, frame: Frame) -> None:
        self.written.append(frame)

    def close(self, code: int) -> None:
        self.code = code


def test_events_pile_up_to_a_bound_and_then_it_is_too_slow() -> None:
    line = Line()
    screen = Screen(line, "voter", 0)
    for number in range(MAX_WAITING):
        screen.send(frame("focus", seq=number))
    assert (line.code, screen.lags) == (0, True)
    screen.send(frame("focus", seq=MAX_WAITING))
    assert (line.code, screen.closed, screen.lags) == (TOO_SLOW, True, False)
    assert TOO_SLOW == 4508
    assert line.written == []


def test_of_tallies_only_the_newest_waits() -> None:
    line = Line()
    screen = Screen(line, "voter", 0)
    event, *tallies = (frame("tally", {"rev": number}) for number in range(200))
    screen.send(event)
    for tally in tallies:
        screen.tally(1, tally)
    line.idle = True
    screen.flush()
    assert line.written == [event, tallies[-1]]
    assert line.code == 0
