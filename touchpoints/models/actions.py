"""What to improve, change or remove."""

import datetime as dt
import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from company.enums import Role
from company.models import User
from touchpoints.enums import OPEN_ACTION_STATES, ActionState
from touchpoints.models.audits import AuditMark
from touchpoints.models.files import random_name
from touchpoints.models.points import Touchpoint

REMIND_EVERY = dt.timedelta(days=7)


def action_photo_path(_action: "Action", _uploaded: str) -> str:
    """Return where to keep a photo of an action."""
    return random_name("actions")


class ActionQuerySet(models.QuerySet["Action"]):
    """Words about actions."""

    def open(self) -> Self:
        """Return those still to do."""
        return self.filter(state__in=OPEN_ACTION_STATES)

    def overdue(self, today: dt.date) -> Self:
        """Return open ones whose date has passed."""
        return self.open().filter(due_on__lt=today)

    def to_remind(self, today: dt.date) -> Self:
        """Return open ones whose owner is to hear of the date today: the day before it, then once a week while it is late."""
        tomorrow = Q(due_on=today + dt.timedelta(days=1)) & (Q(reminded_on=None) | Q(reminded_on__lt=today))
        silent = Q(reminded_on=None) | Q(reminded_on__lt=F("due_on")) | Q(reminded_on__lte=today - REMIND_EVERY)
        return self.open().filter(tomorrow | Q(due_on__lt=today) & silent)

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
    reminded_on = models.DateField(null=True, blank=True, help_text="The last day its owner was written to about its date.")

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


class ActionComment(models.Model):
    """What somebody wrote about an action on the way."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("comment"))
    request_key = models.UUIDField(default=uuid.uuid4, unique=True, help_text="A form sent twice makes one comment.")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["written_at", "id"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(text=""), name="action_comment_has_text")]

    def __str__(self) -> str:
        return self.text[:80]
