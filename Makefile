# make run    the demo at http://127.0.0.1:8000 (PORT=8001 for another port)
# make test   everything a change must pass
# make check  the part of it that needs no tests: style, types, levels, schema, drift
# make fix    let the tools repair what they can
# make lock   write the lock files anew after a change of pyproject.toml (needs uv)
# make types  write the API's TypeScript types anew
# make messages  bring the English catalogues up to the German texts (needs gettext)
# make image-proof  the image's own steps in a clean Debian (as root, needs debootstrap)

PYTHON ?= python3
BIN := .venv/bin
MANAGE := MITWIRK_MODE=test $(BIN)/python manage.py
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-find-links --no-emit-index-url --quiet pyproject.toml

.PHONY: run test check fix lock types messages image-proof

run:
	@$(PYTHON) deploy/prepare.py run
	@$(BIN)/python deploy/start.py

test:
	@$(PYTHON) deploy/prepare.py test
	@$(MAKE) --no-print-directory check
	@deploy/prove-image.sh
	@$(BIN)/python deploy/run_tests.py

check:
	@$(BIN)/python deploy/check.py

fix:
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .
	@npm run --silent fix

lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	$(LOCK) --output-file requirements.txt
	$(LOCK) --extra dev --constraint requirements.txt --output-file requirements-dev.txt

types:
	@mkdir -p var
	@$(MANAGE) spectacular --format openapi-json --file var/openapi.json
	@npm run --silent types

messages:
	@MITWIRK_MODE=test $(BIN)/python deploy/extract_messages.py

image-proof:
	@deploy/prove-image.sh
