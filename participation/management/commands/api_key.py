from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from participation.errors import RuleBroken
from participation.queries import municipality_by_slug
from participation.services import keys


class Command(BaseCommand):
    help = "Print a new API key of a municipality, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("municipality", help="slug, for example menden")
        parser.add_argument("scopes", nargs="+", help="read, desk, door, ideas, live, admin")
        parser.add_argument("--name", default="api_key")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            _key, token = keys.create_key(
                municipality=municipality_by_slug(options["municipality"]),
                scopes=options["scopes"],
                name=options["name"],
                now=timezone.now(),
            )
        except RuleBroken as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(token)
