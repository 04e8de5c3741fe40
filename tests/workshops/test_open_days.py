"""Open days and their stands: made, announced, ordered, called off."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from tests.workshops.factories import NOW, make_venue, staff
from tests.workshops.open_day_factories import make_open_day, make_stand, tap
from workshops.errors import IllegalStep, StandHasCounts
from workshops.models import OpenDay
from workshops.queries import open_days as days
from workshops.services import open_days


def names(open_day: OpenDay) -> list[tuple[int, str]]:
    return list(open_day.stands.values_list("number", "name"))


@pytest.mark.django_db
def test_a_day_is_made_announced_and_called_off(town: Municipality) -> None:
    actor, guest = staff(town), actors.guest(town)
    open_day = make_open_day(town, state="draft", text="Kommen Sie vorbei.")
    assert (open_day.title, open_day.state) == ("Zukunfts-Marktplatz", "draft")
    assert not days.open_days(guest).exists()
    assert days.open_days(actor).exists()
    assert open_days.publish_open_day(actor=actor, open_day_id=open_day.pk).state == "published"
    assert days.open_day(guest, open_day.pk).text == "Kommen Sie vorbei."
    assert open_days.cancel_open_day(actor=actor, open_day_id=open_day.pk).state == "cancelled"
    assert days.open_day(guest, open_day.pk).is_cancelled
    for step in (open_days.publish_open_day, open_days.cancel_open_day):
        with pytest.raises(IllegalStep):
            step(actor=actor, open_day_id=open_day.pk)
    with pytest.raises(IllegalStep):
        open_days.change_open_day(actor=actor, open_day_id=open_day.pk, changes={"title": "Neu"})
    with pytest.raises(IllegalStep):
        make_stand(open_day)


@pytest.mark.django_db
def test_a_day_is_changed(town: Municipality) -> None:
    open_day = make_open_day(town)
    venue = make_venue(town)
    changed = open_days.change_open_day(
        actor=staff(town),
        open_day_id=open_day.pk,
        changes={"title": " Neu ", "venue_id": venue.pk, "state": "cancelled"},
    )
    changed.refresh_from_db()
    assert (changed.title, changed.venue, changed.state) == ("Neu", venue, "published")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "attr"),
    [
        ({"title": " "}, "title"),
        ({"text": "x" * 5001}, "text"),
        ({"ends_at": NOW}, "ends_at"),
        ({"ends_at": NOW + timedelta(hours=25)}, "ends_at"),
        ({"starts_at": NOW.replace(year=1999)}, "starts_at"),
        ({"state": "cancelled"}, "state"),
    ],
)
def test_what_no_day_may_be(town: Municipality, wrong: dict[str, object], attr: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_open_day(town, **wrong)  # type: ignore[arg-type]
    assert refused.value.attr == attr


@pytest.mark.django_db
def test_a_day_is_at_a_venue_of_the_town(town: Municipality, other_town: Municipality) -> None:
    with pytest.raises(InvalidInput, match="unknown_venue"):
        make_open_day(town, venue_id=make_venue(other_town).pk)


@pytest.mark.django_db
def test_stands_stand_in_an_order(town: Municipality) -> None:
    actor, open_day = staff(town), make_open_day(town)
    first, second, third = (make_stand(open_day, name) for name in ("A", "B", "C"))
    assert names(open_day) == [(1, "A"), (2, "B"), (3, "C")]
    open_days.move_stand(actor=actor, stand_id=third.pk, to=1)
    assert names(open_day) == [(1, "C"), (2, "A"), (3, "B")]
    open_days.move_stand(actor=actor, stand_id=third.pk, to=99)
    assert names(open_day) == [(1, "A"), (2, "B"), (3, "C")]
    open_days.remove_stand(actor=actor, stand_id=first.pk)
    assert names(open_day) == [(1, "B"), (2, "C")]
    open_days.change_stand(actor=actor, stand_id=second.pk, changes={"name": "Neu", "text": "VR"})
    assert names(open_day) == [(1, "Neu"), (2, "C")]


@pytest.mark.django_db
def test_a_stand_that_has_counted_stays(town: Municipality) -> None:
    stand = make_stand(make_open_day(town))
    tap(stand)
    with pytest.raises(StandHasCounts):
        open_days.remove_stand(actor=staff(town), stand_id=stand.pk)


@pytest.mark.django_db
def test_a_new_code_ends_the_old_one(town: Municipality) -> None:
    stand = make_stand(make_open_day(town))
    old = stand.token
    assert days.stand_by_token(old) == stand
    renewed = open_days.renew_stand(actor=staff(town), stand_id=stand.pk)
    assert days.stand_by_token(renewed.token) == stand
    assert old not in (renewed.token, renewed.token_hash)
    with pytest.raises(NotFound):
        days.stand_by_token(old)


@pytest.mark.django_db
def test_a_day_has_at_most_sixty_stands(
    town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_days, "MAX_STANDS", 1)
    open_day = make_open_day(town)
    make_stand(open_day)
    with pytest.raises(InvalidInput, match="max_value"):
        make_stand(open_day)


@pytest.mark.django_db
def test_strangers(town: Municipality, other_town: Municipality) -> None:
    open_day = make_open_day(town)
    stand = make_stand(open_day)
    for actor, refusal in ((staff(other_town), NotFound), (actors.guest(town), LoginRequired)):
        for act in (
            lambda actor: open_days.publish_open_day(actor=actor, open_day_id=open_day.pk),
            lambda actor: open_days.remove_stand(actor=actor, stand_id=stand.pk),
            lambda actor: open_days.renew_stand(actor=actor, stand_id=stand.pk),
            lambda actor: open_days.move_stand(actor=actor, stand_id=stand.pk, to=1),
            lambda actor: days.stand(actor, stand.pk),
        ):
            with pytest.raises(refusal):
                act(actor)
    with pytest.raises(NotFound):
        days.open_day(actors.guest(other_town), open_day.pk)
    with pytest.raises(NotFound):
        days.stand_by_token("nothing\x00")


@pytest.mark.django_db
@pytest.mark.parametrize("many", [1, 30])
def test_one_statement_lists_them_and_one_draws_the_picture(
    town: Municipality, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actor, venue = staff(town), make_venue(town)
    listed = [make_open_day(town, venue_id=venue.pk) for _ in range(many)]
    for number in range(many):
        tap(make_stand(listed[0], f"Stand {number}"), at=NOW + timedelta(minutes=number))
    with django_assert_num_queries(1):
        assert [(row.venue.name, row.municipality.name) for row in days.open_days(actor)]
    with django_assert_num_queries(3):
        assert days.picture(days.open_day(actor, listed[0].pk)).total == many


@pytest.mark.django_db
def test_the_picture_is_hour_by_stand(town: Municipality) -> None:
    open_day = make_open_day(town)
    printing, vr, quiet = (make_stand(open_day, name) for name in ("3D-Druck", "VR", "Ruhe"))
    tap(printing, 20, at=NOW + timedelta(minutes=5))
    tap(printing, 4, at=NOW + timedelta(minutes=50))
    tap(vr, 10, at=NOW + timedelta(minutes=70))
    tap(vr, 2, at=NOW - timedelta(minutes=10))
    shown = days.picture(days.open_day(staff(town), open_day.pk))
    assert [hour.hour for hour in shown.hours] == [8, 9, 10, 11, 12, 13, 14]
    assert [
        (row.stand, [cell.count for cell in row.cells][:3], row.total) for row in shown.rows
    ] == [
        (printing, [0, 24, 0], 24),
        (vr, [2, 0, 10], 12),
        (quiet, [0, 0, 0], 0),
    ]
    assert [cell.level for cell in shown.rows[1].cells][:3] == [1, 0, 3]
    assert shown.hour_totals[:3] == [2, 24, 10]
    assert (shown.total, shown.peak) == (36, NOW)


@pytest.mark.django_db
def test_the_picture_of_a_day_without_visitors(town: Municipality) -> None:
    open_day = make_open_day(town, ends_at=NOW + timedelta(minutes=90))
    shown = days.picture(days.open_day(staff(town), open_day.pk))
    assert (len(shown.hours), shown.rows, shown.total, shown.peak) == (2, [], 0, None)
