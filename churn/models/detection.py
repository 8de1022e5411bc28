"""How well each way of finding leavers did on the company's own past, and what came before leaving."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from churn.enums import Detector, DetectorGroup, SignKind
from metrics.models import BuyingModel


class DetectorCheck(models.Model):
    """One mark in the report card: a detector looked at purchases up to `cut_on` only, then the next `horizon_days` told who was right.

    Marks made together share `made_at`. Clients with too few purchases for a rhythm are judged apart from the others.
    """

    made_at = models.DateTimeField()
    detector = models.CharField(max_length=8, choices=Detector.choices)
    group = models.CharField(max_length=8, choices=DetectorGroup.choices)
    cut_on = models.DateField()
    horizon_days = models.PositiveSmallIntegerField()
    limit_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The limit of silence the recency rule used.")
    model = models.ForeignKey(BuyingModel, models.SET_NULL, null=True, blank=True, related_name="+")
    called = models.PositiveIntegerField(help_text="Clients the detector called lost.")
    came_back = models.PositiveIntegerField(help_text="Of them, those who bought within the horizon: called lost by mistake.")
    kept = models.PositiveIntegerField(help_text="Clients the detector took for present.")
    left_unnoticed = models.PositiveIntegerField(help_text="Of them, those who bought nothing within the horizon.")
    auc = models.FloatField(null=True, blank=True, help_text="How well its score ranks who will buy; 0.5 is a coin.")
    is_chosen = models.BooleanField(default=False, help_text="The best of its group; the queue is filled by it.")

    class Meta:
        ordering: ClassVar = ["-made_at", "group", "detector"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["made_at", "detector", "group"], name="detector_check_once"),
            models.UniqueConstraint(fields=["made_at", "group"], condition=Q(is_chosen=True), name="detector_check_one_chosen"),
            models.CheckConstraint(condition=Q(came_back__lte=F("called")), name="detector_check_came_back_of_called"),
            models.CheckConstraint(condition=Q(left_unnoticed__lte=F("kept")), name="detector_check_left_of_kept"),
            models.CheckConstraint(condition=Q(auc__isnull=True) | Q(auc__gte=0, auc__lte=1), name="detector_check_auc_0_to_1"),
            models.CheckConstraint(condition=Q(detector__in=Detector.values), name="detector_check_detector_known"),
            models.CheckConstraint(condition=Q(group__in=DetectorGroup.values), name="detector_check_group_known"),
        ]

    def __str__(self) -> str:
        return f"{self.detector}, {self.group}: {self.cut_on}"


class WarningSign(models.Model):
    """How often leaving followed a sign in the company's own history, and how often it followed no such sign.

    Signs counted together share `made_on`. Everybody was with us on the day the sign was looked for; `gone` left within the horizon.
    """

    made_on = models.DateField()
    kind = models.CharField(max_length=20, choices=SignKind.choices)
    horizon_days = models.PositiveSmallIntegerField()
    n_with = models.PositiveIntegerField()
    gone_with = models.PositiveIntegerField()
    n_without = models.PositiveIntegerField()
    gone_without = models.PositiveIntegerField()
    leavers = models.PositiveIntegerField(default=0, help_text="Clients looked at in a month drawn by lot who then left.")
    leavers_with = models.PositiveIntegerField(default=0, help_text="Of them, those who had shown the sign before.")

    class Meta:
        ordering: ClassVar = ["-made_on", "kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["made_on", "kind"], name="warning_sign_once"),
            models.CheckConstraint(condition=Q(gone_with__lte=F("n_with"), gone_without__lte=F("n_without")), name="warning_gone_of_n"),
            models.CheckConstraint(condition=Q(leavers_with__lte=F("leavers")), name="warning_leavers_with_of_leavers"),
            models.CheckConstraint(condition=Q(kind__in=SignKind.values), name="warning_sign_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.made_on}: {self.kind}"
