import pytest

from participation import colors
from participation.errors import InvalidInput


def test_contrast_of_black_and_white_is_21() -> None:
    assert round(colors.contrast("#000000", "#ffffff"), 2) == 21.0
    assert round(colors.contrast("#ffffff", "#000000"), 2) == 21.0


def test_contrast_of_a_known_grey() -> None:
    # #767676 on white is the classic 4.54:1.
    assert round(colors.contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize(
    "brand",
    ["#1f5d8c", "#a8322d", "#1f6b3a", "#ffe600", "#e30613", "#000000", "#f39200", "#00ff00"],
)
def test_both_shades_are_legible(brand: str) -> None:
    pair = colors.derive_pair(brand)
    assert colors.contrast(pair.light, colors.LIGHT_GROUND) >= 4.5
    assert colors.contrast(pair.dark, colors.DARK_GROUND) >= 4.5


def test_a_legible_colour_stays_as_it_is() -> None:
    assert colors.derive_pair("#1F5D8C").light == "#1f5d8c"


@pytest.mark.parametrize("brand", ["#ffffff", "#fdfdfd", "#fffef5"])
def test_a_colour_too_pale_is_refused(brand: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        colors.derive_pair(brand)
    assert (refusal.value.attr, refusal.value.code) == ("brand_color", "illegible_color")


@pytest.mark.parametrize("brand", ["", "red", "#fff", "#12345g", "#1f5d8c;}", "1f5d8c"])
def test_something_that_is_no_colour_is_refused(brand: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        colors.derive_pair(brand)
    assert refusal.value.code == "invalid_color"
