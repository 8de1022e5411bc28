"""Clients, what they bought, the files they came from, and rollups of purchases.

`Purchase` and the rollups name their Client without a row-by-row foreign key check, which would cost most of a load of a
million rows; statement-level triggers (migration 0002) check whole statements instead.
"""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from clients.enums import FileKind, ImportState
from company.models import Branch, Employee, User


class Segment(models.Model):
    """A kind of Clients the company tells apart, such as private persons and companies."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Channel(models.Model):
    """Where Clients come from: an advertisement, a friend, a sign."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class ValueBand(models.Model):
    """A band of Clients by money brought in; `up_to` is exclusive, in minor units, empty in the topmost band."""

    up_to = models.BigIntegerField(null=True, blank=True, unique=True)

    class Meta:
        ordering: ClassVar = [F("up_to").asc(nulls_last=True)]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(up_to__gt=0), name="value_band_positive")]

    def __str__(self) -> str:
        return str(self.up_to or "∞")


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


class Client(models.Model):
    """A person or firm that buys. The phone is E.164, the e-mail in lower case."""

    external_id = models.CharField(_("number in your system"), max_length=64, null=True, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    branch = models.ForeignKey(Branch, models.SET_NULL, null=True, blank=True, db_index=False, verbose_name=_("branch"))
    segment = models.ForeignKey(Segment, models.SET_NULL, null=True, blank=True, db_index=False, verbose_name=_("segment"))
    channel = models.ForeignKey(Channel, models.SET_NULL, null=True, blank=True, db_index=False, verbose_name=_("where from"))
    responsible = models.ForeignKey(Employee, models.SET_NULL, null=True, blank=True, db_index=False, verbose_name=_("responsible person"))
    note = models.TextField(_("note"), blank=True)
    do_not_call = models.BooleanField(_("do not call"), default=False)
    do_not_mail = models.BooleanField(_("do not write"), default=False)
    created_by_import = models.ForeignKey(
        Import, models.SET_NULL, null=True, blank=True, related_name="created_clients", db_constraint=False, db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["external_id"], name="client_external_id_unique", violation_error_message=_("Another Client has this number.")
            ),
            models.CheckConstraint(condition=Q(external_id__isnull=True) | ~Q(external_id=""), name="client_external_id_not_blank"),
            models.CheckConstraint(condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"), name="client_phone_is_e164"),
            models.CheckConstraint(
                condition=~Q(name="") | ~Q(phone="") | ~Q(email="") | Q(external_id__isnull=False), name="client_is_somebody"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["email"], condition=~Q(email=""), name="client_by_email"),
            models.Index(Func(F("phone"), Value(10), function="right"), condition=~Q(phone=""), name="client_by_phone_tail"),
            BrinIndex(fields=["created_by_import"], autosummarize=True, name="client_by_import"),
            models.Index(Func(F("name"), function="lower"), name="client_by_name"),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id or self.phone or self.email


class ImportChange(models.Model):
    """What an import overwrote in a Client who was already here, kept for the undo."""

    batch = models.ForeignKey(Import, models.CASCADE, related_name="changes")
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    before = models.JSONField(default=dict, help_text="Fields that changed, as they were.")
    after = models.JSONField(default=dict, help_text="The same fields as the import left them.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "client"], name="import_change_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.client_id}"


class Purchase(models.Model):
    """One purchase or visit. `day` is in the company's time zone; `cents` are minor units, negative for a return."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="purchases", db_constraint=False, db_index=False)
    day = models.DateField()
    cents = models.BigIntegerField()
    branch = models.ForeignKey(Branch, models.SET_NULL, null=True, blank=True, db_constraint=False, db_index=False)
    product = models.CharField(max_length=200, blank=True)
    fingerprint = models.BinaryField(max_length=16, unique=True, help_text="What makes the same purchase the same on a second load.")
    batch = models.ForeignKey(Import, models.SET_NULL, null=True, blank=True, related_name="purchases", db_constraint=False, db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(cents__gte=-(10**13), cents__lte=10**13), name="purchase_amount_sane"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["client", "day"], include=["cents"], name="purchase_client_day"),
            BrinIndex(fields=["batch"], name="purchase_batch", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.cents}"


class ClientDay(models.Model):
    """Rollup: what one Client bought on one day. `n` leaves returns out; `cents` has them subtracted."""

    pk = models.CompositePrimaryKey("client_id", "day")
    client = models.ForeignKey(Client, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    day = models.DateField()
    n = models.PositiveIntegerField()
    cents = models.BigIntegerField()


class ClientSum(models.Model):
    """Rollup: one row per Client who ever bought; x = n_days - 1, t_x = last_day - first_day. Days of returns only do not count."""

    client = models.OneToOneField(Client, models.CASCADE, primary_key=True, related_name="sum", db_constraint=False)
    first_day = models.DateField()
    last_day = models.DateField(db_index=True)
    n_days = models.PositiveIntegerField()
    n_purchases = models.PositiveIntegerField()
    cents = models.BigIntegerField()
    first_cents = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="client_sum_days_ordered"),
            models.CheckConstraint(condition=Q(n_days__gte=1), name="client_sum_has_day"),
        ]


class ClientMonth(models.Model):
    """Rollup: what one Client bought in one month; months are their first days.

    A return dated before the first purchase stands in the first month.
    """

    pk = models.CompositePrimaryKey("client_id", "month")
    client = models.ForeignKey(Client, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    month = models.DateField()
    cohort_month = models.DateField()
    n = models.PositiveIntegerField()
    cents = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["cohort_month", "month"], include=["n", "cents"], name="client_month_cohort")]


class Spell(models.Model):
    """Rollup: an unbroken stretch in which a Client kept buying.

    It ends when the silence after `last_day` is longer than `patience` days, the Client's own rhythm as known on that day.
    """

    client = models.ForeignKey(Client, models.CASCADE, related_name="spells", db_constraint=False, db_index=False)
    first_day = models.DateField()
    last_day = models.DateField()
    patience = models.PositiveSmallIntegerField(help_text="Days of silence after last_day that end the spell.")
    n_days = models.PositiveIntegerField()
    cents = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "first_day"], name="spell_once"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="spell_days_ordered"),
        ]
        indexes: ClassVar = [models.Index(fields=["last_day"], include=["patience", "client"], name="spell_by_end")]


class RollupCheck(models.Model):
    """One nightly recount of a sample of Clients from raw purchases: how many rollups differed."""

    at = models.DateTimeField(auto_now_add=True)
    clients = models.PositiveIntegerField()
    differing = models.JSONField(default=list, help_text="Ids of Clients whose rollups were wrong.")

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {len(self.differing)} of {self.clients}"
