"""The desk: the town's places and their rooms."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.forms.fields import add_rule
from frontend.forms.venues import RoomForm, VenueForm
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import InvalidInput
from participation.models.access import Scope
from workshops import queries
from workshops.errors import RoomInUse
from workshops.models import Venue
from workshops.services import places

PER_PAGE = 30


@town_page(Scope.DESK)
def venues(request: HttpRequest, actor: Actor) -> HttpResponse:
    page = Paginator(queries.venues(actor), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/venues/list.html", {"page_obj": page})


@town_page(Scope.DESK)
def new_venue(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = VenueForm(
        request.POST if request.method == "POST" else None, initial={"city": actor.town.name}
    )
    if request.method == "POST" and form.is_valid():
        try:
            venue = places.create_venue(actor=actor, details=form.details())
        except InvalidInput as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Der Ort ist angelegt. Ergänzen Sie nun seine Räume."))
            return redirect("desk_venue", slug=actor.town.slug, pk=venue.pk)
    status = 422 if form.errors else 200
    return render(request, "desk/venues/new.html", {"form": form}, status=status)


@town_page(Scope.DESK)
def venue(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Change the place; below it its rooms."""
    found = queries.venue(actor, pk)
    form = VenueForm.of(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            places.change_venue(actor=actor, venue_id=pk, changes=form.cleaned_data)
        except InvalidInput as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Der Ort ist gespeichert."))
            return redirect("desk_venue", slug=actor.town.slug, pk=pk)
    return _venue_page(request, found, form, RoomForm())


@require_POST
@town_page(Scope.DESK)
def new_room(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = queries.venue(actor, pk)
    form = RoomForm(request.POST)
    if form.is_valid():
        try:
            places.create_room(actor=actor, venue_id=pk, **form.cleaned_data)
        except InvalidInput as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Der Raum ist angelegt."))
            return redirect("desk_venue", slug=actor.town.slug, pk=pk)
    return _venue_page(request, found, VenueForm.of(found), form)


@town_page(Scope.DESK)
def room(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Rename a room, change its seats, or take it away."""
    found = queries.room(actor, pk)
    if request.method == "POST" and request.POST.get("step") == "remove":
        try:
            places.remove_room(actor=actor, room_id=pk)
        except RoomInUse as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Der Raum ist gelöscht."))
        return redirect("desk_venue", slug=actor.town.slug, pk=found.venue_id)
    form = RoomForm(
        request.POST if request.method == "POST" else None,
        initial={"name": found.name, "seats": found.seats},
    )
    if request.method == "POST" and form.is_valid():
        try:
            places.change_room(actor=actor, room_id=pk, changes=form.cleaned_data)
        except InvalidInput as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Der Raum ist gespeichert."))
            return redirect("desk_venue", slug=actor.town.slug, pk=found.venue_id)
    context = {"room": found, "form": form}
    status = 422 if form.errors else 200
    return render(request, "desk/venues/room.html", context, status=status)


def _venue_page(
    request: HttpRequest, venue: Venue, form: VenueForm, room_form: RoomForm
) -> HttpResponse:
    context = {"venue": venue, "form": form, "room_form": room_form}
    status = 422 if form.errors or room_form.errors else 200
    return render(request, "desk/venues/venue.html", context, status=status)
