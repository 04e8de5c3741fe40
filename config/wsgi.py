"""HTTP alone, for gunicorn behind a proxy that sends `/ws/` to Daphne: `gunicorn config.wsgi`."""

import os

from config.startup import set_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
set_up()

from django.conf import settings  # noqa: E402  (needs the environment)
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402

from config.proxy import WsgiApplication, believe_proxy_wsgi  # noqa: E402

application: WsgiApplication = WSGIHandler()
if settings.BEHIND_PROXY:
    application = believe_proxy_wsgi(application)
