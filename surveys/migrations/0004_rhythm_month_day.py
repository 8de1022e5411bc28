"""The day of the month a survey repeats on; waves started before planning went to the background count as planned."""

from typing import ClassVar

from django.db import migrations, models

PLANNED = "UPDATE surveys_wave SET planned_at = starts_at WHERE state <> 'draft' AND planned_at IS NULL"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("surveys", "0003_words_themes")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="survey",
            name="month_day",
            field=models.PositiveSmallIntegerField(blank=True, help_text="The day wanted; shorter months take their last.", null=True),
        ),
        migrations.RunSQL(PLANNED, migrations.RunSQL.noop),
    ]
