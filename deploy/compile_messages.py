"""Compiles every message catalogue that is newer than its compiled form (needs no gettext)."""

from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent

for source in sorted(ROOT.glob("*/locale/*/LC_MESSAGES/django.po")):
    compiled = source.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
        polib.pofile(str(source)).save_as_mofile(str(compiled))
