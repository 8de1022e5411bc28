"""What went wrong between a Client and us, how they pay, and how right a Client they are for the company (R19)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.enums import IncidentKind, MarkDegree, MarkKind
from clients.models.people import Client
from company.models import User


class Incident(models.Model):
    """A complaint or a conflict: what happened in the Client's words, and what we did about it."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="incidents")
    kind = models.CharField(_("what it was"), max_length=10, choices=IncidentKind.choices, default=IncidentKind.COMPLAINT)
    happened_on = models.DateField(_("when"))
    words = models.TextField(_("what happened"))
    answer = models.TextField(_("what we did"), blank=True)
    settled_on = models.DateField(_("settled on"), null=True, blank=True)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    request_key = models.UUIDField(unique=True, help_text="A form sent twice is one entry.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-happened_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=IncidentKind.values), name="incident_kind_known"),
            models.CheckConstraint(condition=~Q(words=""), name="incident_has_words"),
            models.CheckConstraint(condition=Q(settled_on__isnull=True) | Q(settled_on__gte=F("happened_on")), name="incident_settled_ok"),
        ]
        indexes: ClassVar = [models.Index(fields=["client", "-happened_on"], name="incident_by_client")]

    def __str__(self) -> str:
        return f"{self.client}: {self.happened_on}"


class Bill(models.Model):
    """A bill with a day to pay by; how late Clients pay is measured from these."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="bills")
    number = models.CharField(_("number of the bill"), max_length=64)
    due_on = models.DateField(_("to be paid by"))
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    cents = models.BigIntegerField(_("amount"))

    class Meta:
        ordering: ClassVar = ["-due_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "number"], name="bill_once"),
            models.CheckConstraint(condition=Q(cents__gt=0, cents__lte=10**13), name="bill_amount_sane"),
            models.CheckConstraint(condition=~Q(number=""), name="bill_has_number"),
        ]

    def __str__(self) -> str:
        return self.number


class ClientMark(models.Model):
    """A colleague's word, with a reason, that a Client demands much or is rude. Taken back by a day, never deleted; no Client sees it."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="marks")
    kind = models.CharField(_("what about"), max_length=10, choices=MarkKind.choices)
    degree = models.PositiveSmallIntegerField(_("how strongly"), default=2, help_text="1 a little, 2 clearly, 3 unbearable.")
    reason = models.CharField(_("what happened"), max_length=300)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_on = models.DateField()
    taken_back_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-made_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client", "kind", "author"], condition=Q(taken_back_on__isnull=True), name="mark_once_per_author"
            ),
            models.CheckConstraint(condition=Q(kind__in=MarkKind.values), name="mark_kind_known"),
            models.CheckConstraint(condition=Q(degree__gte=1, degree__lte=3), name="mark_degree_1_to_3"),
            models.CheckConstraint(condition=~Q(reason=""), name="mark_has_reason"),
            models.CheckConstraint(condition=Q(taken_back_on__isnull=True) | Q(taken_back_on__gte=F("made_on")), name="mark_back_after"),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.kind}"

    @property
    def degree_label(self) -> str:
        """The degree in words."""
        return str(MarkDegree(self.degree).label)


class RightWeights(models.Model):
    """How much each of the five criteria counts for this company, 0 to 10; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    rarely = models.PositiveSmallIntegerField(_("buys rarely"), default=3)
    little = models.PositiveSmallIntegerField(_("buys little"), default=3)
    late = models.PositiveSmallIntegerField(_("pays late"), default=2)
    demands = models.PositiveSmallIntegerField(_("demands much"), default=1)
    rude = models.PositiveSmallIntegerField(_("is rude"), default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="right_weights_one_row"),
            models.CheckConstraint(
                condition=Q(rarely__lte=10, little__lte=10, late__lte=10, demands__lte=10, rude__lte=10), name="right_weights_at_most_10"
            ),
            models.CheckConstraint(
                condition=Q(rarely__gt=0) | Q(little__gt=0) | Q(late__gt=0) | Q(demands__gt=0) | Q(rude__gt=0),
                name="right_weights_not_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rarely}, {self.little}, {self.late}, {self.demands}, {self.rude}"


class RightScore(models.Model):
    """Rollup: how right a Client is, 0 to 100, and its five parts, each 0 (bad) to 100 (good); empty where nothing is known."""

    client = models.OneToOneField(Client, models.CASCADE, primary_key=True, related_name="rightness", db_constraint=False)
    score = models.PositiveSmallIntegerField(db_index=True)
    rarely = models.PositiveSmallIntegerField()
    little = models.PositiveSmallIntegerField()
    late = models.PositiveSmallIntegerField(null=True, blank=True)
    demands = models.PositiveSmallIntegerField(null=True, blank=True)
    rude = models.PositiveSmallIntegerField(null=True, blank=True)
    counted_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(score__lte=100, rarely__lte=100, little__lte=100)
                & (Q(late__isnull=True) | Q(late__lte=100))
                & (Q(demands__isnull=True) | Q(demands__lte=100))
                & (Q(rude__isnull=True) | Q(rude__lte=100)),
                name="right_score_0_to_100",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.score}"
