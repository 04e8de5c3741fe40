from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("participation", "0006_cosignatures")]

    operations = [
        migrations.AlterField(
            model_name="mailreceipt",
            name="sent_at",
            field=models.DateTimeField(auto_now_add=True, db_index=True),
        ),
    ]
