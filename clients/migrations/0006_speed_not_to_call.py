from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0005_rightness"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="client",
            index=models.Index(condition=models.Q(("do_not_call", True)), fields=["id"], name="client_not_to_call"),
        ),
    ]
