"""What attracting and keeping Clients cost, month by month: figures people type, load or send."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Channel
from company.models import ApiToken, Employee, User
from metrics.enums import FigureSource

IS_FIRST_DAY = Q(month__day=1)


class ChannelMonth(models.Model):
    """What one channel cost and brought in one month, in the hands of one sales manager or of nobody in particular.

    An empty number is not known: new Clients and their money are then counted from purchases.
    """

    month = models.DateField(_("month"), help_text="Its first day.")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="months", verbose_name=_("channel"))
    manager = models.ForeignKey(Employee, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("sales manager"))
    manager_name = models.CharField(max_length=120, blank=True, help_text="Kept when the manager is removed.")
    spend_cents = models.BigIntegerField(_("spent"), null=True, blank=True)
    contacts = models.PositiveIntegerField(_("calls and requests"), null=True, blank=True)
    new_clients = models.PositiveIntegerField(_("new Clients"), null=True, blank=True)
    revenue_cents = models.BigIntegerField(_("their money"), null=True, blank=True)
    source = models.CharField(max_length=5, choices=FigureSource.choices, default=FigureSource.TYPED)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_by_token = models.ForeignKey(ApiToken, models.SET_NULL, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["-month", "channel", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "channel", "manager"], name="channel_month_once"),
            models.UniqueConstraint(
                fields=["month", "channel"], condition=Q(manager__isnull=True, manager_name=""), name="channel_month_of_nobody_once"
            ),
            models.CheckConstraint(condition=IS_FIRST_DAY, name="channel_month_is_first_day"),
            models.CheckConstraint(condition=Q(spend_cents__isnull=True) | Q(spend_cents__gte=0), name="channel_month_spend_not_negative"),
            models.CheckConstraint(
                condition=Q(revenue_cents__isnull=True) | Q(revenue_cents__gte=0), name="channel_month_revenue_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(contacts__isnull=True) | Q(new_clients__isnull=True) | Q(contacts__gte=models.F("new_clients")),
                name="channel_month_clients_among_contacts",
            ),
            models.CheckConstraint(condition=Q(source__in=FigureSource.values), name="channel_month_source_known"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.channel_id}"


class KeepingMonth(models.Model):
    """What the company spent in one month so that Clients stay: gifts, letters, service, the loyalty programme."""

    month = models.DateField(_("month"), unique=True, help_text="Its first day.")
    cents = models.BigIntegerField(_("spent on keeping"))
    note = models.CharField(_("on what"), max_length=200, blank=True)
    source = models.CharField(max_length=5, choices=FigureSource.choices, default=FigureSource.TYPED)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["-month"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=IS_FIRST_DAY, name="keeping_month_is_first_day"),
            models.CheckConstraint(condition=Q(cents__gte=0), name="keeping_month_not_negative"),
            models.CheckConstraint(condition=Q(source__in=FigureSource.values), name="keeping_month_source_known"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.cents}"
