"""A person's own page: who they are here, and where they work."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from participation.models import User
from participation.queries import people


@login_required
@never_cache
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)  # noqa: S101  (login_required lets nobody else in)
    roles = people.roles_of(user, timezone.now())
    return render(request, "account/overview.html", {"person": user, "roles": roles})
