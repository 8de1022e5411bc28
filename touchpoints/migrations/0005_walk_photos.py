"""A mark has several photos: the only one it had becomes the first of them."""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def move_photos(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Hand each mark's file over to a row of its own; the file stays where it is."""
    marks = apps.get_model("touchpoints", "AuditMark").objects.exclude(photo="").values_list("pk", "photo", "marked_at")
    photos = apps.get_model("touchpoints", "MarkPhoto").objects
    for pk, photo, marked_at in marks.iterator():
        photos.create(mark_id=pk, image=photo, added_at=marked_at)


class Migration(migrations.Migration):
    """Move the photos, then drop the column."""

    dependencies: ClassVar = [("touchpoints", "0004_map_standings")]

    operations: ClassVar = [
        migrations.RunPython(move_photos, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveField("auditmark", "photo"),
    ]
