"""The clock: runs each service of `settings.CLOCK_JOBS` at its interval until told to stop."""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Run the timed services (expired holds and the like) until stopped; --once runs each once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        jobs = {path: import_string(path) for path in settings.CLOCK_JOBS}
        if options["once"]:
            for path, job in jobs.items():
                self.stdout.write(f"{path}: {job(now=timezone.now())}")
            return
        stop = threading.Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, lambda *_: stop.set())
        self._tick(jobs, stop)

    def _tick(self, jobs: dict[str, Callable[..., object]], stop: threading.Event) -> None:
        due = dict.fromkeys(jobs, 0.0)
        while not stop.wait(1):
            for path in [path for path, at in due.items() if at <= time.monotonic()]:
                close_old_connections()
                try:
                    jobs[path](now=timezone.now())
                except DatabaseError:
                    # The database may be restarting: the job is due again at its next interval.
                    logger.exception("%s failed", path)
                due[path] = time.monotonic() + settings.CLOCK_JOBS[path]
