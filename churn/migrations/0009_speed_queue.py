from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("churn", "0008_skip_compared"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="leaver",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "talked"])),
                fields=["-at_risk_cents", "-left_on", "id"],
                include=["client", "next_call_on", "is_rehearsal", "caller"],
                name="leaver_by_value",
            ),
        ),
    ]
