"""From a municipality's one brand colour to a legible pair: one shade for light, one for dark.

Contrast by WCAG 2.2: "relative luminance" and "contrast ratio"
(https://www.w3.org/TR/WCAG22/#dfn-relative-luminance, …#dfn-contrast-ratio). Text needs 4.5:1
(success criterion 1.4.3).
"""

import colorsys
import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from participation.errors import InvalidInput

MIN_CONTRAST = 4.5
# The hardest grounds of KERN that text or a button may stand on: its hued surfaces.
LIGHT_GROUND = "#e8e9ef"  # neutral-050
DARK_GROUND = "#1d2034"  # neutral-900
# Beyond this shift of lightness on white paper nobody would call it the town's colour any more.
LARGEST_SHIFT = 0.45
STEP = 0.005


@dataclass(frozen=True, slots=True)
class Pair:
    """Hex colours, each at least 4.5:1 against every ground of its scheme."""

    light: str
    dark: str


def relative_luminance(color: str) -> float:
    """0 for black to 1 for white, of an sRGB colour `#rrggbb`."""
    red, green, blue = (_linear(channel) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """1 to 21."""
    bright, dark = sorted((relative_luminance(one), relative_luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def derive_pair(brand_color: str) -> Pair:
    """Shift the colour's lightness, hue and saturation kept, until it is legible in both schemes.

    Raises InvalidInput `invalid_color` for something that is no `#rrggbb`, `illegible_color` for a
    colour so pale that its legible shade would be another colour.
    """
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", brand_color):
        raise InvalidInput(
            "brand_color", "invalid_color", _("Bitte geben Sie die Farbe so an: #1f5d8c.")
        )
    light = _shifted(brand_color, LIGHT_GROUND, -STEP)
    if abs(_lightness(light) - _lightness(brand_color)) > LARGEST_SHIFT:
        raise InvalidInput(
            "brand_color",
            "illegible_color",
            _("Diese Farbe ist zu blass für Schrift. Bitte wählen Sie eine kräftigere."),
        )
    return Pair(light=light, dark=_shifted(brand_color, DARK_GROUND, STEP))


def _shifted(color: str, ground: str, step: float) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(color))
    while contrast(color, ground) < MIN_CONTRAST:
        lightness = min(max(lightness + step, 0.0), 1.0)
        color = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    return color.lower()


def _lightness(color: str) -> float:
    return colorsys.rgb_to_hls(*_channels(color))[1]


def _channels(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
