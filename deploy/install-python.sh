#!/bin/sh
# install-python.sh FOLDER: a virtual environment with exactly what the lock names.
set -eu
python3 -m venv "$1"
"$1/bin/pip" install --quiet --no-cache-dir --disable-pip-version-check \
    --require-hashes --requirement requirements.txt
