"""Files of answers given before Mayak."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from company.models import User
from surveys.enums import PastKind


class PastImport(models.Model):
    """A file of answers given elsewhere before Mayak, such as an export of Delighted.

    It is checked when it comes, loaded by a worker once `load_due_at` is set, and may be undone. The file is thrown away when loaded.
    """

    original_name = models.CharField(max_length=255)
    source = models.CharField(_("where the answers come from"), max_length=40)
    kind = models.CharField(max_length=10, choices=PastKind.choices, default=PastKind.PLAIN)
    file = models.FileField(upload_to="past/", blank=True)
    columns = models.JSONField(default=list, help_text="Header cells with examples, as found in the file.")
    mapping = models.JSONField(default=dict, help_text="Column number to PastField.")
    found = models.JSONField(default=dict, help_text="What the check says: sound rows, known, matched, by quarter, the first rows.")
    answers_new = models.PositiveIntegerField(default=0)
    answers_known = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    rows_bad = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, help_text="Refused lines as [line, column, value, code].")
    load_due_at = models.DateTimeField(null=True, blank=True, help_text="When somebody pressed the button; a worker takes it up.")
    loaded_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=PastKind.values), name="past_import_kind_known"),
            models.CheckConstraint(condition=Q(undone_at__isnull=True) | Q(loaded_at__isnull=False), name="past_import_undone_was_loaded"),
            models.CheckConstraint(
                condition=Q(loaded_at__isnull=True) | Q(load_due_at__isnull=False, loaded_at__gte=F("load_due_at")),
                name="past_import_loaded_was_due",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(load_due_at__isnull=False, loaded_at__isnull=True), name="past_import_at_work"),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_at_work(self) -> bool:
        """Say whether it waits for a worker."""
        return self.load_due_at is not None and self.loaded_at is None

    @property
    def is_draft(self) -> bool:
        """Say whether nobody asked for it to be loaded yet."""
        return self.load_due_at is None
