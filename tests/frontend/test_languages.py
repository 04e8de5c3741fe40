"""What towns and citizens write keeps its language: an English page says where it is German."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone

from participation.models import Idea, Municipality
from tests.participation.idea_factories import make_idea
from tests.workshops.factories import book, make_slot, make_venue, make_workshop
from tests.workshops.open_day_factories import make_open_day, make_stand
from workshops.models import Slot, Workshop

OWN = "Wörtlich"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}


class Words(HTMLParser):
    """The languages in which the marked words stand; title and breadcrumb aside."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        given = dict(attrs)
        _tag, language, aside = self._open[-1] if self._open else ("", "", False)
        aside = aside or tag in {"title", "script"} or "mw-crumbs" in (given.get("class") or "")
        self._open.append((tag, given.get("lang") or language, aside))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if OWN in data and not self._open[-1][2]:
            self.found.append(self._open[-1][1])


@pytest.fixture
def slot(town: Municipality) -> Slot:
    Municipality.objects.filter(pk=town.pk).update(imprint=f"{OWN}: Neumarkt 5")
    venue = make_venue(town)
    venue.access_info = venue.directions = f"{OWN} ebenerdig"
    venue.save()
    workshop = make_workshop(town, title=f"{OWN} löten", text=f"{OWN}: Wir löten.", venue=venue)
    Workshop.objects.filter(pk=workshop.pk).update(audience=f"{OWN} alle", bring=f"{OWN} nichts")
    return make_slot(town, workshop=workshop, starts_at=timezone.now() + timedelta(days=2))


@pytest.fixture
def idea(town: Municipality) -> Idea:
    made = make_idea(town, timezone.now())
    Idea.objects.filter(pk=made.pk).update(title=f"{OWN} mehr Bänke", text=f"{OWN} am Markt.")
    made.refresh_from_db()
    return made


@pytest.fixture
def paths(town: Municipality, slot: Slot, idea: Idea) -> list[str]:
    day = make_open_day(town, starts_at=timezone.now(), title=f"{OWN} offen", state="published")
    stand = make_stand(day, name=f"{OWN} Stand")
    booking = book(slot, now=timezone.now())
    month = f"{timezone.localtime(slot.starts_at):%Y-%m}"
    return [
        "/menden/",
        "/menden/angebote/",
        f"/menden/angebote/kalender/{month}/",
        f"/menden/angebote/{slot.workshop_id}/",
        f"/menden/orte/{slot.workshop.venue_id}/",
        "/menden/ideen/",
        f"/menden/ideen/{idea.reference}/",
        "/menden/impressum/",
        f"/menden/offene-tage/{day.pk}/",
        f"/stand/{stand.token}/",
        f"/buchung/{booking.code}/{booking.manage_token}/",
    ]


def test_german_words_on_an_english_page_say_so(client: Client, paths: list[str]) -> None:
    for path in paths:
        answer = client.get(path, headers={"accept-language": "en"})
        assert answer.status_code == 200, path
        found = Words(answer.content.decode()).found
        assert found, path
        assert set(found) == {"de"}, path


def test_words_in_the_pages_language_need_no_mark(client: Client, paths: list[str]) -> None:
    for path in paths:
        page = client.get(path, headers={"accept-language": "de"}).content.decode()
        assert page.count('lang="de"') <= 2, path  # the page, and the way to it


def test_an_english_workshop_on_a_german_page(client: Client, slot: Slot) -> None:
    Workshop.objects.update(language="en")
    page = client.get(f"/menden/angebote/{slot.workshop_id}/").content.decode()
    assert f'lang="en">{OWN} löten</h1>' in page
