"""The editor of a question: choose its type, fill in what fits it, change it, take it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.forms.live_question_types import TYPES
from frontend.forms.live_questions import TypedQuestionForm, retyped
from frontend.pages import live_steps
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import RuleBroken
from participation.models.access import Scope
from polls import queries
from polls.errors import QuestionReworded
from polls.models import LiveSession, Question
from polls.models.answers import QuestionType
from polls.services import questions


@town_page(Scope.LIVE)
def new(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """`?type=` says which; without one, they are there to choose from."""
    session = queries.own_session(actor, code)
    kind = request.POST.get("type") or request.GET.get("type") or ""
    if kind not in QuestionType.values:
        context = {"session": session, "code": session.code, "types": TYPES}
        return render(request, "desk/live/question_types.html", context)
    form = _form(request, actor, kind)
    if form.is_bound and form.is_valid():
        try:
            made = questions.add_question(
                actor=actor, code=session.code, wording=form.wording(), pictures=form.pictures()
            )
        except RuleBroken as error:
            form.add_rule(error)
        else:
            messages.success(request, _("Die Frage steht bereit."))
            return redirect(live_steps.place_of(actor, session, made))
    return _page(request, session, form, None)


@town_page(Scope.LIVE)
def edit(request: HttpRequest, actor: Actor, code: str, pk: int) -> HttpResponse:
    """Word it anew, until it is put for the first time."""
    session = queries.own_session(actor, code)
    found = queries.question(session, pk)
    kind = request.POST.get("type", "")
    form = _form(request, actor, kind if kind in QuestionType.values else found.type, found)
    if form.is_bound and form.is_valid():
        try:
            questions.change_question(
                actor=actor,
                code=session.code,
                question_id=pk,
                changes=form.changes(),
                pictures=form.pictures(),
                seen=request.POST.get("seen", ""),
            )
        except QuestionReworded as error:
            form.add_rule(error)
            return _page(request, session, form, found, reworded=True)
        except RuleBroken as error:
            form.add_rule(error)
        else:
            messages.success(request, _("Die Frage ist gespeichert."))
            return redirect(live_steps.place_of(actor, session, found))
    return _page(request, session, form, found)


@require_POST
@town_page(Scope.LIVE)
def remove(request: HttpRequest, actor: Actor, code: str, pk: int) -> HttpResponse:
    session = queries.own_session(actor, code)
    queries.question(session, pk)
    try:
        questions.remove_question(actor=actor, code=session.code, question_id=pk)
    except RuleBroken as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Die Frage ist entfernt."))
    return redirect("desk_live_run", slug=actor.town.slug, code=session.code)


def _form(
    request: HttpRequest, actor: Actor, kind: str, found: Question | None = None
) -> TypedQuestionForm:
    """`retype` shows what was typed in the fields of another type, and saves nothing."""
    more: dict[str, Any] = {"kind": kind, "town": actor.town, "question": found}
    if request.method != "POST":
        return TypedQuestionForm(**more)
    if "retype" in request.POST:
        more |= {"kind": _kind(request.POST["retype"], kind), "initial": retyped(request.POST)}
        return TypedQuestionForm(**more)
    return TypedQuestionForm(request.POST, request.FILES, **more)


def _kind(typed: str, otherwise: str) -> str:
    return typed if typed in QuestionType.values else otherwise


def _page(
    request: HttpRequest,
    session: LiveSession,
    form: TypedQuestionForm,
    found: Question | None,
    *,
    reworded: bool = False,
) -> HttpResponse:
    """`reworded` meanwhile by someone else: the page tells what stands there now."""
    stamp = questions.stamp_of(found) if found else ""
    context = {
        "session": session,
        "code": session.code,
        "form": form,
        "kind": QuestionType(form.kind),
        "types": TYPES,
        "question_id": found.pk if found else None,
        "seen": stamp if reworded else request.POST.get("seen", stamp),
        "meanwhile": found if reworded else None,
    }
    return render(request, "desk/live/question.html", context, status=422 if form.errors else 200)
