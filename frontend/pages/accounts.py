"""A person's own page: who they are here, where they work, and the invitation to do so."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from participation.errors import RuleBroken
from participation.models import Membership, User
from participation.queries import people
from participation.services import invitations


@login_required
@never_cache
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)  # noqa: S101  (login_required lets nobody else in)
    roles = people.roles_of(user, timezone.now())
    return render(request, "account/overview.html", {"person": user, "roles": roles})


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Town, role and one button; a guest logs in or signs up first and comes back."""
    user = request.user if isinstance(request.user, User) else None
    now = timezone.now()
    try:
        if request.method == "POST" and user is not None:
            return _welcome(request, invitations.accept_invitation(user=user, token=token, now=now))
        offered = invitations.find_invitation(user=user, token=token, now=now)
    except RuleBroken as error:
        is_of_another = isinstance(error, invitations.InvitationOfAnother)
        refusal = {"error": error, "person": user, "is_of_another": is_of_another}
        return render(request, "account/invitation_refused.html", refusal, status=error.status)
    return render(request, "account/invitation.html", {"invitation": offered, "person": user})


def _welcome(request: HttpRequest, membership: Membership) -> HttpResponse:
    town = membership.municipality
    if town is None or not town.is_active:
        messages.success(request, _("Die Einladung ist angenommen."))
        return redirect("account")
    messages.success(request, _("Willkommen im Team von %s!") % town.name)
    return redirect("desk", slug=town.slug)
