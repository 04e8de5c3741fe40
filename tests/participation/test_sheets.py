"""Tables to take away: what a spreadsheet finds in them."""

from datetime import UTC, date, datetime, time
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from participation import sheets

SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def part(content: bytes, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(ZipFile(BytesIO(content)).read(name))  # noqa: S314  (our own)


def cells(content: bytes) -> list[list[str]]:
    """The sheet's values as text; constant memory writes strings into the cells themselves."""
    sheet = part(content, "xl/worksheets/sheet1.xml")
    return [
        ["".join(cell.itertext()) for cell in row.iter(f"{SPREADSHEET}c")]
        for row in sheet.iter(f"{SPREADSHEET}row")
    ]


def test_csv_is_what_a_german_spreadsheet_opens() -> None:
    rows: list[list[sheets.Cell]] = [["Müller; Kim", 3, 1.5, None], ['sagt "ja"', -2, 0.0, ""]]
    made = sheets.csv(["Name", "Plätze", "Quote", "Notiz"], rows)
    assert made.startswith(b"\xef\xbb\xbf")
    assert made.decode("utf-8-sig").split("\r\n") == [
        "Name;Plätze;Quote;Notiz",
        '"Müller; Kim";3;1,5;',
        '"sagt ""ja""";-2;0,0;',
        "",
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_csv_text_is_never_a_formula(start: str) -> None:
    made = sheets.csv(["Name"], [[f"{start}cmd|' /C calc'!A0"]]).decode("utf-8-sig")
    assert made.split("\r\n", 1)[1].lstrip('"').startswith(f"'{start}")


def test_csv_headings_are_never_formulas_either() -> None:
    assert sheets.csv(["=1+1"], []).decode("utf-8-sig") == "'=1+1\r\n"


def test_times_are_those_of_the_clock_on_the_wall() -> None:
    winter, summer = datetime(2026, 11, 28, 13, tzinfo=UTC), datetime(2026, 7, 1, 13, tzinfo=UTC)
    made = sheets.csv(["a", "b", "c", "d"], [[winter, summer, date(2026, 7, 1), time(9, 5)]])
    assert made.decode("utf-8-sig").split("\r\n")[1] == (
        "28.11.2026 14:00;01.07.2026 15:00;01.07.2026;09:05"
    )


def test_xlsx_holds_text_numbers_and_local_times() -> None:
    rows: list[list[sheets.Cell]] = [["Kim", 3, 1.5, None, datetime(2026, 11, 28, 12, tzinfo=UTC)]]
    made = sheets.xlsx("Gäste", ["Name", "Plätze", "Quote", "Notiz", "Beginn"], rows)
    assert cells(made) == [
        ["Name", "Plätze", "Quote", "Notiz", "Beginn"],
        # 28 November 2026, 13:00, in days since 1900.
        ["Kim", "3", "1.5", "46354.54166666666"],
    ]


def test_xlsx_text_is_neither_formula_nor_link() -> None:
    rows = [["=1+1"], ["{=1+1}"], ["+49 2921 1030"], ["https://example.org"], ["'"]]
    made = sheets.xlsx("Gäste", ["Name"], rows)
    assert cells(made)[1:] == rows
    sheet = part(made, "xl/worksheets/sheet1.xml")
    assert not list(sheet.iter(f"{SPREADSHEET}f"))
    assert not list(sheet.iter(f"{SPREADSHEET}hyperlink"))


@pytest.mark.parametrize(
    ("title", "tab"),
    [
        ("Einlass", "Einlass"),
        ("Was: [2026/2027]?", "Was 20262027"),
        ("x" * 40, "x" * 31),
        ("***", "Sheet1"),
    ],
)
def test_xlsx_names_its_sheet_as_excel_allows(title: str, tab: str) -> None:
    book = part(sheets.xlsx(title, ["Name"], []), "xl/workbook.xml")
    assert [sheet.get("name") for sheet in book.iter(f"{SPREADSHEET}sheet")] == [tab]


def test_an_empty_table_has_its_headings() -> None:
    assert cells(sheets.xlsx("Leer", ["Name", "Plätze"], [])) == [["Name", "Plätze"]]
    assert sheets.csv(["Name", "Plätze"], []).decode("utf-8-sig") == "Name;Plätze\r\n"


def test_a_share_is_shown_in_per_cent_and_a_long_text_whole() -> None:
    title = "Austausch mit Unternehmen, Vereinen und Wohnungswirtschaft"
    rows: list[list[sheets.Cell]] = [[title, sheets.Share(7 / 43)]]
    made = sheets.xlsx("Zahlen", ["Angebot", "Quote"], rows)
    assert "0.0 %" in {
        one.get("formatCode") for one in part(made, "xl/styles.xml").iter(f"{SPREADSHEET}numFmt")
    }
    columns = part(made, "xl/worksheets/sheet1.xml").iter(f"{SPREADSHEET}col")
    assert float(next(columns).get("width") or 0) > len(title)
    assert sheets.csv(["Angebot", "Quote"], rows).decode("utf-8-sig").endswith(";0,163\r\n")
