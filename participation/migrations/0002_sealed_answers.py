from django.db import migrations, models


def forget_answers(apps, schema_editor):
    # They live for a day and were kept unsealed: nothing worth carrying over.
    apps.get_model("participation", "IdempotencyRecord").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [("participation", "0001_ground")]

    operations = [
        migrations.RunPython(forget_answers, forget_answers),
        migrations.RemoveConstraint("idempotencyrecord", "idempotency_key_once"),
        migrations.RemoveField("idempotencyrecord", "key"),
        migrations.RemoveField("idempotencyrecord", "body"),
        migrations.AddField(
            "idempotencyrecord",
            "key_hash",
            models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField("idempotencyrecord", "sealed_answer", models.TextField(blank=True)),
        migrations.AlterField(
            "idempotencyrecord",
            "principal",
            models.CharField(
                help_text="Wer gefragt hat (Schlüssel, Person, Netz), als Prüfsumme", max_length=64
            ),
        ),
        migrations.AddConstraint(
            "idempotencyrecord",
            models.UniqueConstraint(
                fields=("principal", "key_hash"), name="idempotency_key_once"
            ),
        ),
    ]
