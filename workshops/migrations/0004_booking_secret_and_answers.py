from django.db import migrations, models

import participation.secrets
from workshops.migrations._scan_triggers import LIFT, SET


def give_secrets(apps, schema_editor) -> None:
    bookings = apps.get_model("workshops", "Booking").objects
    for pk in bookings.filter(secret=None).values_list("pk", flat=True).iterator():
        bookings.filter(pk=pk).update(secret=participation.secrets.new_token())


class Migration(migrations.Migration):
    dependencies = [("workshops", "0003_whole_workshops")]

    operations = [
        LIFT,
        migrations.RunPython(give_secrets, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="booking",
            name="secret",
            field=models.CharField(
                default=participation.secrets.new_token,
                help_text="QR-Code der ganzen Buchung",
                max_length=40,
                unique=True,
            ),
        ),
        # Free-form answers become rows that belong to a question (Answer).
        migrations.RemoveField(model_name="booking", name="answers"),
        SET,
    ]
