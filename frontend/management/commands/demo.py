from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from frontend.demo import (
    afterwards,
    bookings,
    desk,
    door,
    ideas,
    live,
    live_types,
    open_days,
    past,
    people,
    programme,
    retention,
    towns,
    workshops,
)
from participation.services import municipalities


class Command(BaseCommand):
    help = (
        "Fill the demo with towns, workshops, a live evening and ideas; running it again is safe."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--logins", action="store_true", help="only print the log-ins")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo's log-ins have a public password: not in production.")
        if not options["logins"]:
            now = timezone.now()
            municipalities.load_municipalities()
            towns.load(now)
            users = people.load(now)
            workshops.load(now)
            programme.load(now)
            bookings.load(now)
            desk.load(now)
            door.load(now)
            past.load(now)
            open_days.load(now)
            retention.load(now)
            afterwards.load(now)
            ideas.load(now)
            two = (users["moderation@example.org"], users["leitung@example.org"])
            live.load(now, two)
            live_types.load(now)
        self.stdout.write(self._logins())

    def _logins(self) -> str:
        lines = [f"  {login.label:<24}{login.email}" for login in people.LOGINS]
        return "\n".join([f"Log-ins (password {people.PASSWORD}):", *lines])
