"""Handing in, confirming, revising, supporting, commenting, reporting, finding similar ideas."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, transaction

from participation import actors, tickets
from participation.errors import (
    InvalidInput,
    LoginRequired,
    NotAllowed,
    NotFound,
    TooManyRequests,
    VersionConflict,
)
from participation.models import Comment, Idea, Municipality, Support, Transition
from participation.models.ideas import Origin, State
from participation.queries import ideas as queries
from participation.services import comments, confirmations, ideas, supports
from participation.services.ideas import LinkExpired, PhaseClosed
from participation.services.supports import SupportClosed
from tests.factories import make_theme, make_user
from tests.participation.idea_factories import (
    draft,
    make_campaign,
    make_idea,
    person,
    run_tasks,
    staff,
)

pytestmark = pytest.mark.django_db


def test_a_guest_confirms_by_the_mailed_link(town: Municipality, now: datetime) -> None:
    idea = ideas.hand_in(actor=actors.guest(town), draft=draft(), now=now)
    assert (idea.state, idea.display_name, idea.submitted_at) == (State.DRAFT, "Kim", None)
    assert idea.reference == f"{town.code}-{now.year}-00001"
    run_tasks()
    assert [message.to for message in mail.outbox] == [["kim@example.org"]]
    token = tickets.link_token("idea", idea.pk)
    assert token in str(mail.outbox[0].body)
    for _again in range(2):
        confirmed = confirmations.confirm(token=token, now=now)
        assert confirmed.idea.state == State.SUBMITTED
    assert Transition.objects.filter(idea=idea).count() == 1
    run_tasks()
    assert len(mail.outbox) == 2


def test_a_person_logged_in_needs_no_link(town: Municipality, now: datetime) -> None:
    idea = ideas.hand_in(actor=person(town, now), draft=draft(anonymous=True), now=now)
    assert (idea.state, idea.display_name, idea.guest_email) == (State.SUBMITTED, "", "")
    assert idea.due_at == now + timedelta(days=42)


def test_staff_capture_a_paper_card(town: Municipality, now: datetime) -> None:
    worker = staff(town, now)
    idea = ideas.hand_in(actor=worker, draft=draft(origin=Origin.PAPER, email=""), now=now)
    assert (idea.state, idea.author, idea.captured_by) == (State.SUBMITTED, None, worker.user)
    with pytest.raises(NotAllowed):
        ideas.hand_in(actor=person(town, now), draft=draft(origin=Origin.PAPER), now=now)


def test_a_campaign_publishes_first_where_it_moderates_after(
    town: Municipality, now: datetime
) -> None:
    campaign = make_campaign(town, now, moderation="after")
    idea = ideas.hand_in(actor=person(town, now), draft=draft(campaign=campaign.slug), now=now)
    assert (idea.state, idea.published_at) == (State.PUBLISHED, now)


def test_a_campaign_outside_its_phase_or_without_guests_refuses(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    past = make_campaign(town, now, running=False)
    with pytest.raises(PhaseClosed):
        ideas.hand_in(actor=person(town, now), draft=draft(campaign=past.slug), now=now)
    closed = make_campaign(town, now, guests_allowed=False)
    with pytest.raises(LoginRequired):
        ideas.hand_in(actor=actors.guest(town), draft=draft(campaign=closed.slug), now=now)
    foreign = make_campaign(other_town, now)
    with pytest.raises(InvalidInput, match="unknown_campaign"):
        ideas.hand_in(actor=person(town, now), draft=draft(campaign=foreign.slug), now=now)


@pytest.mark.parametrize(
    ("fields", "attr", "code"),
    [
        ({"title": ""}, "title", "required"),
        ({"title": "x" * 121}, "title", "too_long"),
        ({"title": "a\x07b"}, "title", "control_characters"),
        ({"title": "a\nb"}, "title", "control_characters"),
        ({"text": " "}, "text", "required"),
        ({"text": "x" * 5001}, "text", "too_long"),
        ({"text": "a\x00b"}, "text", "control_characters"),
        ({"text": "\ud800"}, "text", "control_characters"),
        ({"theme": "nirgends"}, "theme", "unknown_theme"),
        ({"theme": "a\x00"}, "theme", "control_characters"),
        ({"email": "kim@"}, "email", "invalid_email"),
        ({"email": ""}, "email", "required"),
        ({"name": "x" * 10_000}, "name", "too_long"),
        ({"origin": "fax"}, "origin", "unknown_origin"),
        ({"point": (10.0, 10.0)}, "point", "outside_region"),
    ],
)
def test_bad_input_stores_nothing(
    town: Municipality, now: datetime, fields: dict[str, Any], attr: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        ideas.hand_in(actor=actors.guest(town), draft=draft(**fields), now=now)
    assert (refused.value.attr, refused.value.code) == (attr, code)
    assert not Idea.objects.exists()


def test_a_theme_of_another_town_is_unknown(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    make_theme("hafen", other_town)
    with pytest.raises(InvalidInput, match="unknown_theme"):
        ideas.hand_in(actor=actors.guest(town), draft=draft(theme="hafen"), now=now)


def test_five_unconfirmed_ideas_an_address_are_enough(town: Municipality, now: datetime) -> None:
    for _number in range(5):
        ideas.hand_in(actor=actors.guest(town), draft=draft(), now=now)
    with pytest.raises(TooManyRequests):
        ideas.hand_in(actor=actors.guest(town), draft=draft(), now=now)


def test_a_late_or_forged_link_confirms_nothing(town: Municipality, now: datetime) -> None:
    idea = ideas.hand_in(actor=actors.guest(town), draft=draft(), now=now)
    later = now + timedelta(days=8)
    with pytest.raises(LinkExpired):
        confirmations.confirm(token=tickets.link_token("idea", idea.pk), now=later)
    for forged in ("", "x", "\x00", tickets.link_token("author", idea.pk)):
        with pytest.raises(NotFound):
            confirmations.confirm(token=forged, now=now)
    assert ideas.forget_unconfirmed(now=now + timedelta(days=15)) == 1


def test_references_count_by_town_and_are_never_given_twice(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    first = ideas.hand_in(actor=actors.guest(town), draft=draft(), now=now)
    first_reference = first.reference
    first.delete()
    second = ideas.hand_in(actor=actors.guest(town), draft=draft(), now=now)
    other = ideas.hand_in(actor=actors.guest(other_town), draft=draft(), now=now)
    assert [row[-5:] for row in (first_reference, second.reference, other.reference)] == [
        "00001",
        "00002",
        "00001",
    ]


def test_an_author_revises_until_publication(town: Municipality, now: datetime) -> None:
    author = person(town, now)
    idea = ideas.hand_in(actor=author, draft=draft(), now=now)
    changed = ideas.revise_idea(
        actor=author,
        reference=idea.reference,
        changes={"title": "Neuer Titel"},
        version=idea.version,
        now=now,
    )
    assert (changed.title, changed.version) == ("Neuer Titel", idea.version + 1)
    with pytest.raises(VersionConflict):
        ideas.revise_idea(
            actor=author, reference=idea.reference, changes={"title": "X"}, version=1, now=now
        )
    with pytest.raises(NotFound):
        ideas.revise_idea(
            actor=person(town, now), reference=idea.reference, changes={}, version=1, now=now
        )


def test_the_public_sees_only_what_is_public(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    for state in (State.PUBLISHED, State.SUBMITTED, State.DECLINED, State.HIDDEN, State.WITHDRAWN):
        make_idea(town, now, state, title=state)
    make_idea(other_town, now, title="fremd")
    guest = actors.guest(town)
    assert [row.title for row in queries.visible_to(guest)] == ["published"]
    assert {row.title for row in queries.visible_to(staff(town, now))} == {
        "published",
        "submitted",
        "declined",
        "hidden",
        "withdrawn",
    }
    foreign = Idea.objects.get(title="fremd")
    with pytest.raises(NotFound):
        queries.idea(staff(town, now), foreign.reference)


def test_ideas_of_a_campaign_by_link_stay_off_the_list(town: Municipality, now: datetime) -> None:
    campaign = make_campaign(town, now, visibility="link")
    idea = make_idea(town, now, campaign=campaign)
    guest = actors.guest(town)
    assert list(queries.ideas(guest)) == []
    assert list(queries.ideas(guest, campaign=campaign.slug)) == [idea]


def test_a_person_supports_once(town: Municipality, now: datetime) -> None:
    idea = make_idea(town, now)
    kim = person(town, now, make_user("kim@example.org"))
    for _again in range(2):
        supports.give_support(actor=kim, reference=idea.reference, now=now)
    guest = actors.guest(town)
    supports.give_support(actor=guest, reference=idea.reference, email="KIM@example.org", now=now)
    idea.refresh_from_db()
    assert (idea.support_count, Support.objects.count()) == (1, 1)
    supports.withdraw_support(actor=kim, reference=idea.reference)
    idea.refresh_from_db()
    assert idea.support_count == 0


def test_a_guests_support_counts_when_confirmed(town: Municipality, now: datetime) -> None:
    idea = make_idea(town, now)
    support = supports.give_support(
        actor=actors.guest(town), reference=idea.reference, email="lu@example.org", now=now
    )
    run_tasks()
    idea.refresh_from_db()
    assert (idea.support_count, len(mail.outbox)) == (0, 1)
    token = tickets.link_token("support", support.pk)
    for _again in range(2):
        confirmations.confirm(token=token, now=now)
    idea.refresh_from_db()
    support.refresh_from_db()
    assert (idea.support_count, support.email) == (1, "")


def test_support_ends_with_the_decision_and_stays_in_town(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    idea = make_idea(town, now, State.DONE)
    with pytest.raises(SupportClosed):
        supports.give_support(actor=person(town, now), reference=idea.reference, now=now)
    with pytest.raises(NotFound):
        supports.give_support(actor=person(other_town, now), reference=idea.reference, now=now)
    with pytest.raises(LoginRequired):
        supports.withdraw_support(actor=actors.guest(town), reference=idea.reference)


def test_comments_are_one_level_deep(town: Municipality, now: datetime) -> None:
    idea = make_idea(town, now)
    kim = person(town, now)
    ask: dict[str, Any] = {"actor": kim, "reference": idea.reference, "now": now}
    top = comments.add_comment(**ask, text="Gern!")
    answer = comments.add_comment(**ask, text="Ich auch.", parent_id=top.pk)
    with pytest.raises(InvalidInput, match="unknown_parent"):
        comments.add_comment(**ask, text="Tiefer", parent_id=answer.pk)
    with pytest.raises(LoginRequired):
        comments.add_comment(actor=actors.guest(town), reference=idea.reference, text="x", now=now)
    assert queries.comments(idea) == [top, answer]
    comments.hide_comment(actor=staff(town, now), comment_id=top.pk)
    assert queries.comments(idea) == []


def test_a_stranger_cannot_hide_a_comment(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    idea = make_idea(town, now)
    row = comments.add_comment(
        actor=person(town, now), reference=idea.reference, text="Gern!", now=now
    )
    with pytest.raises(Comment.DoesNotExist):
        comments.hide_comment(actor=staff(other_town, now), comment_id=row.pk)


def test_anyone_reports_and_staff_settle(town: Municipality, now: datetime) -> None:
    idea = make_idea(town, now)
    row = comments.report(
        actor=actors.guest(town), reference=idea.reference, reason="Ein Name steht da.", now=now
    )
    assert comments.settle_report(actor=staff(town, now), report_id=row.pk, now=now).settled_at
    with pytest.raises(LoginRequired):
        comments.settle_report(actor=actors.guest(town), report_id=row.pk, now=now)


def test_similar_ideas_share_words_of_the_title(town: Municipality, now: datetime) -> None:
    for title in ("Bänke am Bahnhof", "Neue Bänke für den Bahnhof", "Schwimmbad länger öffnen"):
        make_idea(town, now, title=title)
    make_idea(town, now, State.SUBMITTED, title="Bänke am Bahnhof geheim")
    guest = actors.guest(town)
    found = [row.title for row in queries.similar(guest, "Mehr Bänke beim Bahnhof")]
    assert sorted(found) == ["Bänke am Bahnhof", "Neue Bänke für den Bahnhof"]
    assert queries.similar(guest, "und oder \x00 %_") == []
    for _number in range(8):
        make_idea(town, now, title="Bahnhof")
    assert len(queries.similar(guest, "Bahnhof")) == 5


def test_search_finds_words_in_any_case(town: Municipality, now: datetime) -> None:
    make_idea(town, now, title="Öffentliche Bücherschränke")
    guest = actors.guest(town)
    assert queries.ideas(guest, text="öffentliche bücherschränke").count() == 1
    assert queries.ideas(guest, text="50% \x00_").count() == 0


def test_history_can_be_neither_changed_nor_deleted(town: Municipality, now: datetime) -> None:
    author = person(town, now)
    idea = ideas.hand_in(actor=author, draft=draft(), now=now)
    step = Transition.objects.get(idea=idea)
    for sabotage in (
        lambda: Transition.objects.filter(pk=step.pk).update(reason="anders"),
        lambda: Transition.objects.filter(pk=step.pk).update(by=make_user()),
        lambda: Transition.objects.filter(pk=step.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            sabotage()
    assert author.user is not None
    author.user.delete()
    step.refresh_from_db()
    assert (step.by, step.to_state) == (None, State.SUBMITTED)
