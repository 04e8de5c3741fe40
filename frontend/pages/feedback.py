"""The question after a date: the page of the mail's link, and what the desk reads."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend.forms.feedback import FeedbackForm
from frontend.forms.fields import add_rule
from frontend.pages.bookings import private, stand_in_town
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from participation.models.access import Scope
from workshops import queries
from workshops.errors import AlreadyAnswered, FeedbackClosed
from workshops.queries import feedback as answers
from workshops.services import feedback


@private
def give(request: HttpRequest, token: str) -> HttpResponse:
    try:
        asked = answers.feedback_asked(token)
    except NotFound:
        return render(request, "bookings/unknown_link.html", status=404)
    stand_in_town(request, asked.slot.workshop.municipality)
    question = asked.slot.workshop.feedback_question
    form = FeedbackForm(request.POST if request.method == "POST" else None, question=question)
    context = {"asked": asked, "slot": asked.slot, "form": form}
    if not question:
        return render(request, "feedback/closed.html", context, status=FeedbackClosed.status)
    if request.method != "POST" or asked.is_answered:
        return render(request, "feedback/give.html", context, status=409 if form.is_bound else 200)
    if not form.is_valid():
        return render(request, "feedback/give.html", context, status=422)
    try:
        feedback.give(token=token, now=timezone.now(), **form.cleaned_data)
    except FeedbackClosed as error:
        return render(request, "feedback/closed.html", context, status=error.status)
    except InvalidInput as error:
        add_rule(form, error)
        return render(request, "feedback/give.html", context, status=422)
    except AlreadyAnswered:
        pass  # a second click on the button
    return redirect("feedback", token=token)


@require_safe
@town_page(Scope.DESK)
def results(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    slot = queries.slot(actor, pk)
    context = {"slot": slot, "result": answers.feedback_of(actor, slot.pk)}
    return render(request, "desk/feedback/results.html", context)


@require_POST
@town_page(Scope.DESK)
def erase_text(request: HttpRequest, actor: Actor, pk: int, feedback_id: int) -> HttpResponse:
    feedback.erase_text(actor=actor, slot_id=pk, feedback_id=feedback_id)
    messages.success(request, _("Der Text ist entfernt, die Sterne bleiben."))
    return redirect("desk_feedback", slug=actor.town.slug, pk=pk)
