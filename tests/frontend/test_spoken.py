"""What a town has written is German, and says so on the desk's English pages (WCAG 3.1.2)."""

from datetime import datetime
from html.parser import HTMLParser

import pytest
from django.test import Client

from participation.models import Idea, Municipality
from participation.models.access import Role
from polls.models import LiveSession
from tests.factories import make_theme, member
from tests.routes import APP_FILES, STAFF_ONLY, routes_of
from tests.towns import Town, make_everything
from workshops.models import Gate, OpenDay, Question, Room, Stand, Venue, Workshop

WORD = "Zwiebelkuchen"
# No element inside them can say its language, and forms hold what somebody may change.
MUTE = {"title", "textarea", "option", "script"}
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Spoken(HTMLParser):
    """Collects texts with the word that are taken for English."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = [("", "")]
        self.found = 0
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang") or self.open[-1][1]))

    def handle_endtag(self, tag: str) -> None:
        while len(self.open) > 1 and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, language = self.open[-1]
        if WORD in data and tag not in MUTE:
            self.found += 1
            if language != "de":
                self.wrong.append(data.strip())


@pytest.fixture
def ours(town: Municipality, now: datetime) -> Town:
    make_theme("kultur")
    made = make_everything(town, now)
    Workshop.objects.update(title=WORD, text=WORD, language="de")
    Idea.objects.update(title=WORD, text=WORD, language="de")
    for table in (Venue, Room, Stand, Gate):
        table.objects.update(name=WORD)
    for titled in (OpenDay, LiveSession):
        titled.objects.update(title=WORD)
    Question.objects.update(text=WORD)
    return made


@pytest.mark.django_db
def test_every_page_of_the_desk(client: Client, ours: Town) -> None:
    slug = ours.municipality.slug
    client.force_login(
        member(None, ours.municipality, Role.ADMIN),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    found, wrong = 0, []
    for route in [*routes_of("rows", ours), *routes_of("lists", ours)]:
        is_desk = any(start in route.pattern for start in STAFF_ONLY)
        if not is_desk or route.pattern.startswith("api/") or route.pattern in APP_FILES:
            continue
        answer = client.get(route.path(slug, ours), headers={"accept-language": "en"})
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            page = Spoken()
            page.feed(answer.content.decode())
            found += page.found
            wrong += [(route.pattern, text) for text in page.wrong]
    assert wrong == [], "\n".join(map(str, wrong))
    assert found > 100
