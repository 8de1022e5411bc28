"""Walks over the map and what they said."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from company.enums import Role
from company.models import Branch, User
from touchpoints.enums import CLOSED_AUDIT_STATES, AuditState, Rating
from touchpoints.models.files import random_name
from touchpoints.models.points import Touchpoint


def audit_photo_path(_mark: "AuditMark", _uploaded: str) -> str:
    """Return where the only photo of a mark was kept before marks had several; migrations name it."""
    return random_name("audits")


def mark_photo_path(_photo: "MarkPhoto", _uploaded: str) -> str:
    """Return where to keep one of the photos of a mark."""
    return random_name("audits")


class AuditRound(models.Model):
    """What several people were asked to walk together: the same touchpoints, each in a branch, so that their marks can be compared."""

    name = models.CharField(_("name"), max_length=120, blank=True)
    touchpoints = models.ManyToManyField(
        Touchpoint, blank=True, related_name="rounds", verbose_name=_("touchpoints"), help_text="None chosen: the whole map."
    )
    request_key = models.UUIDField(null=True, unique=True, help_text="A form sent twice makes one round.")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.name or f"{self.created_at:%Y-%m-%d}"


class AuditQuerySet(models.QuerySet["Audit"]):
    """Words about audits."""

    def open(self) -> Self:
        """Return those still to be walked."""
        return self.exclude(state__in=CLOSED_AUDIT_STATES)

    def visible_to(self, user: User) -> Self:
        """Return those the user may open: managers all, staff their own."""
        return self if user.has_role(Role.MANAGER) else self.filter(auditor=user)


class Audit(models.Model):
    """One walk of one auditor over the map of one branch. A mystery guest walks by a one-time link, without an account."""

    round = models.ForeignKey(AuditRound, models.CASCADE, null=True, blank=True, related_name="audits")
    branch = models.ForeignKey(Branch, models.CASCADE, null=True, blank=True, verbose_name=_("branch"))
    auditor = models.ForeignKey(User, models.SET_NULL, null=True, verbose_name=_("auditor"))
    guest_name = models.CharField(_("mystery guest"), max_length=120, blank=True)
    guest_email = models.EmailField(_("guest's e-mail"), blank=True)
    guest_hash = models.BinaryField(max_length=32, null=True, blank=True, unique=True, help_text="Of the token in the guest's link.")
    guest_key = models.UUIDField(null=True, blank=True, help_text="The guest's link is derived from it; a new key is a new link.")
    due_on = models.DateField(_("by when"))
    started_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=AuditState.choices, default=AuditState.PLANNED)
    finished_at = models.DateTimeField(null=True, blank=True)
    is_forgotten = models.BooleanField(default=False, help_text="Nobody finished it: it was closed by itself, as of its marks.")
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
            models.CheckConstraint(
                condition=Q(guest_name="", guest_hash__isnull=True, guest_email="") | (~Q(guest_name="") & Q(auditor__isnull=True)),
                name="audit_by_colleague_or_guest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.branch or ''} {self.due_on}"


class AuditMark(models.Model):
    """What an auditor said of one touchpoint; without a rating it was skipped on purpose."""

    audit = models.ForeignKey(Audit, models.CASCADE, related_name="marks")
    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="marks")
    rating = models.SmallIntegerField(choices=Rating.choices, null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Grows with every save: who saw an older one did not see this.")
    note = models.TextField(_("note"), blank=True)
    marked_at = models.DateTimeField(default=timezone.now)
    marked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["audit", "touchpoint"], name="audit_mark_once"),
            models.CheckConstraint(condition=Q(rating__isnull=True) | Q(rating__in=Rating.values), name="audit_mark_rating_known"),
        ]

    def __str__(self) -> str:
        return f"{self.touchpoint}: {self.get_rating_display()}"


class MarkPhoto(models.Model):
    """A photo that goes with a mark. Its key is made on the phone, so that a photo sent twice is one photo."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mark = models.ForeignKey(AuditMark, models.CASCADE, related_name="photos")
    image = models.ImageField(_("photo"), upload_to=mark_photo_path)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["added_at", "id"]

    def __str__(self) -> str:
        return str(self.image)
