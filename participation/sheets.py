"""Tables to take away: XLSX, and CSV as a German spreadsheet reads it. No cell is ever a formula.

What a citizen typed may begin with `=`: whoever opens the table must see it, not run it.
"""

import csv as stdlib_csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO

from django.utils import timezone
from xlsxwriter import Workbook


class Share(float):
    """A part of one, which a spreadsheet shows in per cent."""


Cell = str | int | float | Decimal | datetime | date | time | None

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
NOT_IN_A_TAB = str.maketrans(dict.fromkeys("[]:*?/\\'"))
TAB_LENGTH = 31
NARROWEST, WIDEST = 16, 60
TYPES = {datetime: "dd.mm.yyyy hh:mm", date: "dd.mm.yyyy", time: "hh:mm", Share: "0.0 %"}


def xlsx(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet, its heading row bold and frozen, with a filter; times are local wall time.

    Rows are written one by one, so that a long table needs no more memory than a short one.
    """
    out = BytesIO()
    book = Workbook(out, {"constant_memory": True})
    book.set_properties({"title": title})
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {kind: book.add_format({"num_format": shown}) for kind, shown in TYPES.items()}
    sheet = book.add_worksheet(title.translate(NOT_IN_A_TAB).strip()[:TAB_LENGTH] or None)
    sheet.freeze_panes(1, 0)
    widths = [max(len(heading) + 4, NARROWEST) for heading in columns]
    for column, heading in enumerate(columns):
        sheet.write_string(0, column, heading, bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            value = _local(cell)
            if isinstance(value, str):
                sheet.write_string(last, column, value)
                widths[column] = max(widths[column], min(len(value) + 2, WIDEST))
            elif isinstance(value, date | time):
                sheet.write_datetime(last, column, value, formats[type(value)])
            elif value is not None:
                sheet.write_number(last, column, value, formats.get(type(value)))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    if columns:
        sheet.autofilter(0, 0, last, len(columns) - 1)
    book.close()
    return out.getvalue()


def csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, `;` between cells, decimal commas, local wall time.

    Text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = StringIO()
    writer = stdlib_csv.writer(out, delimiter=";")
    writer.writerow([_text(heading) for heading in columns])
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _local(cell: Cell) -> Cell:
    """A time as the clock on the wall shows it: spreadsheets know no time zones."""
    if isinstance(cell, datetime) and timezone.is_aware(cell):
        return timezone.make_naive(cell)
    return cell


def _text(cell: Cell) -> str:
    value = _local(cell)
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Share):
        return f"{value:.3f}".replace(".", ",")
    return str(value).replace(".", ",")
