"""The desk's inbox: what waits, one idea with its steps, answers, notes, who deals with it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from frontend.forms.fields import add_rule
from frontend.forms.ideas import (
    STEP_LABELS,
    AssignmentForm,
    InboxFilter,
    MergeForm,
    NoteForm,
    ResponseForm,
    SignatureForm,
    StepForm,
    TransferForm,
)
from frontend.town import other_towns, town_page
from participation import policy
from participation import queries as towns
from participation.actors import Actor
from participation.errors import NotFound, RuleBroken
from participation.models import Idea
from participation.models.access import Scope
from participation.models.ideas import State
from participation.queries import ideas as queries
from participation.queries import inbox as desk
from participation.services import assignments, comments, cosignatures, merges, statuses, transfers

PER_PAGE = 30
VIEWS = {
    "waiting": gettext_lazy("Offen"),
    "overdue": gettext_lazy("Bald fällig"),
    "mine": gettext_lazy("Meine"),
    "reported": gettext_lazy("Gemeldet"),
    "all": gettext_lazy("Alle"),
}


@town_page(Scope.MODERATE)
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    now = timezone.now()
    show = request.GET.get("ansicht", "waiting")
    show = show if show in VIEWS else "waiting"
    form = InboxFilter(request.GET, themes=towns.themes(actor))
    found = desk.inbox(actor, now=now, show=show, **form.filters)
    counts = desk.inbox_counts(actor, now)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "rows": [{"idea": row, "is_overdue": row.is_overdue(now)} for row in page],
        "now": now,
        "show": show,
        "new": counts["submitted"],
        "views": [(key, label, counts.get(key)) for key, label in VIEWS.items()],
        "incoming": desk.incoming_transfers(actor, now) if actor.may(Scope.IDEAS) else (),
        "signatures": desk.signatures_asked(actor) if actor.may(Scope.IDEAS) else (),
    }
    return render(request, "inbox/list.html", context, status=422 if form.errors else 200)


@town_page(Scope.MODERATE)
def inbox_idea(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    return _show(request, actor, queries.idea(actor, reference))


@require_POST
@town_page(Scope.MODERATE)
def inbox_step(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """One step of the transition table."""
    found = queries.idea(actor, reference)
    try:
        form = StepForm(request.POST, idea=found, to=State(request.POST.get("to", "")))
    except ValueError as error:
        raise NotFound from error
    if form.is_valid():
        try:
            statuses.change_status(
                actor=actor, reference=reference, step=form.step(), now=timezone.now()
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            return _done(request, actor, reference, _("Der Stand ist geändert."))
    return _show(request, actor, found, step=form)


@require_POST
@town_page(Scope.IDEAS)
def inbox_response(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Publish the next version of the town's answer."""
    form = ResponseForm(request.POST, auto_id="antwort_%s")
    if form.is_valid():
        try:
            statuses.publish_response(
                actor=actor, reference=reference, now=timezone.now(), **form.cleaned_data
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            return _done(request, actor, reference, _("Die Antwort ist veröffentlicht."))
    return _show(request, actor, queries.idea(actor, reference), response_form=form)


@require_POST
@town_page(Scope.IDEAS)
def inbox_ask_to_sign(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Ask another town to stand behind the valid answer."""
    form = SignatureForm(request.POST, towns=other_towns(actor))
    found = queries.idea(actor, reference)
    if form.is_valid():
        try:
            cosignatures.ask_to_sign(
                actor=actor,
                reference=reference,
                number=queries.latest_response_number(found),
                to=form.cleaned_data["to"],
                now=timezone.now(),
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            return _done(request, actor, reference, _("Die Kommune ist gefragt."))
    return _show(request, actor, found, signature_form=form)


@require_POST
@town_page(Scope.IDEAS)
def inbox_sign(request: HttpRequest, actor: Actor, signature: int) -> HttpResponse:
    """Sign another town's answer, or refuse with a reason."""
    now = timezone.now()
    try:
        if "sign" in request.POST:
            cosignatures.sign(actor=actor, signature_id=signature, now=now)
            messages.success(request, _("Sie antworten jetzt gemeinsam."))
        else:
            cosignatures.refuse(
                actor=actor,
                signature_id=signature,
                reason=request.POST.get("reason", ""),
                now=now,
            )
            messages.success(request, _("Ihre Absage ist bei den Kolleginnen und Kollegen."))
    except NotFound:
        raise
    except RuleBroken as error:
        messages.error(request, str(error.message))
    return redirect("inbox", slug=actor.town.slug)


@require_POST
@town_page(Scope.MODERATE)
def inbox_note(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    form = NoteForm(request.POST, auto_id="notiz_%s")
    if form.is_valid():
        try:
            assignments.add_note(
                actor=actor,
                reference=reference,
                text=form.cleaned_data["text"],
                now=timezone.now(),
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            return _done(request, actor, reference, _("Die Notiz ist gespeichert."))
    return _show(request, actor, queries.idea(actor, reference), note_form=form)


@require_POST
@town_page(Scope.IDEAS)
def inbox_assign(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    form = AssignmentForm(request.POST, people=desk.case_workers(actor, timezone.now()))
    if form.is_valid():
        try:
            assignments.assign(
                actor=actor,
                reference=reference,
                person_id=form.cleaned_data["person"],
                department=form.cleaned_data["department"],
                due_date=form.cleaned_data["due_date"],
                now=timezone.now(),
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            return _done(request, actor, reference, _("Die Zuständigkeit ist gespeichert."))
    return _show(request, actor, queries.idea(actor, reference), assignment_form=form)


@require_POST
@town_page(Scope.MODERATE)
def inbox_merge(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Merge into the idea whose reference was typed, or undo the merge named by `undo`."""
    found = queries.idea(actor, reference)
    undo = request.POST.get("undo", "")
    form = MergeForm(request.POST, auto_id="zusammen_%s")
    if not undo and not form.is_valid():
        return _show(request, actor, found, merge_form=form)
    try:
        if undo:
            merge_id = _number(undo)
            merges.undo_merge(
                actor=actor, reference=reference, merge_id=merge_id, now=timezone.now()
            )
        else:
            into = form.cleaned_data["into"].upper()
            merges.merge_ideas(actor=actor, reference=reference, into=into, now=timezone.now())
    except RuleBroken as error:
        add_rule(form, error)
        return _show(request, actor, found, merge_form=form)
    return _done(request, actor, reference, _("Das ist erledigt."))


@require_POST
@town_page(Scope.IDEAS)
def inbox_transfer(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    form = TransferForm(request.POST, towns=other_towns(actor))
    if form.is_valid():
        try:
            transfers.offer_transfer(
                actor=actor, reference=reference, now=timezone.now(), **form.cleaned_data
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            return _done(request, actor, reference, _("Die Idee ist angeboten."))
    return _show(request, actor, queries.idea(actor, reference), transfer_form=form)


@require_POST
@town_page(Scope.IDEAS)
def inbox_answer_transfer(
    request: HttpRequest, actor: Actor, reference: str, pk: int
) -> HttpResponse:
    """Take over, or refuse with a reason, what another town offers."""
    now = timezone.now()
    try:
        if "accept" in request.POST:
            transfers.accept_transfer(
                actor=actor,
                reference=reference,
                transfer_id=pk,
                theme=request.POST.get("theme", ""),
                now=now,
            )
            return _done(request, actor, reference, _("Die Idee gehört jetzt Ihnen."))
        transfers.refuse_transfer(
            actor=actor,
            reference=reference,
            transfer_id=pk,
            reason=request.POST.get("reason", ""),
            now=now,
        )
    except RuleBroken as error:
        messages.error(request, str(error.message))
    return redirect("inbox", slug=actor.town.slug)


@require_POST
@town_page(Scope.MODERATE)
def inbox_report(request: HttpRequest, actor: Actor, reference: str, pk: int) -> HttpResponse:
    """A report has been looked at; `hide` takes its comment out of sight as well."""
    if comment := request.POST.get("hide", ""):
        comments.hide_comment(actor=actor, comment_id=_number(comment))
    else:
        comments.settle_report(actor=actor, report_id=pk, now=timezone.now())
    return _done(request, actor, reference, _("Das ist erledigt."))


def _show(
    request: HttpRequest,
    actor: Actor,
    found: Idea,
    step: StepForm | None = None,
    **bound: forms.Form,
) -> HttpResponse:
    now = timezone.now()
    steps = [
        step if step and step.target == to else StepForm(idea=found, to=to)
        for to in policy.allowed_steps(actor, found)
        if to in STEP_LABELS and found.state not in (State.MERGED, State.DRAFT)
    ]
    open_step = step if step and step.errors else None
    works = actor.may(Scope.IDEAS)
    assignment = queries.assignment(found)
    context: dict[str, Any] = {
        "idea": found,
        "now": now,
        "is_overdue": found.is_overdue(now),
        "steps": steps,
        "history": desk.full_history(actor, found),
        "responses": queries.responses(found),
        "notes": desk.notes(actor, found),
        "reports": desk.open_reports(actor, found),
        "transfers": queries.transfers(found),
        "merge": queries.active_merge(found),
        "can_merge": State.MERGED in policy.allowed_steps(actor, found),
        "works": works,
        "form": open_step or next(iter(bound.values()), None),
        "note_form": NoteForm(auto_id="notiz_%s"),
        "merge_form": MergeForm(auto_id="zusammen_%s"),
    }
    if works:
        offered = other_towns(actor)
        context |= {
            "response_form": ResponseForm(auto_id="antwort_%s"),
            "transfer_form": TransferForm(towns=offered),
            "signature_form": SignatureForm(towns=offered),
            "assignment_form": AssignmentForm(
                people=desk.case_workers(actor, now), initial=_assigned(assignment)
            ),
        }
    context |= bound
    status = 422 if context["form"] else 200
    return render(request, "inbox/idea.html", context, status=status)


def _assigned(assignment: Any) -> dict[str, Any]:
    if assignment is None:
        return {}
    return {
        "person": assignment.person_id,
        "department": assignment.department,
        "due_date": assignment.due_date,
    }


def _number(typed: str) -> int:
    if not typed.isdecimal() or len(typed) > 18:
        raise NotFound
    return int(typed)


def _done(request: HttpRequest, actor: Actor, reference: str, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("inbox_idea", slug=actor.town.slug, reference=reference)
