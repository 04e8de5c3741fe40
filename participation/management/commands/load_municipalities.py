from typing import Any

from django.core.management.base import BaseCommand

from participation.services import municipalities


class Command(BaseCommand):
    help = "Load the 59 municipalities and the shared themes; running it again is safe."

    def handle(self, *args: Any, **options: Any) -> None:
        count = municipalities.load_municipalities()
        self.stdout.write(f"{count} municipalities are up to date.")
