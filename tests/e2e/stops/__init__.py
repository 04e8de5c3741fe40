"""The pages of the website, part by part.

Each module here has `STOPS`; the order of all of them does not matter. It may have `EXCEPTIONS`
(route name → why it is no page of its own) and `FACTS`: Python for `manage.py shell` that puts ids
and tokens of the demo's rows into the dict `facts`, which fill the `{names}` in the paths.
"""

from dataclasses import dataclass

STEP = "changes something and goes back to a page that is listed"
DATA = "data, not a page"


@dataclass(frozen=True)
class Stop:
    """`send` presses the button of that name in an empty form; the answer is what we look at."""

    route: str
    path: str
    who: str = "guest"
    send: str = ""
    status: int = 200

    @property
    def name(self) -> str:
        state = "-sent" if self.send else "" if self.status == 200 else f"-{self.status}"
        return f"{self.route}{state}-{self.who}"
