"""What files are read as tables."""

from django.db import models


class FileKind(models.TextChoices):
    """The kinds of files we read; each value is the extension."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel (xlsx)"
    XLS = "xls", "Excel (xls)"
    ODS = "ods", "OpenDocument"
