"""Purchases and their rollups.

`Purchase` and the rollups name their Client without a row-by-row foreign key check, which would cost most of a load of a
million rows; statement-level triggers (migration 0002) check whole statements instead.
"""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from clients.models.imports import Import
from clients.models.lists import Segment
from clients.models.people import Client
from company.models import Branch


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


class CohortCell(models.Model):
    """Rollup kept by triggers (migration 0007): what Clients first seen in one month bought in another, by segment and branch of today.

    Rows are signed changes: a value is the sum of the rows of its key. Writers only add rows, so they never wait for one another.
    """

    cohort_month = models.DateField()
    month = models.DateField()
    segment = models.ForeignKey(Segment, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False)
    branch = models.ForeignKey(Branch, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False)
    clients = models.IntegerField(help_text="Clients who bought in the month; who only brought something back is not among them.")
    n = models.IntegerField()
    cents = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(month__gte=F("cohort_month")), name="cohort_cell_ordered")]

    def __str__(self) -> str:
        return f"{self.cohort_month:%Y-%m} in {self.month:%Y-%m}: {self.clients}"


class RollupCheck(models.Model):
    """One nightly comparison of the rollups with raw purchases: a sample of Clients, the totals, the cells of cohorts."""

    at = models.DateTimeField(auto_now_add=True)
    clients = models.PositiveIntegerField()
    differing = models.JSONField(default=list, help_text="Ids of Clients whose rollups were wrong.")
    unbalanced = models.JSONField(default=list, help_text="Rollups whose totals were not those of the purchases.")
    cells = models.PositiveIntegerField(default=0, help_text="Cells of cohorts that were wrong.")

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {len(self.differing)} of {self.clients}"

    @property
    def is_right(self) -> bool:
        """Say whether everything agreed."""
        return not (self.differing or self.unbalanced or self.cells)
