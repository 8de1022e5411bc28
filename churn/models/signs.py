"""Which signs present Clients show, and the talks held before they could leave."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from churn.enums import SignKind
from clients.models import Client
from company.models import User


class ClientWarning(models.Model):
    """Rollup, written whole each night: a Client who still buys and shows at least one sign, whether or not that sign matters."""

    client = models.OneToOneField(Client, models.CASCADE, primary_key=True, related_name="warning", db_constraint=False)
    signs = ArrayField(models.CharField(max_length=20, choices=SignKind.choices))
    at_stake_cents = models.BigIntegerField(help_text="What the Client brought in the last 365 days, refunds taken off.")
    made_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["-at_stake_cents", "client_id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(signs__len__gte=1), name="client_warning_has_sign"),
            models.CheckConstraint(condition=Q(signs__contained_by=SignKind.values), name="client_warning_signs_known"),
            models.CheckConstraint(condition=Q(at_stake_cents__gte=0), name="client_warning_stake_not_negative"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-at_stake_cents", "client"], name="client_warning_by_stake"),
            GinIndex(fields=["signs"], name="client_warning_signs"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {', '.join(self.signs)}"

    @property
    def sign_labels(self) -> list[str]:
        """The signs in words."""
        return [str(SignKind(kind).label) for kind in self.signs]


class WarningTalk(models.Model):
    """A talk with a Client who looked like leaving: what came of it, in a sentence."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="warning_talks")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    talked_on = models.DateField()
    words = models.TextField(_("what came of it"), max_length=1000)
    request_key = models.UUIDField(unique=True, help_text="A form sent twice is one talk.")

    class Meta:
        ordering: ClassVar = ["-talked_on", "-id"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(words=""), name="warning_talk_has_words")]
        indexes: ClassVar = [models.Index(fields=["client", "-talked_on"], name="warning_talk_by_client")]

    def __str__(self) -> str:
        return f"{self.client}: {self.talked_on}"
