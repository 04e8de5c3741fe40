"""The desk: what a workshop asks the people who come."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.forms.fields import add_rule
from frontend.forms.questions import QuestionForm
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import InvalidInput, RuleBroken
from participation.models.access import Scope
from workshops import queries
from workshops.services import questions as asking


@town_page(Scope.DESK)
def questions(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """All in order, and a form for one more."""
    workshop = queries.workshop(actor, pk)
    rows = list(queries.questions(actor, pk))
    form = QuestionForm(request.POST if request.method == "POST" else None, others=rows)
    if request.method == "POST" and form.is_valid():
        try:
            asking.add_question(actor=actor, workshop_id=pk, details=form.details())
        except InvalidInput as error:
            add_question_rule(form, error)
        else:
            messages.success(request, _("Die Frage ist angelegt."))
            return redirect("desk_questions", slug=actor.town.slug, pk=pk)
    context: dict[str, Any] = {"workshop": workshop, "questions": rows, "form": form}
    return render(request, "desk/questions/list.html", context, status=422 if form.errors else 200)


@town_page(Scope.DESK)
def question(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = queries.question(actor, pk)
    form = QuestionForm(
        request.POST if request.method == "POST" else None,
        others=list(queries.questions(actor, found.workshop_id)),
        question=found,
    )
    if request.method == "POST" and form.is_valid():
        try:
            asking.change_question(actor=actor, question_id=pk, details=form.details())
        except RuleBroken as error:
            add_question_rule(form, error)
        else:
            messages.success(request, _("Die Frage ist gespeichert."))
            return redirect("desk_questions", slug=actor.town.slug, pk=found.workshop_id)
    context = {"question": found, "workshop": found.workshop, "form": form}
    return render(request, "desk/questions/edit.html", context, status=422 if form.errors else 200)


@require_POST
@town_page(Scope.DESK)
def question_step(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Up, down, or asked no more."""
    found, step = queries.question(actor, pk), request.POST.get("step", "")
    try:
        if step == "retire":
            asking.retire_question(actor=actor, question_id=pk, now=timezone.now())
            messages.success(request, _("Die Frage wird nicht mehr gestellt."))
        else:
            asking.move_question(actor=actor, question_id=pk, up=step == "up")
    except RuleBroken as error:
        messages.error(request, str(error.message))
    return redirect("desk_questions", slug=actor.town.slug, pk=found.workshop_id)


def add_question_rule(form: QuestionForm, error: RuleBroken) -> None:
    """A condition is one field here, two in the rules."""
    is_condition = isinstance(error, InvalidInput) and error.attr.startswith("depends")
    if is_condition:
        form.add_error("depends", str(error.message))
    else:
        add_rule(form, error)
