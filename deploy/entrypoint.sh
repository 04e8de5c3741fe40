#!/bin/sh
# entrypoint.sh web|worker|clock|migrate, or any command of manage.py.
set -eu
case "${1:-web}" in
web)
    exec daphne --verbosity 0 --websocket_connect_timeout 30 \
        --endpoint "tcp:${PORT:-8000}:interface=0.0.0.0:backlog=4096" config.asgi:application
    ;;
worker) exec python manage.py db_worker --no-startup-delay --no-reload ;;
clock) exec python manage.py clock ;;
migrate)
    python manage.py migrate --no-input
    exec python manage.py load_municipalities
    ;;
*) exec python manage.py "$@" ;;
esac
