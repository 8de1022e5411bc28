"""The map of touchpoints, audits of it, and actions."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from company.models import Branch, User
from touchpoints.enums import ActionState, AuditState, Rating, TouchpointClass


class Touchpoint(models.Model):
    """A place where a Client meets the company. Without a branch it exists in all of them."""

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("class"), max_length=10, choices=TouchpointClass.choices)
    hint = models.CharField(_("what to look at"), max_length=300, blank=True)
    position = models.PositiveIntegerField(default=0)
    branch = models.ForeignKey(Branch, models.CASCADE, null=True, blank=True, verbose_name=_("branch"))
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, verbose_name=_("owner"))
    catalogue_key = models.CharField(max_length=60, blank=True, help_text="Which entry of the ready catalogue it came from.")
    is_archived = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["kind", "position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=TouchpointClass.values), name="touchpoint_class_known"),
            models.CheckConstraint(condition=~Q(name=""), name="touchpoint_has_name"),
            models.UniqueConstraint(
                fields=["name", "kind", "branch"], condition=Q(is_archived=False), nulls_distinct=False, name="touchpoint_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Audit(models.Model):
    """One walk of one auditor over the map of one branch."""

    branch = models.ForeignKey(Branch, models.CASCADE, null=True, blank=True, verbose_name=_("branch"))
    auditor = models.ForeignKey(User, models.SET_NULL, null=True, verbose_name=_("auditor"))
    due_on = models.DateField(_("by when"))
    state = models.CharField(max_length=8, choices=AuditState.choices, default=AuditState.PLANNED)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-due_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=AuditState.DONE, finished_at__isnull=False) | (~Q(state=AuditState.DONE) & Q(finished_at__isnull=True)),
                name="audit_done_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.branch or ''} {self.due_on}"


class AuditMark(models.Model):
    """What an auditor said of one touchpoint."""

    audit = models.ForeignKey(Audit, models.CASCADE, related_name="marks")
    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="marks")
    rating = models.SmallIntegerField(choices=Rating.choices)
    note = models.TextField(_("note"), blank=True)
    photo = models.ImageField(_("photo"), upload_to="audits/", blank=True)
    marked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "touchpoint"], name="audit_mark_once"),
            models.CheckConstraint(condition=Q(rating__in=Rating.values), name="audit_mark_rating_known"),
        ]

    def __str__(self) -> str:
        return f"{self.touchpoint}: {self.get_rating_display()}"


class Action(models.Model):
    """Something to improve, change or remove: with an owner and a date."""

    title = models.CharField(_("what to do"), max_length=200)
    details = models.TextField(_("details"), blank=True)
    owner = models.ForeignKey(User, models.PROTECT, verbose_name=_("owner"), related_name="actions")
    due_on = models.DateField(_("due"))
    cost_cents = models.BigIntegerField(_("cost"), null=True, blank=True)
    expected_effect = models.CharField(_("expected effect"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ActionState.choices, default=ActionState.OPEN)
    evidence = models.TextField(_("how we know it is done"), blank=True)
    photo_before = models.ImageField(_("photo before"), upload_to="actions/", blank=True)
    photo_after = models.ImageField(_("photo after"), upload_to="actions/", blank=True)
    touchpoints = models.ManyToManyField(Touchpoint, blank=True, related_name="actions", verbose_name=_("touchpoints"))
    request_key = models.UUIDField(default=uuid.uuid4, unique=True, help_text="A form sent twice makes one action.")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ActionState.values), name="action_state_known"),
            models.CheckConstraint(condition=Q(cost_cents__isnull=True) | Q(cost_cents__gte=0), name="action_cost_not_negative"),
            models.CheckConstraint(
                condition=Q(state=ActionState.DONE, done_at__isnull=False) | (~Q(state=ActionState.DONE) & Q(done_at__isnull=True)),
                name="action_done_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title
