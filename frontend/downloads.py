"""Tables to take away, as answers."""

from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from participation import sheets

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def xlsx_response(
    name: str, title: str, columns: Sequence[str], rows: Iterable[Sequence[sheets.Cell]]
) -> HttpResponse:
    return _attached(sheets.xlsx(title, columns, rows), XLSX, f"{name}.xlsx")


def csv_response(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[sheets.Cell]]
) -> HttpResponse:
    return _attached(sheets.csv(columns, rows), "text/csv; charset=utf-8", f"{name}.csv")


def _attached(content: bytes, kind: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, kind, headers={"Content-Disposition": disposition})
