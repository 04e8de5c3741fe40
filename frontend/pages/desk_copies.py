"""The desk: duplicates, templates, the picture of an offer, and how the public will see it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from frontend.forms.fields import add_rule
from frontend.forms.images import ImageForm
from frontend.pages.workshops import workshop_context
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import RuleBroken
from participation.models.access import Scope
from workshops import queries
from workshops.services import copies, images

PER_PAGE = 30


@never_cache
@town_page(Scope.DESK)
def preview(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The offer's page as the public will see it, in whatever state it is."""
    found = queries.workshop_preview(actor, pk)
    context = workshop_context(actor, found) | {"is_preview": True}
    return render(request, "desk/workshops/preview.html", context)


@require_POST
@town_page(Scope.DESK)
def copy(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Duplicate the offer, or make a template of it."""
    if request.POST.get("step") == "template":
        copies.make_template(actor=actor, workshop_id=pk)
        messages.success(request, _("Die Vorlage ist angelegt. Sie können sie jetzt teilen."))
        return redirect("desk_templates", slug=actor.town.slug)
    made = copies.duplicate_workshop(actor=actor, workshop_id=pk)
    messages.success(request, _("Das ist die Kopie, ein Entwurf ohne Termine."))
    return redirect("desk_workshop", slug=actor.town.slug, pk=made.pk)


@town_page(Scope.DESK)
def templates(request: HttpRequest, actor: Actor) -> HttpResponse:
    page = Paginator(queries.templates(actor), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/workshops/templates.html", {"page_obj": page})


@require_POST
@town_page(Scope.DESK)
def template_step(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Use, share, take back, or retire."""
    step = request.POST.get("step", "")
    try:
        if step == "use":
            made = copies.use_template(actor=actor, template_id=pk)
            messages.success(request, _("Der Entwurf ist angelegt. Passen Sie ihn nun an."))
            return redirect("desk_workshop_edit", slug=actor.town.slug, pk=made.pk)
        if step == "retire":
            copies.retire_template(actor=actor, template_id=pk)
            messages.success(request, _("Die Vorlage ist gelöscht."))
        else:
            is_shared = step == "share"
            copies.share_template(actor=actor, template_id=pk, shared=is_shared)
            messages.success(
                request,
                _("Alle Kommunen können die Vorlage jetzt verwenden.")
                if is_shared
                else _("Die Vorlage sehen wieder nur Sie."),
            )
    except RuleBroken as error:
        if error.status == 404:
            raise
        messages.error(request, str(error.message))
    return redirect("desk_templates", slug=actor.town.slug)


@town_page(Scope.DESK)
def image(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = queries.own_workshop(actor, pk)
    if request.method == "POST" and request.POST.get("step") == "remove":
        images.remove_image(actor=actor, workshop_id=pk)
        messages.success(request, _("Das Bild ist gelöscht."))
        return redirect("desk_image", slug=actor.town.slug, pk=pk)
    form = ImageForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        initial={"alt": found.image_alt},
    )
    if request.method == "POST" and form.is_valid():
        try:
            images.set_image(
                actor=actor,
                workshop_id=pk,
                content=form.cleaned_data["image"].read(),
                alt=form.cleaned_data["alt"],
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Das Bild ist gespeichert."))
            return redirect("desk_image", slug=actor.town.slug, pk=pk)
    context = {"workshop": found, "form": form, "now": timezone.now()}
    status = 422 if form.errors else 200
    return render(request, "desk/workshops/edit_image.html", context, status=status)
