#!/usr/bin/env bash
# Runs the Dockerfile's steps in a clean Debian, then starts the result as production would:
# migrated, not root, healthy, its static files served, no compiler inside.
# Needs root and debootstrap; says so in one line and ends with 0 where it has not got them.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() { echo "image proof skipped: $1"; exit 0; }
[ "$(id -u)" = 0 ] || skip "it needs root, for a root folder of its own"
command -v debootstrap >/dev/null || skip "debootstrap is missing (apt-get install debootstrap)"

WORK=$(mktemp -d)
ROOT=$WORK/root
PORT=${IMAGE_PROOF_PORT:-8199}
web=
cleanup() {
    [ -z "$web" ] || { kill "$web" && wait "$web"; } 2>/dev/null || true
    rm -rf "$WORK"
}
trap cleanup EXIT
step() { echo "image proof: $1"; }

# What .dockerignore lets through: the committed files of these folders.
sources() { git archive HEAD -- $(sed -n 's/^!//p' .dockerignore); }

step "stage 1, the front end"
mkdir -p "$WORK/build"
sources | tar -x -C "$WORK/build"
(cd "$WORK/build" && deploy/build-frontend.sh) >"$WORK/log" 2>&1 || { cat "$WORK/log"; exit 1; }

step "a clean Debian with nothing but Python"
mirror=$(sed -n 's/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\).*/\2/p; s/^URIs: *\([^ ]*\).*/\1/p' \
    /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null | head -n 1 || true)
debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates \
    bookworm "$ROOT" ${mirror:+"$mirror"} >"$WORK/log" 2>&1 || { tail -n 3 "$WORK/log"; skip "Debian could not be fetched"; }

# This machine's way to the package index, whatever it is, for the length of the build.
for path in /etc/resolv.conf /etc/hosts /etc/pip.conf "${SSL_CERT_FILE:-}" "${PIP_CERT:-}"; do
    if [ -n "$path" ] && [ -f "$path" ]; then
        mkdir -p "$ROOT$(dirname "$path")"
        cp --dereference --remove-destination "$path" "$ROOT$path"
    fi
done
inside() { chroot "$ROOT" sh -c "cd /app && $1"; }

step "stage 2, the Python packages and the assembled project"
mkdir -p "$ROOT/app"
sources | tar -x -C "$ROOT/app"
cp -r "$WORK/build/frontend/dist" "$ROOT/app/frontend/dist"
inside "deploy/install-python.sh /opt/mitwirk" 2>&1 | grep -v "^WARNING: Location" || true
inside "deploy/assemble.sh /opt/mitwirk"

step "stage 3, started as production, as its own user"
inside "deploy/install-pango.sh"
inside "deploy/make-user.sh"
as_user() {
    exec env -i "$(command -v chroot)" --userspec=mitwirk:mitwirk "$ROOT" /usr/bin/env \
        PATH=/opt/mitwirk/bin:/usr/bin:/bin PYTHONUNBUFFERED=1 MITWIRK_MODE=production \
        MEDIA_ROOT=/data/media PORT="$PORT" SECRET_KEY="$SECRET" ALLOWED_HOSTS=mitwirk.example.org \
        TRUSTED_ORIGINS=https://mitwirk.example.org SITE_URL=https://mitwirk.example.org \
        BEHIND_PROXY=1 DATABASE_URL=sqlite:////data/proof.sqlite3 EMAIL_URL=smtp://localhost \
        sh -c "cd /app && $1"
}
SECRET=$(python3 -c 'import secrets; print(secrets.token_urlsafe(64))')
(as_user "deploy/entrypoint.sh migrate") >"$WORK/log" 2>&1 || { cat "$WORK/log"; exit 1; }
as_user "exec deploy/entrypoint.sh web" >"$WORK/log" 2>&1 &
web=$!
for _ in $(seq 60); do
    (as_user "python deploy/healthcheck.py") >/dev/null 2>&1 && break
    kill -0 "$web" 2>/dev/null || { cat "$WORK/log"; exit 1; }
    sleep 0.5
done

fetch() {
    curl --silent --fail --output /dev/null --header "Host: mitwirk.example.org" \
        --header "X-Forwarded-Proto: https" "http://127.0.0.1:$PORT$1"
}
expect() { # expect WHAT COMMAND…
    local what=$1
    shift
    if "$@"; then echo "  ok: $what"; else
        echo "  FAILED: $what"
        tail -n 20 "$WORK/log"
        exit 1
    fi
}
healthy() { (as_user "python deploy/healthcheck.py"); }
own_user() { [ "$(stat -c %u "/proc/$web")" = 10001 ]; }
no_tools() { ! inside "command -v gcc || command -v cc || command -v make || command -v npm"; }
read_only() { ! (as_user "touch /app/planted" 2>/dev/null); }
document() {
    (as_user "python manage.py shell --verbosity 0 -c \
'from participation.documents import pdf; pdf(\"print/document.html\", {}, language=\"de\")'")
}
static_file() { fetch "/static/$(cd "$ROOT/app/staticfiles" && find assets -name '*.css' | head -n 1)"; }

expect "the health check passes" healthy
expect "it does not run as root" own_user
expect "the home page answers" fetch /
expect "a static file answers" static_file
expect "it makes a PDF" document
expect "no compiler, make or npm inside" no_tools
expect "it cannot write to its own code" read_only
echo "image proof: passed"
