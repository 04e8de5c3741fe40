"""Real threads: two clocks remind once, and a link answers once."""

from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from participation.models import Municipality
from tests.workshops.factories import NOW, book, make_slot, make_workshop
from tests.workshops.test_races import at_once
from workshops import tickets
from workshops.models import Feedback, Slot, Workshop
from workshops.services import feedback, reminders

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def slot(transactional_db: None, town: Municipality) -> Slot:
    workshop: Workshop = make_workshop(town, feedback_question="Was nehmen Sie mit?")
    return make_slot(town, workshop=workshop)


def test_clocks_at_once_remind_once(slot: Slot) -> None:
    due = slot.starts_at - timedelta(days=1)
    assert sorted(at_once(*[lambda: reminders.remind(now=due)] * 4)) == [0, 0, 0, 1]
    queued = DBTaskResult.objects.filter(task_path__endswith="send_reminders")
    assert queued.count() == 1


def test_a_link_clicked_at_once_answers_once(slot: Slot) -> None:
    token = tickets.feedback_token(book(slot, now=NOW))
    outcomes = at_once(
        *[lambda: feedback.give(token=token, stars=4, text="", now=slot.ends_at).stars] * 4
    )
    assert sorted(map(str, outcomes)) == ["4", *["already_answered"] * 3]
    assert Feedback.objects.count() == 1
