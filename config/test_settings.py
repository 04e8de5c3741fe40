"""Settings of the test suite: SQLite in a file, or what DATABASE_URL and REDIS_URL name."""

import os
from urllib.parse import urlsplit

os.environ.setdefault("MITWIRK_MODE", "test")
if (_worker := os.environ.get("PYTEST_XDIST_WORKER")) and os.environ.get("REDIS_URL"):
    # Each worker empties its cache between tests: a Redis database of its own, 14 downwards.
    _number = 14 - int(_worker.removeprefix("gw")) % 14
    os.environ["REDIS_URL"] = (
        urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{_number}").geturl()
    )

from config.settings import *  # noqa: F403  (settings modules are extended this way)
from config.settings import DATABASES, REST_FRAMEWORK, STORAGES, VAR_DIR

DEMO = True
RATE_LIMITS = False  # a test about them turns them on
GUEST_PAGE_SECONDS = 0  # likewise
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: race tests open one connection a thread.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / f"test-{os.getpid()}.sqlite3")}
else:
    # Race tests have more threads than there are connections.
    DATABASES["default"]["OPTIONS"]["pool"]["timeout"] = 20
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
REST_FRAMEWORK["TEST_REQUEST_DEFAULT_FORMAT"] = "json"
