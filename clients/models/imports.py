"""Files somebody loads and what was wrong in them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.enums import ImportState
from common.tables.kinds import FileKind
from company.models import User


class Import(models.Model):
    """A file somebody loads: its mapping of columns, what the check found, how far the loading got.

    A worker owns the row while `lease_token` is its own and `lease_until` lies ahead; the row of a killed worker is taken up again.
    """

    file = models.FileField(upload_to="imports/")
    original_name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, db_index=True, help_text="SHA-256 of the file.")
    kind = models.CharField(max_length=4, choices=FileKind.choices, default=FileKind.CSV)
    preset = models.CharField(max_length=40, blank=True)
    encoding = models.CharField(max_length=40, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    sheet = models.CharField(max_length=100, blank=True)
    sheets = models.JSONField(default=list, help_text="Names of the sheets of a workbook.")
    header_row = models.PositiveIntegerField(default=0, help_text="Rows above the header, counted from 0.")
    columns = models.JSONField(default=list, help_text="Header cells with examples, as found in the file.")
    mapping = models.JSONField(default=dict, help_text="Column number to ImportField.")
    update_existing = models.BooleanField(_("update Clients who are already here"), default=True)
    sample = models.JSONField(default=list, help_text="The first sound rows as [line, cells], for the preview.")
    found = models.JSONField(default=dict, help_text="What the check says beside problems: new names in lists, returns.")
    built_on = models.JSONField(default=list, help_text="Ids of earlier imports whose rows this one relied on.")
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    rows_bad = models.PositiveIntegerField(default=0)
    rows_warned = models.PositiveIntegerField(default=0)
    clients_new = models.PositiveIntegerField(default=0)
    clients_updated = models.PositiveIntegerField(default=0)
    purchases_new = models.PositiveIntegerField(default=0)
    purchases_known = models.PositiveIntegerField(default=0)
    error = models.JSONField(default=dict, blank=True, help_text="Why the whole file was refused: code, line, column, value.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often a worker took up the present step.")
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_known")]
        indexes: ClassVar = [models.Index(fields=["id"], condition=Q(state__in=ImportState.working()), name="import_at_work")]

    def __str__(self) -> str:
        return self.original_name

    @property
    def rows_ready(self) -> int:
        """Rows without an error: these are loaded."""
        return max(self.rows_total - self.rows_bad, 0)

    @property
    def is_at_work(self) -> bool:
        """Say whether a worker has something to do for it."""
        return self.state in ImportState.working()

    @property
    def changed_nothing(self) -> bool:
        """Say whether everything in the file was here before."""
        return not (self.clients_new or self.clients_updated or self.purchases_new)


class ImportProblem(models.Model):
    """One cell a check refused or wants looked at: where it stands and why. A warning does not keep its row out."""

    batch = models.ForeignKey(Import, models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField()
    column = models.PositiveIntegerField(null=True, blank=True, help_text="Counted from 0; empty when the whole row is meant.")
    value = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=40)
    detail = models.CharField(max_length=200, blank=True, help_text="What the code needs to be explained: a name, a number.")
    is_warning = models.BooleanField(default=False)
    row = models.JSONField(default=list, help_text="The whole refused row, for the file given back.")

    class Meta:
        ordering: ClassVar = ["line", "column"]
        indexes: ClassVar = [models.Index(fields=["batch", "line"], name="problem_by_line")]

    def __str__(self) -> str:
        return f"{self.line}: {self.code}"


class ColumnMemory(models.Model):
    """How somebody last mapped a file with these headers; the next such file is mapped so by itself."""

    signature = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the normalised header.")
    mapping = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.signature
