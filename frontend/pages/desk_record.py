"""The desk's page of a result: who may vote, counts by hand, what came of it, corrections."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.forms.fields import add_rule
from frontend.forms.live_record import FIELD, CorrectionForm, EligibleForm, OutcomeForm, PaperForm
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound, RuleBroken
from participation.models.access import Scope
from polls import queries
from polls.models import LiveSession
from polls.services import papers, records, turnout


@town_page(Scope.LIVE)
def result(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    return _page(request, actor, queries.own_session(actor, code))


@require_POST
@town_page(Scope.LIVE)
def eligible(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """How many people may vote."""
    session, form = queries.own_session(actor, code), EligibleForm(request.POST)
    if form.is_valid():
        try:
            turnout.set_eligible(actor=actor, code=session.code, **form.cleaned_data)
        except RuleBroken as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Gespeichert."))
            return _back(actor, session)
    return _page(request, actor, session, eligible_form=form)


@require_POST
@town_page(Scope.LIVE)
def outcome(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """What became of it."""
    session, form = queries.own_session(actor, code), OutcomeForm(request.POST)
    if form.is_valid():
        try:
            turnout.tell_outcome(actor=actor, code=session.code, **form.cleaned_data)
        except RuleBroken as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Gespeichert: So steht es nun beim Ergebnis."))
            return _back(actor, session)
    return _page(request, actor, session, outcome_form=form)


@require_POST
@town_page(Scope.LIVE)
def correct(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """A further version of the record."""
    session, form = queries.own_session(actor, code), CorrectionForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        try:
            fresh = records.correct_record(
                actor=actor, code=session.code, now=now, **form.cleaned_data
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Die neue Fassung ist veröffentlicht."))
            return redirect("live_record", code=session.code, sha=fresh.sha256)
    return _page(request, actor, session, correction_form=form)


# --- Counted by hand -----------------------------------------------------------------------------


@town_page(Scope.LIVE)
def count(request: HttpRequest, actor: Actor, code: str, round_id: int) -> HttpResponse:
    """Enter raised hands or ballot papers of a round; `?art=` changes a count that stands there."""
    session = queries.own_session(actor, code)
    text, rows = queries.paper_rows(queries.results(session, actor), round_id)
    there = [row for row in queries.paper_tallies(session) if row.round_id == round_id]
    chosen = next((row for row in there if row.kind == request.GET.get("art")), None)
    form = PaperForm(
        request.POST if request.method == "POST" else None,
        rows=rows,
        initial=PaperForm.initial_of(chosen) if chosen else {},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            papers.enter_tally(
                actor=actor,
                code=session.code,
                round_id=round_id,
                kind=given["kind"],
                ballots=given["ballots"],
                counts=form.counts(),
                now=timezone.now(),
            )
        except RuleBroken as error:
            first = f"{FIELD}{rows[0][0]}"
            wrong = isinstance(error, InvalidInput) and error.attr == "counts"
            form.add_error(first, str(error.message)) if wrong else add_rule(form, error)
        else:
            messages.success(
                request, _("Eingetragen. Bitte lassen Sie eine zweite Person gegenzeichnen.")
            )
            return _back(actor, session)
    context = {
        "session": session,
        "code": session.code,
        "form": form,
        "question": text,
        "round_id": round_id,
    }
    return render(request, "desk/live/count.html", context, status=422 if form.errors else 200)


@require_POST
@town_page(Scope.LIVE)
def countersign(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """By a second person, for the numbers that stood on the page."""
    session = queries.own_session(actor, code)
    try:
        papers.countersign_tally(
            actor=actor,
            code=session.code,
            tally_id=_tally_id(request),
            stamp=request.POST.get("stamp", ""),
            now=timezone.now(),
        )
    except RuleBroken as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Gegengezeichnet."))
    return _back(actor, session)


@require_POST
@town_page(Scope.LIVE)
def withdraw(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    session = queries.own_session(actor, code)
    try:
        papers.withdraw_tally(actor=actor, code=session.code, tally_id=_tally_id(request))
    except RuleBroken as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Die Auszählung ist zurückgezogen."))
    return _back(actor, session)


def _tally_id(request: HttpRequest) -> int:
    typed = request.POST.get("tally", "")
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > 18:
        raise NotFound
    return int(typed)


# --- The page ------------------------------------------------------------------------------------


def _page(request: HttpRequest, actor: Actor, session: LiveSession, **typed: Any) -> HttpResponse:
    """`typed` are the forms to show again, by their names in the template."""
    results = queries.results(session, actor)
    versions = queries.versions(session)
    now_eligible = {"eligible": session.eligible}
    outcome_there = {
        "text": session.outcome,
        "url": session.outcome_url,
        "idea": session.outcome_idea.reference if session.outcome_idea else "",
    }
    correction = {
        "supersedes": versions[0].sha256 if versions else "",
        "title": session.title,
        **now_eligible,
    }
    forms = {
        "eligible_form": EligibleForm(initial=now_eligible),
        "outcome_form": OutcomeForm(initial=outcome_there),
        "correction_form": CorrectionForm(initial=correction),
        **typed,
    }
    context = {
        "session": session,
        "code": session.code,
        "asked": [told for told in queries.told_rounds(results) if told.by_hand_possible],
        "tallies": [
            {
                "row": row,
                "stamp": queries.stamp_of(row),
                "own": actor.user is not None and row.counted_by_id == actor.user.pk,
                "lines": queries.paper_lines(results, row),
            }
            for row in queries.paper_tallies(session)
        ],
        "suggested": queries.suggested_eligible(session),
        "codes": queries.codes_used(session),
        "versions": versions,
        "embed_url": request.build_absolute_uri(reverse("live_embed", args=[session.code])),
        **forms,
    }
    return render(request, "desk/live/result.html", context, status=422 if typed else 200)


def _back(actor: Actor, session: LiveSession) -> HttpResponse:
    return redirect("desk_live_result", slug=actor.town.slug, code=session.code)
