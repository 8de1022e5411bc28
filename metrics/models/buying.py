"""Models of when Clients buy, fitted to the company's own purchases, and the score each Client gets."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from clients.models import Client
from metrics.enums import ModelKind, ScoreDimension


class BuyingModel(models.Model):
    """One fit. Every figure a model gives names its row; rows are only added, the newest `is_current` of a kind is in force."""

    kind = models.CharField(max_length=12, choices=ModelKind.choices)
    made_at = models.DateTimeField(auto_now_add=True)
    until = models.DateField(help_text="The last day of purchases it saw.")
    params = models.JSONField(help_text="Names to values, time in days.")
    standard_errors = models.JSONField(default=dict)
    log_likelihood = models.FloatField()
    n_clients = models.PositiveIntegerField()
    n_rows = models.PositiveIntegerField(help_text="Distinct (purchases, recency, age) rows the fit worked on.")
    data_hash = models.CharField(max_length=64, help_text="SHA-256 of these rows with their weights.")
    holdout = models.JSONField(default=dict, help_text="Time-split check: cut, days, predicted and actual buyers, AUCs.")
    covariance = models.JSONField(null=True, blank=True, help_text="Of the logarithms of the parameters, in their order.")
    money = models.JSONField(default=dict, help_text="By what money to come was counted; see metrics.services.score_money.")
    is_current = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-made_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind"], condition=Q(is_current=True), name="buying_model_one_current"),
            models.CheckConstraint(condition=Q(kind__in=ModelKind.values), name="buying_model_kind_known"),
            models.CheckConstraint(condition=Q(n_clients__gte=1, n_rows__gte=1), name="buying_model_has_data"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.until}"


class ClientScore(models.Model):
    """What the models in force say of one Client on the day `until`; written whole each night, never edited."""

    client = models.OneToOneField(Client, models.CASCADE, primary_key=True, related_name="score", db_constraint=False)
    until = models.DateField()
    p_alive = models.FloatField(help_text="MBG/NBD: the chance that the Client has not left.")
    p_buys = models.FloatField(help_text="MBG/NBD: the chance of a purchase within the next 90 days.")
    expected = models.FloatField(help_text="MBG/NBD: purchase days to come within the next 365 days.")
    p_alive_pareto = models.FloatField(null=True, blank=True, help_text="Pareto/NBD: the second opinion.")
    expected_pareto = models.FloatField(null=True, blank=True, help_text="Pareto/NBD: purchase days to come within the next 365 days.")
    check_cents = models.FloatField(null=True, blank=True, help_text="Gamma-Gamma: money to expect on one purchase day, minor units.")
    year_cents = models.FloatField(null=True, blank=True, help_text="Money to come within the next 365 days, minor units.")
    far_cents = models.FloatField(null=True, blank=True, help_text="Money to come within the next five years, minor units.")
    far_today_cents = models.FloatField(null=True, blank=True, help_text="The same in the money of today, by the discount in force.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(p_alive__gte=0, p_alive__lte=1), name="client_score_alive_0_to_1"),
            models.CheckConstraint(condition=Q(p_buys__gte=0, p_buys__lte=1), name="client_score_buys_0_to_1"),
            models.CheckConstraint(condition=Q(expected__gte=0), name="client_score_expected_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.p_alive:.2f}"


class ScoreGroup(models.Model):
    """Rollup of the scores of a night: one row for each part of a split, and one for everybody. Written whole with the scores."""

    dimension = models.CharField(max_length=10, choices=ScoreDimension.choices)
    key = models.BigIntegerField(null=True, blank=True, help_text="The id of the segment, branch or channel.")
    month = models.DateField(null=True, blank=True, help_text="Of a cohort.")
    until = models.DateField()
    clients = models.PositiveIntegerField()
    brought_cents = models.BigIntegerField()
    alive = models.FloatField(help_text="The sum of the chances of not having left.")
    year_cents = models.BigIntegerField(null=True, blank=True)
    far_cents = models.BigIntegerField(null=True, blank=True)
    far_today_cents = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dimension", "key", "month"], name="score_group_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(dimension__in=ScoreDimension.values), name="score_group_dimension_known"),
            models.CheckConstraint(condition=Q(clients__gte=1), name="score_group_has_clients"),
        ]

    def __str__(self) -> str:
        return f"{self.dimension} {self.key or self.month or ''}: {self.clients}"
