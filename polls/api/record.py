"""What a council asks for: counts by hand, turnout, corrections, results to take away."""

from collections.abc import Mapping
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from participation import sheets
from participation.api_formats import CsvRenderer, OneFormat, PdfRenderer, XlsxRenderer
from polls import documents, policy, queries
from polls.api import record_shapes as told
from polls.api import shapes
from polls.api.base import LiveView
from polls.services import access_codes, papers, records, seats, turnout

PDF = {(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY)}


class StaffView(LiveView):
    """For who facilitates: what is wrong with a body is nobody else's business."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        policy.must_facilitate(self.actor, self.session)


# --- Counted by hand -----------------------------------------------------------------------------


class PapersView(StaffView):
    @extend_schema(operation_id="live_papers", responses=told.PaperRow(many=True))
    def get(self, request: Request, code: str) -> Response:
        """Facilitators: every count by hand, countersigned or not."""
        rows = queries.paper_tallies(self.session)
        return Response(told.PaperRow(rows, many=True).data)


class NewPaperView(StaffView):
    @extend_schema(
        operation_id="live_paper_enter",
        request=told.NewPaper,
        responses={201: told.PaperRow},
    )
    def post(self, request: Request, code: str, round_id: int) -> Response:
        """A logged-in person: write down raised hands or ballot papers, until countersigned."""
        form = told.NewPaper(data=request.data)
        form.is_valid(raise_exception=True)
        tally = papers.enter_tally(
            actor=self.actor,
            code=code,
            round_id=round_id,
            now=timezone.now(),
            **form.validated_data,
        )
        return Response(told.PaperRow(tally).data, status=201)


class PaperView(StaffView):
    @extend_schema(operation_id="live_paper_withdraw", responses={204: None})
    def delete(self, request: Request, code: str, paper_id: int) -> Response:
        """A logged-in person: take a count back."""
        papers.withdraw_tally(actor=self.actor, code=code, tally_id=paper_id)
        return Response(status=204)


class CountersignView(StaffView):
    @extend_schema(
        operation_id="live_paper_countersign", request=told.PaperSeen, responses=told.PaperRow
    )
    def post(self, request: Request, code: str, paper_id: int) -> Response:
        """A second person: say that just these numbers are right."""
        form = told.PaperSeen(data=request.data)
        form.is_valid(raise_exception=True)
        tally = papers.countersign_tally(
            actor=self.actor,
            code=code,
            tally_id=paper_id,
            stamp=form.validated_data["stamp"],
            now=timezone.now(),
        )
        return Response(told.PaperRow(tally).data)


# --- Turnout, corrections, what came of it -------------------------------------------------------


class EligibleView(StaffView):
    @extend_schema(operation_id="live_eligible", responses=told.EligibleTold)
    def get(self, request: Request, code: str) -> Response:
        """Facilitators: how many may vote, and how many codes were printed and used."""
        return Response(self._body())

    @extend_schema(
        operation_id="live_eligible_set", request=told.EligibleShape, responses=told.EligibleTold
    )
    def put(self, request: Request, code: str) -> Response:
        form = told.EligibleShape(data=request.data)
        form.is_valid(raise_exception=True)
        self.session = turnout.set_eligible(
            actor=self.actor, code=code, eligible=form.validated_data["eligible"]
        )
        return Response(self._body())

    def _body(self) -> dict[str, int | None]:
        codes = queries.codes_used(self.session)
        return {
            "eligible": self.session.eligible,
            "suggested": queries.suggested_eligible(self.session),
            "codes_issued": codes.issued,
            "codes_used": codes.used,
        }


class OutcomeView(StaffView):
    @extend_schema(
        operation_id="live_outcome_tell",
        request=told.OutcomeRequest,
        responses={200: told.OutcomeShown, 204: None},
    )
    def put(self, request: Request, code: str) -> Response:
        """Facilitators: what became of the result; the record stays as it is."""
        form = told.OutcomeRequest(data=request.data)
        form.is_valid(raise_exception=True)
        session = turnout.tell_outcome(actor=self.actor, code=code, **form.validated_data)
        body = queries.outcome(session)
        return Response(body) if body else Response(status=204)


class CorrectionView(StaffView):
    @extend_schema(
        operation_id="live_record_correct",
        request=told.CorrectionRequest,
        responses={201: shapes.RecordShape},
    )
    def post(self, request: Request, code: str) -> Response:
        """A further record; wording and the phones' counts cannot change."""
        form = told.CorrectionRequest(data=request.data)
        form.is_valid(raise_exception=True)
        record = records.correct_record(
            actor=self.actor, code=code, now=timezone.now(), **form.validated_data
        )
        body = {
            "sha256": record.sha256,
            "code": self.session.code,
            "published_at": record.published_at.isoformat(),
        }
        return Response(body, status=201)


class VersionsView(LiveView):
    @extend_schema(operation_id="live_records", responses=told.RecordVersion(many=True))
    def get(self, request: Request, code: str) -> Response:
        """Every published version of the result, the newest first."""
        rows = queries.versions(self.session)
        return Response(told.RecordVersion(rows, many=True).data)


# --- To take away --------------------------------------------------------------------------------


class ResultFile(LiveView):
    content_negotiation_class = OneFormat

    def results(self) -> Mapping[str, Any]:
        return queries.results(self.session, self.actor)

    def table(self) -> queries.ResultTable:
        return queries.result_table(self.results(), queries.shown_texts(self.session))


class ResultsXlsx(ResultFile):
    renderer_classes = (XlsxRenderer,)

    @extend_schema(
        operation_id="live_results_xlsx",
        responses={(200, XlsxRenderer.media_type): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def get(self, request: Request, code: str) -> Response:
        """What `results/` shows to you, as XLSX; no cell is a formula."""
        table = self.table()
        return Response(sheets.xlsx(table.title, table.columns, table.rows))


class ResultsCsv(ResultFile):
    renderer_classes = (CsvRenderer,)

    @extend_schema(
        operation_id="live_results_csv",
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def get(self, request: Request, code: str) -> Response:
        """The same as CSV (UTF-8 with a byte order mark, `;`); no cell is a formula."""
        table = self.table()
        return Response(sheets.csv(table.columns, table.rows))


class ResultsPdf(ResultFile):
    renderer_classes = (PdfRenderer,)

    @extend_schema(operation_id="live_results_pdf", responses=PDF)
    def get(self, request: Request, code: str) -> Response:
        """The same as a tagged PDF."""
        content = documents.result_sheet(
            self.session,
            self.results(),
            language=get_language() or "de",
            staff=policy.facilitates(self.actor, self.session),
        )
        headers = {"Content-Disposition": f'inline; filename="ergebnis-{code}.pdf"'}
        return Response(content, headers=headers)


class CodeSheetsView(StaffView):
    renderer_classes = (PdfRenderer,)
    content_negotiation_class = OneFormat

    @extend_schema(
        operation_id="live_codes_print",
        request=shapes.CodesRequest,
        responses={(201, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def post(self, request: Request, code: str) -> Response:
        """Facilitators: fresh single-use codes as a PDF to cut up, 24 a page; shown this once."""
        form = shapes.CodesRequest(data=request.data)
        form.is_valid(raise_exception=True)
        content = access_codes.print_access_codes(
            actor=self.actor,
            code=code,
            count=cast(int, form.validated_data["count"]),
            language=get_language() or "de",
        )
        return Response(content, status=201, headers={"Cache-Control": "no-store, private"})


class AccountSeatView(LiveView):
    @extend_schema(
        operation_id="live_seat_by_account", request=None, responses={201: shapes.SeatShape}
    )
    def post(self, request: Request, code: str) -> Response:
        """The one seat of the account that is logged in; no row says whose it is."""
        token = seats.take_seat(code=code, now=timezone.now(), person=self.actor.user)
        return Response({"token": token}, status=201)
