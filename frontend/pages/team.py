"""Who works for the town: roles, invitations, and their end."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from frontend.forms.fields import add_rule
from frontend.forms.team import InvitationForm
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import RuleBroken
from participation.models.access import Scope
from participation.queries import people
from participation.services import invitations
from participation.services import people as memberships

PER_PAGE = 50
INVITATIONS_SHOWN = 50


@never_cache
@town_page(Scope.ADMIN)
def team(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everyone with a role, open invitations, and the form for a new one."""
    now = timezone.now()
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            offered = invitations.invite(actor=actor, now=now, **form.cleaned_data)
        except RuleBroken as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Die Einladung geht an %s.") % offered.email)
            return redirect("desk_team", slug=actor.town.slug)
    page = Paginator(people.team(actor, now), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "invitations": people.open_invitations(actor, now)[:INVITATIONS_SHOWN],
        "now": now,
    }
    return render(request, "desk/team/team.html", context, status=422 if form.errors else 200)


@never_cache
@town_page(Scope.ADMIN)
def end_membership(request: HttpRequest, actor: Actor, membership: int) -> HttpResponse:
    """Ask once more, then take the role back."""
    now = timezone.now()
    found = people.member_of_team(actor, membership, now)
    if request.method != "POST":
        return render(request, "desk/team/end.html", {"membership": found})
    try:
        memberships.end_membership(actor=actor, membership_id=membership, now=now)
    except RuleBroken as error:
        messages.error(request, str(error.message))
        return redirect("desk_team", slug=actor.town.slug)
    name = found.user.get_full_name()
    messages.success(request, _("Die Rolle von %s ist beendet.") % name)
    return redirect("desk_team", slug=actor.town.slug)


@require_POST
@town_page(Scope.ADMIN)
def withdraw_invitation(request: HttpRequest, actor: Actor, invitation: int) -> HttpResponse:
    try:
        ended = invitations.withdraw_invitation(
            actor=actor, invitation_id=invitation, now=timezone.now()
        )
    except invitations.InvitationUsed as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Die Einladung an %s gilt nicht mehr.") % ended.email)
    return redirect("desk_team", slug=actor.town.slug)
