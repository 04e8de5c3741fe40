"""Brings every English catalogue up to what code and templates say (needs GNU gettext).

New messages come in empty and are listed; `tests/test_translations.py` fails until they are
translated. Nothing is guessed: what gettext would call fuzzy is emptied again.
"""

import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = "*/locale/en/LC_MESSAGES/django.po"
SKIPPED = (".venv/*", "node_modules/*", "frontend/dist/*", "tests/*", "var/*")
# Without dates and names, an unchanged text leaves its catalogue unchanged.
HEADER = {
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


def main() -> int:
    command = [sys.executable, "manage.py", "makemessages", "--locale=en", "--verbosity=0"]
    command += ["--no-wrap", "--no-obsolete", "--add-location=file"]
    command += [f"--ignore={pattern}" for pattern in SKIPPED]
    subprocess.run(command, cwd=ROOT, check=True)
    missing = 0
    for path in sorted(ROOT.glob(CATALOGUES)):
        for entry in tidy(path).untranslated_entries():
            missing += 1
            print(f"{path.relative_to(ROOT)}: {entry.msgid}")
    print(f"{missing} to translate." if missing else "Every message is translated.")
    return 0


def tidy(path: Path) -> polib.POFile:
    """Rewrites the catalogue without dates, obsolete entries and guesses."""
    catalogue = polib.pofile(str(path), wrapwidth=0)
    catalogue.header = ""
    catalogue.metadata = dict(HEADER)
    catalogue.metadata_is_fuzzy = False
    for entry in catalogue:
        if entry.fuzzy:
            entry.msgstr, entry.flags = "", [flag for flag in entry.flags if flag != "fuzzy"]
            entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
        entry.previous_msgid = entry.previous_msgid_plural = None
    catalogue.save(str(path))
    return catalogue


if __name__ == "__main__":
    sys.exit(main())
