"""Figures: a town's for its desk, the network's for its coordinator."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from frontend import charts
from frontend.downloads import xlsx_response
from frontend.forms.open_days import FiguresForm, PeriodForm
from frontend.town import actor_of, town_page
from participation import sheets
from participation.actors import Actor
from participation.errors import InvalidInput, LoginRequired
from participation.models.access import Scope
from workshops.queries import figures

PER_PAGE = 25


@never_cache
@require_safe
@town_page(Scope.DESK)
def town_figures(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = FiguresForm(request.GET, **_this_year())
    during = _period(form)
    page = Paginator(figures.by(actor, during, form.group), PER_PAGE).get_page(
        request.GET.get("page")
    )
    found = figures.rows(page.object_list)
    context = {
        "form": form,
        "group": form.group,
        "during": during,
        "total": figures.totals(actor, during),
        "coming": figures.coming(actor, timezone.now()),
        "page_obj": page,
        "rows": [(row_label(row), row.sums) for row in found],
        "bars": charts.bars((row_label(row), row.sums) for row in found),
        "query": request.GET.urlencode(),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/figures/town.html", context, status=status)


@require_safe
@town_page(Scope.DESK)
def town_figures_xlsx(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = FiguresForm(request.GET, **_this_year())
    during = _period(form)
    found = figures.rows(figures.by(actor, during, form.group))
    heading = dict(form.fields["nach"].choices)[form.group]  # type: ignore[attr-defined]
    rows = [(row_label(row), *_cells(row.sums)) for row in found]
    return xlsx_response(
        f"zahlen-{actor.town.slug}", _("Zahlen"), [str(heading), *_headings()], rows
    )


def row_label(row: figures.Row) -> str:
    if row.month:
        return date_format(row.month, "F Y")
    return row.label or _("Online oder ohne Ort")


# --- The network ---------------------------------------------------------------------------------


@never_cache
@require_safe
def network_figures(request: HttpRequest) -> HttpResponseBase:
    """Sums of each town, for the coordinator; never a citizen's row."""
    actor = actor_of(request, None)
    form = PeriodForm(request.GET, **_this_year())
    during = _period(form)
    try:
        found = figures.by_town(actor, during)
    except LoginRequired:
        return redirect_to_login(request.get_full_path())
    context = {
        "form": form,
        "during": during,
        "rows": [(row.town.name, row.sums) for row in found],
        "total": figures.network_total(found),
        "hidden": sum(row.sums is None and row.dates > 0 for row in found),
        "small": figures.SMALL,
        "bars": charts.bars((row.town.name, row.sums) for row in found if row.sums is not None),
        "query": request.GET.urlencode(),
    }
    status = 422 if form.errors else 200
    return render(request, "network/figures.html", context, status=status)


@require_safe
def network_figures_xlsx(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request, None)
    during = _period(PeriodForm(request.GET, **_this_year()))
    try:
        found = figures.by_town(actor, during)
    except LoginRequired:
        return redirect_to_login(request.get_full_path())
    rows = [
        (row.town.name, *(_cells(row.sums) if row.sums is not None else [row.dates]))
        for row in found
    ]
    return xlsx_response("zahlen-netzwerk", _("Zahlen"), [_("Kommune"), *_headings()], rows)


# --- What both have ------------------------------------------------------------------------------


def _this_year() -> dict[str, Any]:
    year = figures.year_of(timezone.localdate())
    return {"first": year.first, "last": year.last}


def _period(form: PeriodForm) -> figures.Period:
    """What was chosen, or this year where that cannot be; the form then says why."""
    try:
        return figures.period(*form.days)
    except InvalidInput as error:
        form.add_error("bis", str(error.message))
        return figures.period(form.first, form.last)


def _headings() -> list[str]:
    return [
        _("Termine"),
        _("Plätze"),
        _("Gebucht"),
        _("Gekommen"),
        _("Nicht gekommen"),
        _("Anteil nicht gekommen"),
        _("Storniert"),
        _("Ohne Buchung"),
        _("Auf der Warteliste"),
    ]


def _cells(sums: figures.Sums) -> list[int | float | None]:
    return [
        sums.dates,
        sums.capacity,
        sums.booked,
        sums.came,
        sums.no_show,
        None if sums.no_show_rate is None else sheets.Share(sums.no_show_rate),
        sums.cancelled,
        sums.walk_ins,
        sums.waiting,
    ]
