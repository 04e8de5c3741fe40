"""A joint question: the towns side by side for everyone, and who takes part for the desk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend.forms.fields import add_rule
from frontend.forms.joint import InviteForm, JoinJointForm, JointForm
from frontend.pages.live_stage import wording
from frontend.town import other_towns, town_page
from participation.actors import Actor
from participation.errors import RuleBroken
from participation.guest_pages import same_for_guests
from participation.models.access import Scope
from polls import queries
from polls.models import JointPart, LiveSession, PaperTally
from polls.models.answers import QuestionType
from polls.queries import JointPaper, JointResult, TownResult
from polls.services import joint as joints

OPEN_STATES = (LiveSession.State.DRAFT, LiveSession.State.LIVE)


@dataclass(frozen=True, slots=True)
class Cell:
    """One town's votes for one answer; `votes` None while they are not shown. `by_hand` stands
    beside them, in no bar.
    """

    name: str
    votes: int | None
    percent: int
    by_hand: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """An answer; `votes` of all towns that show theirs."""

    text: str
    cells: list[Cell]
    votes: int


# --- For everyone --------------------------------------------------------------------------------


@same_for_guests
@require_safe
def results(request: HttpRequest, code: str) -> HttpResponse:
    """The towns side by side, and the sum of those that show their numbers."""
    return render(request, "live/joint.html", _shown(code))


@same_for_guests
@require_safe
def wall(request: HttpRequest, code: str) -> HttpResponse:
    """The same for the projector."""
    return render(request, "live/joint_wall.html", _shown(code))


@same_for_guests
@require_safe
def state(request: HttpRequest, code: str) -> HttpResponse:
    """The table alone: what an open page fetches again; nothing while no town has started."""
    return render(request, "live/parts/joint_table.html", _shown(code))


def _shown(code: str) -> dict[str, object]:
    found = queries.joint_results(queries.joint_by_code(code))
    return {
        "joint": found.joint,
        "result": found,
        "rows": _rows(found),
        "text": _text(found),
    }


def _text(found: JointResult) -> str:
    return wording({"text": found.joint.text, "text_en": found.joint.text_en})


def _rows(found: JointResult) -> list[Row]:
    """One row an answer, one cell a town, the sum last where there are two towns or more."""
    voted = sum(_whole(found, town) for town in found.towns if town.counts is not None)
    rows = []
    for index, (text, text_en) in enumerate(joints.lines_of(found.joint)):
        cells = [
            _cell(
                town.town.name,
                None if town.counts is None else town.counts[index],
                _whole(found, town),
                by_hand=_by_hand(town.paper, index),
            )
            for town in found.towns
        ]
        votes = sum(cell.votes or 0 for cell in cells)
        if found.summed > 1 and found.total is not None:
            by_hand = _by_hand(found.paper, index)
            cells.append(_cell(_("Zusammen"), found.total[index], voted, by_hand=by_hand))
        rows.append(Row(wording({"text": text, "text_en": text_en}), cells, votes))
    return rows


def _by_hand(papers: Iterable[JointPaper], index: int) -> list[str]:
    """Never added to the phones, nor hands to ballot papers."""
    said = []
    for paper in papers:
        n = paper.counts[index] if paper.counts else _("unter 5")
        said.append(f"{PaperTally.Kind(paper.kind).label}: {n}")
    return said


def _whole(found: JointResult, town: TownResult) -> int:
    """What shares are of: the ballots, or all points that were given."""
    if found.joint.type == QuestionType.POINTS:
        return sum(town.counts or ())
    return town.ballots


def _cell(name: str, votes: int | None, whole: int, **more: Any) -> Cell:
    return Cell(name, votes, queries.share(votes, whole) if votes else 0, **more)


# --- For the desk --------------------------------------------------------------------------------


@town_page(Scope.LIVE)
def joint_questions(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What this town takes part in or is asked to, and the form for a new one."""
    form = JointForm(request.POST if request.method == "POST" else None, towns=other_towns(actor))
    if request.method == "POST" and form.is_valid():
        try:
            joint = joints.create_joint(
                actor=actor,
                title=form.cleaned_data["title"],
                wording=form.wording(),
                towns=form.cleaned_data["towns"],
                now=timezone.now(),
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Die Kommunen sind eingeladen."))
            return redirect("desk_joint", slug=actor.town.slug, code=joint.code)
    context = {"form": form, "parts": queries.joint_sessions(actor)[:100]}
    return render(request, "desk/live/joint_list.html", context, status=422 if form.errors else 200)


@town_page(Scope.LIVE)
def joint_question(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One of them: the wording, who takes part, and what this town does."""
    return _page(request, actor, queries.joint_part(actor, code))


@require_POST
@town_page(Scope.LIVE)
def step(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Join, decline, leave, or invite one more town."""
    part = queries.joint_part(actor, code)
    action = request.POST.get("action", "")
    form = InviteForm(request.POST, towns=other_towns(actor))
    if action == "invite" and not form.is_valid():
        return _page(request, actor, part, invite=form)
    try:
        if action == "join":
            live_code = request.POST.get("session", "")
            joints.join(actor=actor, code=code, live_code=live_code, now=timezone.now())
        elif action == "invite":
            joints.invite_town(actor=actor, code=code, town=form.cleaned_data["town"])
        elif action == "leave":
            joints.leave(actor=actor, code=code)
        else:
            joints.decline(actor=actor, code=code)
    except RuleBroken as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Das ist gespeichert."))
    return redirect("desk_joint", slug=actor.town.slug, code=part.joint.code)


def _page(
    request: HttpRequest, actor: Actor, part: JointPart, invite: InviteForm | None = None
) -> HttpResponse:
    joint = part.joint
    own = [row for row in queries.sessions(actor)[:100] if row.state in OPEN_STATES]
    context = {
        "joint": joint,
        "part": part,
        "parts": queries.parts(joint),
        "options": joints.lines_of(joint),
        "is_host": joint.municipality_id == actor.town.pk,
        "join_form": JoinJointForm(sessions=own),
        "form": invite,
        "invite_form": invite or InviteForm(towns=other_towns(actor)),
    }
    return render(request, "desk/live/joint.html", context, status=422 if invite else 200)
