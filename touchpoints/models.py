"""The map of touchpoints, audits of it, and actions."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from company.enums import Role
from company.models import Branch, User
from touchpoints.enums import OPEN_ACTION_STATES, ActionState, AuditState, Rating, TouchpointClass


def random_name(folder: str) -> str:
    """Return where to keep a photo: a name that tells nothing and cannot be guessed."""
    return f"{folder}/{uuid.uuid4().hex}.jpg"


def audit_photo_path(_mark: "AuditMark", _uploaded: str) -> str:
    """Return where to keep the photo of a mark."""
    return random_name("audits")


def action_photo_path(_action: "Action", _uploaded: str) -> str:
    """Return where to keep a photo of an action."""
    return random_name("actions")


class TouchpointQuerySet(models.QuerySet["Touchpoint"]):
    """Words about touchpoints."""

    def active(self) -> Self:
        """Return those on the map."""
        return self.filter(is_archived=False)

    def met_in(self, branch: Branch | None) -> Self:
        """Return those a Client of the branch meets: its own and the common ones; without a branch, all."""
        return self if branch is None else self.filter(Q(branch=None) | Q(branch=branch))

    def in_map_order(self) -> Self:
        """Order by class as the method names them, then along the Client's way."""
        classes = [When(kind=kind, then=rank) for rank, kind in enumerate(TouchpointClass.values)]
        return self.order_by(Case(*classes, output_field=models.SmallIntegerField()), "position", "id")


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
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = TouchpointQuerySet.as_manager()

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


class AuditQuerySet(models.QuerySet["Audit"]):
    """Words about audits."""

    def open(self) -> Self:
        """Return those not finished."""
        return self.exclude(state=AuditState.DONE)

    def visible_to(self, user: User) -> Self:
        """Return those the user may open: managers all, staff their own."""
        return self if user.has_role(Role.MANAGER) else self.filter(auditor=user)


class Audit(models.Model):
    """One walk of one auditor over the map of one branch."""

    branch = models.ForeignKey(Branch, models.CASCADE, null=True, blank=True, verbose_name=_("branch"))
    auditor = models.ForeignKey(User, models.SET_NULL, null=True, verbose_name=_("auditor"))
    due_on = models.DateField(_("by when"))
    state = models.CharField(max_length=8, choices=AuditState.choices, default=AuditState.PLANNED)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = AuditQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-due_on", "-id"]
        indexes: ClassVar = [models.Index(fields=["-finished_at", "-id"], condition=Q(state=AuditState.DONE), name="audit_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=AuditState.values), name="audit_state_known"),
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
    photo = models.ImageField(_("photo"), upload_to=audit_photo_path, blank=True)
    marked_at = models.DateTimeField(default=timezone.now)
    marked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "touchpoint"], name="audit_mark_once"),
            models.CheckConstraint(condition=Q(rating__in=Rating.values), name="audit_mark_rating_known"),
        ]

    def __str__(self) -> str:
        return f"{self.touchpoint}: {self.get_rating_display()}"


class ActionQuerySet(models.QuerySet["Action"]):
    """Words about actions."""

    def open(self) -> Self:
        """Return those still to do."""
        return self.filter(state__in=OPEN_ACTION_STATES)

    def overdue(self, today: dt.date) -> Self:
        """Return open ones whose date has passed."""
        return self.open().filter(due_on__lt=today)

    def visible_to(self, user: User) -> Self:
        """Return those the user may open: managers all, staff the ones they own."""
        return self if user.has_role(Role.MANAGER) else self.filter(owner=user)


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
    photo_before = models.ImageField(_("photo before"), upload_to=action_photo_path, blank=True)
    photo_after = models.ImageField(_("photo after"), upload_to=action_photo_path, blank=True)
    drop_reason = models.CharField(_("why it is dropped"), max_length=300, blank=True)
    mark = models.ForeignKey(AuditMark, models.SET_NULL, null=True, blank=True, related_name="actions", help_text="What asked for it.")
    touchpoints = models.ManyToManyField(Touchpoint, blank=True, related_name="actions", verbose_name=_("touchpoints"))
    request_key = models.UUIDField(default=uuid.uuid4, unique=True, help_text="A form sent twice makes one action.")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ActionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        indexes: ClassVar = [models.Index(fields=["due_on", "id"], condition=Q(state__in=OPEN_ACTION_STATES), name="action_due")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title=""), name="action_has_title"),
            models.CheckConstraint(condition=~Q(state=ActionState.DONE) | ~Q(evidence=""), name="action_done_has_evidence"),
            models.CheckConstraint(condition=~Q(state=ActionState.DROPPED) | ~Q(drop_reason=""), name="action_dropped_has_reason"),
            models.CheckConstraint(condition=Q(state__in=ActionState.values), name="action_state_known"),
            models.CheckConstraint(condition=Q(cost_cents__isnull=True) | Q(cost_cents__gte=0), name="action_cost_not_negative"),
            models.CheckConstraint(
                condition=Q(state=ActionState.DONE, done_at__isnull=False) | (~Q(state=ActionState.DONE) & Q(done_at__isnull=True)),
                name="action_done_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title
