"""What stands beside the phones' counts: who may vote, what was counted by hand, what came of it.

Once a session is published, all of this is read from its record: what a correction prepares shows
with the corrected record and not before.
"""

import json
from collections import defaultdict
from typing import Any

from django.db.models import Prefetch

from participation.actors import Actor
from participation.errors import NotFound
from participation.models import Municipality
from participation.queries.ideas import visible_to
from polls.models import (
    Contribution,
    JointPart,
    LiveSession,
    Option,
    Question,
    ResultRecord,
    Round,
)
from polls.queries.papers import papers_of, papers_shown
from polls.queries.turnout import eligible_shown, round_turnout

FORMAT = 2
NOTE = "Informelles Meinungsbild, keine rechtsverbindliche Abstimmung."
ON_THE_WALL = (Contribution.State.SHOWN, Contribution.State.ANSWERED)
Body = dict[str, Any]


# --- Results -------------------------------------------------------------------------------------


def with_paper(body: Body, session: LiveSession, record: ResultRecord | None) -> Body:
    """The results with `eligible`, `outcome`, and `paper` and `turnout` in each round: one
    statement at most. Rounds whose counts are not shown have neither.
    """
    rounds = [round_ for question in body["questions"] for round_ in question["rounds"]]
    if record is not None:
        _from_record(body, rounds, json.loads(record.body))
    else:
        for round_ in rounds:
            round_["paper"] = round_["paper"] or []
        _add_turnout(body, rounds, session.eligible)
    body["outcome"] = outcome(session)
    return body


def _from_record(body: Body, rounds: list[Body], told: Body) -> None:
    facts = {
        round_["id"]: round_ for question in told["questions"] for round_ in question["rounds"]
    }
    body["title"], body["eligible"] = told["title"], told.get("eligible")
    for round_ in rounds:
        fact = facts.get(round_["id"], {})
        round_["paper"] = papers_of(fact)
        round_["turnout"] = fact.get("turnout")


def _add_turnout(body: Body, rounds: list[Body], eligible: int | None) -> None:
    closed = [round_ for round_ in rounds if round_["state"] in {"closed", "certified"}]
    body["eligible"] = eligible_shown(eligible, [(row["ballots"], row["counts"]) for row in closed])
    for round_ in rounds:
        told = round_ in closed and round_["counts"] is not None
        round_["turnout"] = (
            round_turnout(eligible, round_["ballots"], round_["counts"]) if told else None
        )


def outcome(session: LiveSession) -> Body | None:
    """What became of it: `{"text", "url", "idea": {"reference", "title"} or None}`."""
    idea = None
    if session.outcome_idea_id is not None:
        public = visible_to(Actor(session.municipality))
        idea = public.filter(pk=session.outcome_idea_id).values("reference", "title").first()
    if not (session.outcome or session.outcome_url or idea):
        return None
    return {"text": session.outcome, "url": session.outcome_url, "idea": idea}


def shown_texts(session: LiveSession) -> dict[int, list[str]]:
    """The open answers on the wall, by round: one statement."""
    found: dict[int, list[str]] = defaultdict(list)
    cards = Contribution.objects.filter(
        session=session, kind=Contribution.Kind.ANSWER, state__in=ON_THE_WALL
    ).order_by("text", "pk")
    for round_id, text in cards.values_list("round_id", "text"):
        if round_id is not None:
            found[round_id].append(text)
    return found


# --- The record ----------------------------------------------------------------------------------


def record_body(session: LiveSession, results: Body, published_at: str) -> Body:
    """What is hashed: wording in every language, options, settings, turnout, counts of each
    certified round, and apart from them what was counted by hand. `results` are the public's.
    """
    told = {question["id"]: question for question in results["questions"]}
    return {
        "format": FORMAT,
        "municipality": {"ags": session.municipality.ags, "name": session.municipality.name},
        "code": session.code,
        "title": session.title,
        "eligibility": session.eligibility,
        "pace": session.pace,
        "eligible": results["eligible"],
        "started_at": _iso(session.started_at),
        "ended_at": _iso(session.ended_at),
        "published_at": published_at,
        "questions": [
            _question(question, told[question.pk])
            for question in _questions(session)
            if question.pk in told
        ],
        "supersedes": None,
        "reason": "",
        "note": NOTE,
    }


def corrected_body(  # noqa: PLR0913  (what a correction may change, and what names it)
    old: Body,
    session: LiveSession,
    *,
    title: str,
    eligible: int | None,
    supersedes: str,
    reason: str,
    published_at: str,
) -> Body:
    """The old body with another title, number of eligible people and counts by hand. Wording and
    the phones' counts are taken over as they were hashed.
    """
    papers = papers_shown(session)
    signed = {
        round_.pk: _papers(round_, papers)
        for round_ in Round.objects.filter(question__session=session).prefetch_related(
            "paper_tallies"
        )
    }
    rounds = [round_ for question in old["questions"] for round_ in question["rounds"]]
    for round_ in rounds:
        round_["paper"] = signed.get(round_["id"], [])
        round_["turnout"] = round_turnout(eligible, round_["ballots"], round_["counts"])
    told = [(round_["ballots"], round_["counts"]) for round_ in rounds]
    return {
        **old,
        "title": title,
        "eligible": eligible_shown(eligible, told),
        "supersedes": supersedes,
        "reason": reason,
        "published_at": published_at,
    }


def versions(session: LiveSession) -> list[ResultRecord]:
    """Every record of the session, the newest first: one statement."""
    return list(
        ResultRecord.objects.filter(session=session)
        .select_related("supersedes", "superseded_by")
        .order_by("-published_at", "-pk")
    )


def record(sha256: str) -> ResultRecord:
    """A published record by its hash. Raises NotFound."""
    found = (
        ResultRecord.objects.select_related("supersedes", "session__municipality")
        .filter(sha256=sha256, session__municipality__state=Municipality.State.ACTIVE)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def superseding(record: ResultRecord) -> str | None:
    """The hash of the record that corrects this one."""
    later = ResultRecord.objects.filter(supersedes=record).first()
    return later.sha256 if later else None


def _questions(session: LiveSession) -> list[Question]:
    options = Prefetch("options", Option.objects.order_by("position", "pk"))
    rounds = Prefetch("rounds", Round.objects.prefetch_related("paper_tallies").order_by("n", "pk"))
    return list(session.questions.prefetch_related(options, rounds).order_by("position", "pk"))


def _question(question: Question, told: Body) -> Body:
    by_id = {round_.pk: round_ for round_ in question.rounds.all()}
    body: Body = {
        "id": question.pk,
        "type": question.type,
        "text": question.text,
        "text_en": question.text_en,
        "texts": question.texts,
        "image_alt": question.image_alt,
        "config": question.config,
        "options": [
            {
                "id": option.pk,
                "text": option.text,
                "text_en": option.text_en,
                "texts": option.texts,
            }
            for option in question.options.all()
        ],
        "rounds": [_round(by_id[row["id"]], row) for row in told["rounds"]],
    }
    joint = _joint(question)
    return {**body, "joint": joint} if joint else body


def _round(round_: Round, told: Body) -> Body:
    body: Body = {
        "id": round_.pk,
        "n": round_.n,
        "state": round_.state,
        "opened_at": _iso(round_.opened_at),
        "closed_at": _iso(round_.closed_at),
        "ballots": told["ballots"],
        "counts": told["counts"],
        "turnout": told["turnout"],
        "paper": _papers(round_, {round_.pk: told["paper"]}),
        "hidden_words": len(round_.hidden_words),
    }
    if round_.question.type == "text":
        body |= _texts(round_)
    return body


def _texts(round_: Round) -> Body:
    """The cards the room was shown, and how many it was not."""
    cards = Contribution.objects.filter(round=round_, kind=Contribution.Kind.ANSWER)
    texts = sorted(cards.filter(state__in=ON_THE_WALL).values_list("text", flat=True))
    return {"answers": texts, "answers_not_shown": cards.count() - len(texts)}


def _papers(round_: Round, shown: dict[int, list[Body]]) -> list[Body]:
    """As anyone may see them, with their times; two people stand behind each, without names."""
    times = {
        tally.kind: (_iso(tally.counted_at), _iso(tally.countersigned_at))
        for tally in round_.paper_tallies.all()
    }
    return [
        {**row, "counted_at": times[row["kind"]][0], "countersigned_at": times[row["kind"]][1]}
        for row in shown.get(round_.pk, [])
    ]


def _joint(question: Question) -> Body | None:
    """The question several towns asked, and which."""
    joined = JointPart.State.JOINED
    part = JointPart.objects.filter(question=question, state=joined).select_related("joint").first()
    if part is None:
        return None
    towns = part.joint.parts.filter(state=joined).order_by("municipality__name", "pk")
    return {
        "code": part.joint.code,
        "title": part.joint.title,
        "municipalities": list(towns.values_list("municipality__name", flat=True)),
    }


def _iso(at: Any) -> str | None:
    return at.isoformat() if at else None
