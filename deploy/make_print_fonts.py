"""Makes the fonts of printed documents from @fontsource/fira-sans: one file a weight.

That package parts each weight by script; a PDF needs one file, or letters of two parts would share
a number. Run it after an update of the package: `.venv/bin/python deploy/make_print_fonts.py`.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules" / "@fontsource" / "fira-sans" / "files"
TARGET = ROOT / "participation" / "data" / "fonts"
WEIGHTS = (400, 600)
SCRIPTS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek")


def main() -> None:
    for weight in WEIGHTS:
        with TemporaryDirectory() as folder:
            font = Merger().merge(list(parts(weight, Path(folder))))
        font.flavor = "woff2"
        font.save(str(TARGET / f"fira-sans-{weight}.woff2"))


def parts(weight: int, folder: Path) -> Iterator[str]:
    """Each script's file, without the letters that an earlier one has."""
    seen: set[int] = set()
    for script in SCRIPTS:
        font = TTFont(SOURCE / f"fira-sans-{script}-{weight}-normal.woff2")
        font.flavor = None
        letters = set(font.getBestCmap())
        subsetter = Subsetter(Options(layout_features=["*"], hinting=False, notdef_outline=True))
        subsetter.populate(unicodes=letters - seen)
        subsetter.subset(font)
        seen |= letters
        path = folder / f"{script}.ttf"
        font.save(str(path))
        yield str(path)


if __name__ == "__main__":
    main()
