"""A dozen ideas in each pioneer town, brought to their states step by step, over the past weeks."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from frontend.demo.people import PASSWORD
from participation import actors, queries
from participation.actors import Actor
from participation.models import Idea, User
from participation.models.ideas import State
from participation.queries import ideas as idea_queries
from participation.services import cosignatures, ideas, people, statuses, supports, transfers

CONTENT = Path(__file__).with_name("ideas.csv")
AUTHORS = ("Ayla Demir", "Jonas Weber", "Marta Nowak", "Ben Richter", "Lea Koch")
STEPS: dict[str, tuple[State, ...]] = {
    State.SUBMITTED: (),
    State.PUBLISHED: (State.PUBLISHED,),
    State.IN_REVIEW: (State.PUBLISHED, State.IN_REVIEW),
    State.NEEDS_INFORMATION: (State.PUBLISHED, State.IN_REVIEW, State.NEEDS_INFORMATION),
    State.ACCEPTED: (State.PUBLISHED, State.IN_REVIEW, State.ACCEPTED),
    State.PARTLY: (State.PUBLISHED, State.IN_REVIEW, State.PARTLY),
    State.REJECTED: (State.PUBLISHED, State.IN_REVIEW, State.REJECTED),
    State.IN_PROGRESS: (State.PUBLISHED, State.IN_REVIEW, State.ACCEPTED, State.IN_PROGRESS),
    State.DONE: (State.PUBLISHED, State.IN_REVIEW, State.ACCEPTED, State.IN_PROGRESS, State.DONE),
}
REASONS = {
    State.NEEDS_INFORMATION: "Welche Stelle meinen Sie genau? Ein Foto oder eine Skizze hilft uns.",
    State.IN_PROGRESS: "Die Planung hat begonnen.",
    State.DONE: "Umgesetzt. Danke für die Anregung!",
}
RESPONSES = {
    State.ACCEPTED: "Eine gute Idee: Wir setzen sie um. Das Geld ist im Haushalt vorgesehen; "
    "über die nächsten Schritte berichten wir hier.",
    State.PARTLY: "Einen Teil setzen wir um. Für den Rest fehlen uns im Moment Zeit und Geld; "
    "wir prüfen ihn im nächsten Jahr noch einmal.",
    State.REJECTED: "Das können wir leider nicht umsetzen: Unter dem Pflaster liegen Leitungen, "
    "die keinen Anschluss zulassen. Am Marktbrunnen suchen wir nach einer anderen Lösung.",
}
# Arnsberg gives this one to Menden, which can do something about it.
HANDED_OVER = ("Ruhrtalradweg Richtung Menden besser ausschildern", "menden")

# Olpe answers this one together with Soest, whose people go to the Möhnesee.
ANSWERED_TOGETHER = ("Biggesee ohne Einwegmüll", "soest")


def load(now: datetime) -> None:
    neighbours = [_neighbour(name) for name in AUTHORS]
    known = {idea.title for user in neighbours for idea in idea_queries.own_ideas(user)}
    for number, row in enumerate(_rows()):
        if row["title"] in known:
            continue
        staff = actors.system(queries.municipality_by_slug(row["town"]))
        began = now - timedelta(days=3 + number * 7 % 50)
        author = actors.for_user(neighbours[number % len(neighbours)], staff.municipality, now)
        idea = _hand_in(author, row, began)
        _advance(staff, idea, row["state"], began)
        if row["state"] in (State.PUBLISHED, State.IN_REVIEW):
            _support(idea, neighbours[: number % len(neighbours)], now)
        if row["title"] == HANDED_OVER[0]:
            _hand_over(staff, idea, now)
        if row["title"] == ANSWERED_TOGETHER[0]:
            _answer_together(staff, idea, now)


def _support(idea: Idea, people_for_it: list[User], now: datetime) -> None:
    for user in people_for_it:
        actor = actors.for_user(user, idea.municipality, now)
        supports.give_support(actor=actor, reference=idea.reference, now=now)


def _rows() -> Iterator[dict[str, str]]:
    with CONTENT.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _neighbour(name: str) -> User:
    email = f"{name.partition(' ')[0].lower()}@example.org"
    return people.create_account(email=email, name=name, password=PASSWORD)


def _hand_in(author: Actor, row: dict[str, str], at: datetime) -> Idea:
    draft = ideas.IdeaDraft(
        title=row["title"],
        text=row["text"],
        theme=row["theme"],
        place=row["place"],
        anonymous=len(row["title"]) % 3 == 0,
        name=author.user.name if author.user else "",
    )
    return ideas.hand_in(actor=author, draft=draft, now=at)


def _advance(staff: Actor, idea: Idea, state: str, began: datetime) -> None:
    for day, to in enumerate(STEPS[state], start=1):
        step = statuses.Step(
            to=to,
            reason=REASONS.get(to, ""),
            response=RESPONSES.get(to, ""),
            signatory=staff.town.contact_name if to in RESPONSES else "",
        )
        at = began + timedelta(hours=14 * day)
        statuses.change_status(actor=staff, reference=idea.reference, step=step, now=at)


def _hand_over(giver: Actor, idea: Idea, now: datetime) -> None:
    taker = actors.system(queries.municipality_by_slug(HANDED_OVER[1]))
    offer = transfers.offer_transfer(
        actor=giver,
        reference=idea.reference,
        to=taker.town.slug,
        reason="Der Abschnitt liegt bei Ihnen.",
        now=now,
    )
    transfers.accept_transfer(actor=taker, reference=idea.reference, transfer_id=offer.pk, now=now)


def _answer_together(staff: Actor, idea: Idea, now: datetime) -> None:
    partner = actors.system(queries.municipality_by_slug(ANSWERED_TOGETHER[1]))
    text = (
        "Das machen wir zusammen: An Biggesee und Möhnesee gilt ab der nächsten Saison dasselbe "
        "Pfandsystem. Wer seinen Becher am einen See bekommt, gibt ihn am anderen zurück."
    )
    answer = statuses.publish_response(
        actor=staff,
        reference=idea.reference,
        text=text,
        signatory=staff.town.contact_name,
        now=now,
    )
    asked = cosignatures.ask_to_sign(
        actor=staff,
        reference=idea.reference,
        number=answer.number,
        to=partner.town.slug,
        now=now,
    )
    cosignatures.sign(actor=partner, signature_id=asked.pk, now=now)
