"""Every check that runs no test: quiet where it passes, the tool's own words where it does not."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MANAGE = f"{BIN}/python manage.py"
SCHEMA = "var/openapi.json"

# Two at a time, the longest first.
CHECKS = {
    "front end": "npm run --silent check",
    "style": f"{BIN}/ruff check --quiet .",
    "format": f"{BIN}/ruff format --check --quiet .",
    "types": f"{BIN}/mypy .",
    "levels": f"{BIN}/lint-imports --no-logo",
    "templates": f"{BIN}/djlint --lint --quiet .",
    "Dockerfile": f"{BIN}/hadolint Dockerfile",
    "settings": f"{MANAGE} check",
    "migrations": f"{MANAGE} makemigrations --check --dry-run",
    "schema and API types (else: make types)": f"{MANAGE} spectacular --validate --fail-on-warn"
    f" --format openapi-json --file {SCHEMA} && SCHEMA={SCHEMA} npm run --silent types -- --check",
}


def main() -> int:
    os.chdir(ROOT)
    (ROOT / "var").mkdir(exist_ok=True)
    os.environ.update(MITWIRK_MODE="test", NO_COLOR="1")
    os.environ.pop("FORCE_COLOR", None)
    with ThreadPoolExecutor(2) as two_at_once:
        passed = two_at_once.map(passes, CHECKS, CHECKS.values())
    failed = [name for name, well in zip(CHECKS, passed, strict=True) if not well]
    if failed:
        print(f"Not clean: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def passes(name: str, command: str) -> bool:
    started = time.monotonic()
    done = subprocess.run(  # noqa: S602  (the commands stand above)
        command,
        shell=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = f"FAILED\n{done.stdout.rstrip()}\n" if done.returncode else "ok"
    print(f"{name} ({time.monotonic() - started:.0f} s): {verdict}", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
