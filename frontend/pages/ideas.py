"""Ideas of a town: the list, one idea, handing in, supporting, following, the author's own page."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.forms.fields import add_rule
from frontend.forms.ideas import (
    AddressForm,
    AnswerForm,
    CommentForm,
    IdeaFilter,
    IdeaForm,
    ReportForm,
    RevisionForm,
)
from frontend.town import actor_of, town_page
from participation import policy, tickets
from participation import queries as towns
from participation.actors import Actor
from participation.errors import NotFound, RuleBroken
from participation.guest_pages import same_for_guests
from participation.models import Idea
from participation.models.access import Scope
from participation.models.ideas import Origin, State
from participation.queries import ideas as queries
from participation.services import comments, confirmations, statuses, supports
from participation.services import ideas as ideas_service
from polls import queries as live

PER_PAGE = 20


@same_for_guests
@town_page()
def ideas(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = IdeaFilter(request.GET, themes=towns.themes(actor))
    found = queries.ideas(actor, **form.filters)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page}
    return render(request, "ideas/list.html", context, status=422 if form.errors else 200)


@town_page()
def idea_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The form; without JavaScript, a second button shows similar ideas before handing in."""
    posted = request.method == "POST"
    form = IdeaForm(
        request.POST if posted else None,
        themes=towns.themes(actor),
        guest=actor.user is None,
        captures=actor.may(Scope.IDEAS),
        initial={
            "campaign": request.GET.get("beteiligung", "")[:60],
            "name": actor.user.name if actor.user else "",
        },
    )
    wants_similar = posted and "similar" in request.POST
    if posted and not wants_similar and form.is_valid():
        draft = form.draft(get_language() or "de")
        try:
            idea = ideas_service.hand_in(actor=actor, draft=draft, now=timezone.now())
        except RuleBroken as error:
            add_rule(form, error)
        else:
            return redirect("idea_sent", slug=actor.town.slug, reference=idea.reference)
    similar = queries.similar(actor, request.POST.get("title", "")) if wants_similar else []
    if wants_similar:
        form = IdeaForm(
            None,
            themes=towns.themes(actor),
            guest=actor.user is None,
            captures=actor.may(Scope.IDEAS),
            initial={name: request.POST.get(name, "") for name in IdeaForm.base_fields},
        )
    context = {"form": form, "similar": similar, "searched": wants_similar}
    return render(request, "ideas/new.html", context, status=422 if form.errors else 200)


@town_page()
def idea_sent(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Thanks; the reference stands in the address, nothing else is shown."""
    if not queries.REFERENCE.fullmatch(reference):
        raise NotFound
    return render(request, "ideas/sent.html", {"reference": reference})


@town_page()
def idea(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    moved = queries.handed_over(actor, reference)
    if moved is not None:
        return redirect("idea", slug=moved.municipality.slug, reference=reference)
    return _idea_page(request, actor, queries.idea(actor, reference))


def _idea_page(
    request: HttpRequest,
    actor: Actor,
    idea: Idea,
    *,
    support_form: AddressForm | None = None,
    comment_form: CommentForm | None = None,
) -> HttpResponse:
    responses = list(queries.responses(idea))
    form = support_form or comment_form
    context = {
        "idea": idea,
        "began_in": live.session_of_idea(idea, actor) if idea.origin == Origin.WORKSHOP else None,
        "now": timezone.now(),
        "history": queries.history(idea),
        "response": responses[0] if responses else None,
        "earlier": responses[1:],
        "transfers": queries.transfers(idea),
        "comments": queries.comments(idea),
        "supported": queries.supports(actor, idea),
        "follows": queries.follows(actor, idea),
        "can_support": idea.state in policy.SUPPORTABLE,
        "own_token": tickets.link_token("author", idea.pk) if policy.is_author(actor, idea) else "",
        "may_work": actor.may(Scope.MODERATE),
        "support_form": support_form or AddressForm(auto_id="mail_%s"),
        "comment_form": comment_form or CommentForm(auto_id="kommentar_%s"),
        "form": form,
    }
    return render(request, "ideas/idea.html", context, status=422 if form else 200)


@require_POST
@town_page()
def idea_support(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Support or follow (`what`); `leave` takes it back; guests give an address."""
    follows = request.POST.get("what") == "follow"
    if "leave" in request.POST:
        leave = supports.unfollow_idea if follows else supports.withdraw_support
        leave(actor=actor, reference=reference)
        return _back(request, actor, reference, _("Das ist erledigt."))
    form = AddressForm(request.POST, auto_id="mail_%s")
    if actor.user is None and not form.is_valid():
        found = queries.idea(actor, reference)
        return _idea_page(request, actor, found, support_form=form)
    join = supports.follow_idea if follows else supports.give_support
    try:
        join(
            actor=actor,
            reference=reference,
            email="" if actor.user else form.cleaned_data["email"],
            language=get_language() or "de",
            now=timezone.now(),
        )
    except RuleBroken as error:
        if error.status in {401, 404}:
            raise
        messages.error(request, str(error.message))
        return redirect("idea", slug=actor.town.slug, reference=reference)
    if actor.user is None:
        text = _("Wir haben Ihnen einen Link geschickt. Erst wenn Sie ihn öffnen, zählt es.")
    elif follows:
        text = _("Wir schreiben Ihnen, sobald es etwas Neues gibt.")
    else:
        text = _("Danke! Ihre Unterstützung zählt.")
    return _back(request, actor, reference, text)


@require_POST
@town_page()
def idea_comment(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    form = CommentForm(request.POST, auto_id="kommentar_%s")
    if form.is_valid():
        try:
            comments.add_comment(
                actor=actor,
                reference=reference,
                text=form.cleaned_data["text"],
                now=timezone.now(),
            )
        except RuleBroken as error:
            if error.status in {401, 404}:
                raise
            add_rule(form, error)
        else:
            return _back(request, actor, reference, _("Ihr Kommentar ist veröffentlicht."))
    return _idea_page(request, actor, queries.idea(actor, reference), comment_form=form)


@town_page()
def idea_report(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    found = queries.idea(actor, reference)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            comments.report(
                actor=actor,
                reference=reference,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            return _back(request, actor, reference, _("Danke. Wir sehen uns das an."))
    context = {"form": form, "idea": found}
    return render(request, "ideas/report.html", context, status=422 if form.errors else 200)


def idea_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link: looking at it changes nothing, the button confirms."""
    purpose, row_id = tickets.read_link_token(token)
    found = queries.idea_of_link(purpose, row_id)
    request.actor = actor_of(request, found.municipality)  # type: ignore[attr-defined]
    context = {"idea": found, "purpose": purpose, "done": False}
    if request.method == "POST":
        context["idea"] = confirmations.confirm(token=token, now=timezone.now()).idea
        context["done"] = True
    return render(request, "ideas/confirm.html", context)


def idea_unfollow(request: HttpRequest, token: str) -> HttpResponse:
    """The link at the foot of each mail; the button ends them."""
    purpose, row_id = tickets.read_link_token(token)
    if purpose != "follow":
        raise NotFound
    if request.method == "POST":
        supports.unfollow_by_link(follow_id=row_id)
    return render(request, "ideas/unfollow.html", {"done": request.method == "POST"})


def idea_own(request: HttpRequest, token: str) -> HttpResponse:
    """The author's page behind the mailed link: see, revise, answer, withdraw."""
    found = queries.author_idea(token)
    actor = actor_of(request, found.municipality)
    request.actor = actor  # type: ignore[attr-defined]
    if request.method != "POST":
        return _own_page(request, actor, found, token)
    action = request.POST.get("action", "")
    form = _own_form(action, request.POST)
    if form is not None and not form.is_valid():
        return _own_page(request, actor, found, token, **{action: form})
    try:
        _act(actor, found, token, form)
    except RuleBroken as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Gespeichert."))
    return redirect("idea_own", token=token)


def _own_form(action: str, data: object = None) -> RevisionForm | AnswerForm | None:
    if action == "revise":
        return RevisionForm(data)  # type: ignore[arg-type]  # a QueryDict or None
    if action == "answer":
        return AnswerForm(data)  # type: ignore[arg-type]
    if action == "withdraw":
        return None
    raise NotFound


def _act(actor: Actor, found: Idea, token: str, form: RevisionForm | AnswerForm | None) -> None:
    now, reference = timezone.now(), found.reference
    if isinstance(form, RevisionForm):
        changes = dict(form.cleaned_data)
        ideas_service.revise_idea(
            actor=actor,
            reference=reference,
            version=changes.pop("version"),
            changes=changes,
            now=now,
            token=token,
        )
        return
    to = State.IN_REVIEW if form is not None else State.WITHDRAWN
    words = form.cleaned_data["reason"] if form is not None else ""
    step = statuses.Step(to=to, reason=words)
    statuses.change_status(actor=actor, reference=reference, step=step, now=now, token=token)


def _own_page(
    request: HttpRequest,
    actor: Actor,
    found: Idea,
    token: str,
    **bound: RevisionForm | AnswerForm,
) -> HttpResponse:
    steps = policy.allowed_steps(actor, found, token)
    revisable = found.state in (State.SUBMITTED, State.DECLINED)
    context = {
        "idea": found,
        "last": queries.last_step(found),
        "history": queries.history(found),
        "response": queries.responses(found).first(),
        "revise": bound.get("revise")
        or (RevisionForm(initial=_shown(found)) if revisable else None),
        "answer": bound.get("answer")
        or (AnswerForm() if found.state == State.NEEDS_INFORMATION else None),
        "can_withdraw": State.WITHDRAWN in steps and not found.is_unconfirmed,
        "form": next(iter(bound.values()), None),
    }
    return render(request, "ideas/own.html", context, status=422 if bound else 200)


def _shown(found: Idea) -> dict[str, object]:
    return {name: getattr(found, name) for name in ("title", "text", "place", "version")}


def _back(request: HttpRequest, actor: Actor, reference: str, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect(reverse("idea", args=(actor.town.slug, reference)))
