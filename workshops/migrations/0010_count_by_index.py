from django.db import migrations, models

from workshops.migrations._scan_triggers import LIFT, SET


class Migration(migrations.Migration):
    dependencies = [("workshops", "0009_name_of_stands")]

    operations = [
        LIFT,
        migrations.RemoveIndex(model_name="slot", name="slot_by_workshop"),
        migrations.AddIndex(
            model_name="slot",
            index=models.Index(
                fields=["workshop", "starts_at", "state"], name="slot_by_workshop"
            ),
        ),
        SET,
    ]
