"""Remember the words a company has spoken before: one that speaks another word today has begun with Client."""

from typing import Any, ClassVar

from django.db import migrations, models

from company.formulas.respeaking import is_same_word
from company.formulas.words import CLIENT


def remember_client(apps: Any, _schema_editor: Any) -> None:
    for company in apps.get_model("company", "Company").objects.all():
        if not is_same_word(company.word_forms, CLIENT):
            company.former_words = [CLIENT]
            company.save(update_fields=["former_words"])


class Migration(migrations.Migration):
    dependencies: ClassVar = [("company", "0006_second_factor")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="company",
            name="former_words",
            field=models.JSONField(default=list, verbose_name="words for a Client spoken before"),
        ),
        migrations.RunPython(remember_client, migrations.RunPython.noop),
    ]
