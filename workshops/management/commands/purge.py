from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from workshops import privacy
from workshops.queries import retention
from workshops.queries.retention import Planned


class Command(BaseCommand):
    help = "Erase personal data of dates that is due now; --dry-run only says what that is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["dry_run"]:
            for planned in retention.plan(now):
                self.stdout.write(_line(planned))
            return
        erased = 0
        while retention.due_slot_ids(now, limit=1):
            erased += privacy.purge_due(now=now, by="operator")
            self.stdout.write(f"{erased} rows erased")
        self.stdout.write("Nothing (more) is due.")


def _line(planned: Planned) -> str:
    slot, counts = planned.slot, planned.counts
    town = slot.workshop.municipality.slug
    what = ", ".join(f"{name} {count}" for name, count in counts.items())
    held = f" (on hold: {planned.held_by})" if planned.held_by else ""
    return f"{town}, date {slot.pk} of {slot.starts_at:%Y-%m-%d}, {planned.rule}: {what}{held}"
