"""The QR code as a picture: the right modules in the right places, and no more strokes than rows
have dark stretches, because hundreds of codes go on one sheet."""

import re
from itertools import groupby

import qrcode

from workshops import tickets

CONTENT = "https://mitwirk.example.org/t/9f8Zr3kQ2mXw5bVt1cYh7g/"
STROKE = re.compile(r"M(\d+) (\d+)\.5h(\d+)")


def expected() -> list[list[bool]]:
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    code.add_data(CONTENT)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def test_its_modules_stand_where_they_belong() -> None:
    svg, rows = tickets.qr_svg(CONTENT), expected()
    drawn = [[False] * len(rows) for _row in rows]
    for x, y, length in (map(int, found) for found in STROKE.findall(svg)):
        for column in range(x, x + length):
            drawn[y][column] = True
    assert drawn == rows
    assert f'viewBox="0 0 {len(rows)} {len(rows)}"' in svg


def test_a_stretch_is_one_stroke() -> None:
    stretches = sum(is_dark for row in expected() for is_dark, _run in groupby(row))
    assert len(STROKE.findall(tickets.qr_svg(CONTENT))) == stretches


def test_its_ground_is_white_wherever_it_stands() -> None:
    side = len(expected())
    assert f'fill="#fff" d="M0 0h{side}v{side}h-{side}z"' in tickets.qr_svg(CONTENT)
