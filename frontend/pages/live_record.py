"""What stays of a session, for everyone: its record, files to take away, a frame for others."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from frontend import downloads
from frontend.pages import live_stage
from frontend.pages.prints import document
from frontend.town import actor_of
from participation.actors import Actor
from participation.errors import NotFound
from polls import documents, policy, queries
from polls.models import LiveSession, ResultRecord

FRAME_SECONDS = 30


# --- The record ----------------------------------------------------------------------------------


@require_safe
def newest(request: HttpRequest, code: str) -> HttpResponse:
    """What a printed sheet leads to: the version that is valid now."""
    session = queries.session_by_code(code)
    versions = queries.versions(session)
    if not versions:
        raise NotFound
    return redirect("live_record", code=session.code, sha=versions[0].sha256)


@require_safe
def record(request: HttpRequest, code: str, sha: str) -> HttpResponse:
    """One version, checked by its sum, and all others."""
    found = _record(code, sha)
    _stand(request, found.session)
    body = json.loads(found.body)
    context = {
        "session": found.session,
        "code": found.session.code,
        "record": found,
        "body": body,
        "asked": queries.told_rounds(body),
        "matches": hashlib.sha256(found.body.encode()).hexdigest() == found.sha256,
        "superseded_by": queries.superseding(found),
        "versions": queries.versions(found.session),
    }
    return render(request, "live/record.html", context)


@require_safe
def record_file(request: HttpRequest, code: str, sha: str) -> HttpResponse:
    """The very bytes that were hashed: `sha256sum` of the file gives its name."""
    found = _record(code, sha)
    disposition = f'attachment; filename="{found.sha256}.json"'
    return HttpResponse(
        found.body.encode(),
        content_type="application/json",
        headers={"Content-Disposition": disposition},
    )


def _record(code: str, sha: str) -> ResultRecord:
    found = queries.record(sha)
    if found.session.code != code:
        raise NotFound
    return found


# --- Files ---------------------------------------------------------------------------------------


@require_safe
def results_file(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """What the results page shows to this reader, as CSV, XLSX, PDF or JSON."""
    session = queries.session_by_code(code)
    actor = _stand(request, session)
    session = queries.live_session(actor, session.code)
    if kind not in FILES:
        raise NotFound
    response = FILES[kind](session, queries.results(session, actor), actor)
    response["Cache-Control"] = "no-store, private"
    return response


def _csv(session: LiveSession, results: Mapping[str, Any], actor: Actor) -> HttpResponse:
    table = queries.result_table(results, queries.shown_texts(session))
    return downloads.csv_response(f"ergebnis-{session.code}", table.columns, table.rows)


def _xlsx(session: LiveSession, results: Mapping[str, Any], actor: Actor) -> HttpResponse:
    table = queries.result_table(results, queries.shown_texts(session))
    name = f"ergebnis-{session.code}"
    return downloads.xlsx_response(name, table.title, table.columns, table.rows)


def _pdf(session: LiveSession, results: Mapping[str, Any], actor: Actor) -> HttpResponse:
    content = documents.result_sheet(
        session,
        results,
        language=get_language() or "de",
        staff=policy.facilitates(actor, session),
    )
    return document(content, f"ergebnis-{session.code}")


def _json(session: LiveSession, results: Mapping[str, Any], actor: Actor) -> HttpResponse:
    disposition = f'attachment; filename="ergebnis-{session.code}.json"'
    return JsonResponse(
        results,
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Content-Disposition": disposition},
    )


FILES: dict[str, Callable[[LiveSession, Mapping[str, Any], Actor], HttpResponse]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "pdf": _pdf,
    "json": _json,
}


# --- In other people's pages ---------------------------------------------------------------------


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # takes views with arguments, too
@cache_control(public=True, max_age=FRAME_SECONDS)
def embed(request: HttpRequest, code: str) -> HttpResponse:
    """Revealed results for a frame on any page: no cookie, no script; `?frage=` for one question.

    Whoever looks is a guest here, so that no frame ever shows what the room has not seen.
    """
    session = queries.session_by_code(code)
    if session.state == LiveSession.State.DRAFT:
        raise NotFound
    results = queries.results(session, Actor(None))
    asked = request.GET.get("frage", "")
    rounds = [told for told in queries.told_rounds(results) if told.shown]
    if asked.isdecimal():
        rounds = [told for told in rounds if str(told.question_id) == asked]
    figures = {put.round_id: put.figure for put in live_stage.every_put(results)}
    shown = [(told, figures[told.round_id]) for told in rounds]
    context = {"session": session, "results": results, "asked": shown, "code": session.code}
    return render(request, "live/embed.html", context)


def _stand(request: HttpRequest, session: LiveSession) -> Actor:
    actor = actor_of(request, session.municipality)
    request.actor = actor  # type: ignore[attr-defined]  # read by the context processor
    return actor
