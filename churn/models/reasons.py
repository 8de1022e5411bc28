"""Why Clients leave: the company's own tree, and how it changed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from churn.enums import ReasonGroup, ReasonStep
from company.models import User
from touchpoints.models import Action, Touchpoint


class Reason(models.Model):
    """A leaf of the tree of reasons, marked as within our power or not."""

    group = models.CharField(_("group"), max_length=12, choices=ReasonGroup.choices)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
        help_text="Of the same group.",
    )
    name = models.CharField(_("name"), max_length=120)
    is_within_power = models.BooleanField(_("within our power"), default=True)
    touchpoint = models.ForeignKey(Touchpoint, models.SET_NULL, null=True, blank=True, verbose_name=_("touchpoint"))
    actions = models.ManyToManyField(Action, blank=True, related_name="reasons", help_text="What is done about it.")
    position = models.PositiveSmallIntegerField(default=0)
    is_archived = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", help_text="Where its calls went when two leaves became one."
    )

    class Meta:
        ordering: ClassVar = ["group", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "name"], name="reason_once"),
            models.CheckConstraint(condition=Q(group__in=ReasonGroup.values), name="reason_group_known"),
            models.CheckConstraint(condition=~Q(name=""), name="reason_has_name"),
            models.CheckConstraint(condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="reason_not_its_own_part"),
            models.CheckConstraint(condition=Q(merged_into__isnull=True) | Q(is_archived=True), name="reason_merged_is_archived"),
            models.CheckConstraint(condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="reason_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return self.name


class ReasonChange(models.Model):
    """One step in the life of a reason: added, renamed, moved, merged, archived, brought back. Rows are only added."""

    reason = models.ForeignKey(Reason, models.CASCADE, related_name="changes")
    step = models.CharField(max_length=8, choices=ReasonStep.choices)
    before = models.CharField(max_length=250, blank=True, help_text="The name, the place or the mark before the step.")
    after = models.CharField(max_length=250, blank=True)
    n_calls = models.PositiveIntegerField(default=0, help_text="Calls that went over to another reason by the step.")
    moved = models.JSONField(default=dict, help_text="What exactly went over by a merge, so that it can be undone.")
    author = models.ForeignKey(User, models.SET_NULL, null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(step__in=ReasonStep.values), name="reason_change_step_known")]

    def __str__(self) -> str:
        return f"{self.reason}: {self.step}"


class ReasonReference(models.Model):
    """A breakdown the company found elsewhere and wants beside its own; `parts` are pairs of words and whole percent."""

    title = models.CharField(_("what it says"), max_length=120)
    source = models.CharField(_("source"), max_length=200)
    parts = models.JSONField(default=list)
    author = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(source=""), name="reason_reference_says_whose"),
            models.CheckConstraint(condition=~Q(parts=[]), name="reason_reference_has_parts"),
        ]

    def __str__(self) -> str:
        return self.title
