"""The door's record is append-only."""

from django.db import migrations

from workshops.migrations._scan_triggers import allow_changes, forbid_changes


class Migration(migrations.Migration):
    dependencies = [("workshops", "0001_workshops")]
    operations = [migrations.RunPython(forbid_changes, allow_changes)]
