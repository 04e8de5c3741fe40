"""What the room wrote, read as an attacker would after a close and after the end."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from participation.models import Municipality
from polls import queries
from polls.models import Contribution, Upvote
from polls.services import ballots, contributions, rounds, sessions, upvotes
from tests.polls.factories import Evening
from tests.polls.rooms import agree, ask, make_room, say

pytestmark = pytest.mark.django_db
WRITERS = 40


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_room(town, now)


@pytest.fixture
def written(evening: Evening) -> list[tuple[UUID, UUID, str]]:
    """Forty seats, one after the other, that answer, ask and agree: (seat, key, text)."""
    made = []
    first = ask(evening, "Die erste Frage?")
    for number in range(WRITERS):
        seat = evening.seat()
        ballot = say(evening, f"Antwort {number:02}", seat=seat)
        ballots.cast_one(ballot, evening.now)
        question = ask(evening, f"Frage {number:02}?", seat=seat)
        agree(evening, first, seat)
        made += [(seat, ballot.ballot, f"Antwort {number:02}")]
        made += [(seat, question.pk, question.text)]
    return made


def end(evening: Evening) -> None:
    rounds.close_round(**evening.at())
    sessions.end_session(actor=evening.actor, code=evening.code, now=evening.now)


def in_place(columns: str, kind: str) -> list[tuple[Any, ...]]:
    """The contributions in the order in which they lie on the disk."""
    order = "ctid" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM polls_contribution WHERE kind = %s ORDER BY {order}",  # noqa: S608
            [kind],
        )
        return list(cursor.fetchall())


@pytest.mark.parametrize("kind", ["answer", "question"])
def test_they_lie_in_no_order_that_tells(
    evening: Evening, written: list[tuple[UUID, UUID, str]], kind: str
) -> None:
    word = "Antwort" if kind == "answer" else "Frage"
    of_kind = [row for row in written if row[2].startswith(word)]
    end(evening)
    lying = [text for (text,) in in_place("text", kind) if text.startswith(word)]
    in_time = [text for _seat, _key, text in of_kind]
    by_seat = [text for _seat, _key, text in sorted(of_kind)]
    by_key = [text for _seat, _key, text in sorted(of_kind, key=lambda row: row[1])]
    assert sorted(lying) == sorted(in_time)
    for known in (in_time, by_seat, by_key):
        assert lying not in (known, known[::-1])


def test_no_row_holds_a_writer_and_a_word(
    evening: Evening, written: list[tuple[UUID, UUID, str]]
) -> None:
    end(evening)
    traces = {part.hex for row in written for part in row[:2]}
    telling = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            rows = [str(row).replace("-", "") for row in cursor.fetchall()]
            if any(trace in row for row in rows for trace in traces):
                telling.add(table)
    # That a seat voted, and as what ballot; the ballot itself has another name by now.
    assert telling == {"polls_seat", "polls_votedseat"}
    bare = Contribution.objects.filter(seat=None, ballot=None, created_at=None)
    assert bare.count() == Contribution.objects.count() == 2 * WRITERS + 1


def test_the_close_cuts_answers_and_the_end_all_else(
    evening: Evening, written: list[tuple[UUID, UUID, str]]
) -> None:
    rounds.close_round(**evening.at())
    left = Contribution.objects.exclude(seat=None).values_list("kind", flat=True)
    assert set(left) == {"question"}
    assert Upvote.objects.count() == WRITERS
    sessions.end_session(actor=evening.actor, code=evening.code, now=evening.now)
    assert not Upvote.objects.exists()
    assert Contribution.objects.get(text="Die erste Frage?").votes == WRITERS


def test_one_transaction_wrote_them_all(
    evening: Evening, written: list[tuple[UUID, UUID, str]]
) -> None:
    """PostgreSQL names the writing transaction beside each row."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL keeps xmin")
    end(evening)
    for kind in ("answer", "question"):
        assert len(set(in_place("xmin::text", kind))) == 1


def test_agreement_lies_by_no_time(evening: Evening, now: datetime) -> None:
    """While the session runs, one batch's rows stand in the order of the seats' random keys."""
    question = ask(evening)
    seats = [evening.seat() for _n in range(WRITERS)]
    wishes = [upvotes.Wish(evening.session.pk, seat, question.pk, up=True) for seat in seats]
    upvotes.cast_upvotes(wishes, now)
    lying = list(Upvote.objects.order_by("pk").values_list("seat", flat=True))
    assert lying == sorted(seats)


def test_an_idea_keeps_its_card_and_what_was_shown_stays(evening: Evening) -> None:
    card = ask(evening, "Eine Bank", kind="card", consent=True)
    idea = contributions.pass_on(
        actor=evening.actor,
        code=evening.code,
        contribution_id=card.pk,
        now=evening.now,
        theme="kultur",
    ).idea
    ask(evening, "Bleibt das?")
    end(evening)
    assert Contribution.objects.get(idea=idea).text == "Eine Bank"
    shown = queries.snapshot(evening.session, now=evening.now)["room"]["items"]
    assert {item["text"] for item in shown} == {"Eine Bank", "Bleibt das?"}
    assert {item["at"] for item in shown} == {None}
