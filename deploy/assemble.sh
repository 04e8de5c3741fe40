#!/bin/sh
# assemble.sh VENV: message catalogues, static files and bytecode into the project's folder.
set -eu
"$1/bin/python" deploy/compile_messages.py
# Collecting files signs nothing and opens no database: these values end with this command.
MITWIRK_MODE=production \
    SECRET_KEY="$("$1/bin/python" -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    ALLOWED_HOSTS=localhost TRUSTED_ORIGINS=http://localhost \
    DATABASE_URL=sqlite:////nowhere/unused.sqlite3 EMAIL_URL=smtp://localhost \
    "$1/bin/python" manage.py collectstatic --no-input --verbosity 0 --ignore '*.gz'
"$1/bin/python" -m compileall -q config participation workshops polls frontend
