"""Memos for surprises: what to do in the first hour, who decides, what the Client is told; their versions and uses."""

import uuid
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from company.models import User
from programme.enums import SurpriseKind, UseOutcome
from touchpoints.models import Action

WORDS = ("title", "trigger", "first_hour", "decides", "tell", "afterwards")
"""What a memo says; all of it is found by the search and kept with every version."""


class Playbook(models.Model):
    """A memo "what to do if …". `first_hour` holds a step on each line.

    The Russian configuration of PostgreSQL stems Latin words as English ones, so one vector finds both languages.
    """

    kind = models.CharField(_("which surprise"), max_length=4, choices=SurpriseKind.choices, default=SurpriseKind.BAD)
    title = models.CharField(_("what has happened"), max_length=120)
    trigger = models.TextField(_("how we know"), max_length=600)
    first_hour = models.TextField(_("the first hour"), max_length=3000)
    decides = models.CharField(_("who decides"), max_length=200)
    tell = models.TextField(_("what we tell the Client"), max_length=2000, blank=True)
    afterwards = models.TextField(_("when it is over"), max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1)
    is_archived = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    search = models.GeneratedField(
        expression=SearchVector("title", config="russian", weight="A")
        + SearchVector("trigger", config="russian", weight="B")
        + SearchVector("first_hour", config="russian", weight="C")
        + SearchVector("decides", config="russian", weight="D")
        + SearchVector("tell", config="russian", weight="C")
        + SearchVector("afterwards", config="russian", weight="D"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering: ClassVar = ["title"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=SurpriseKind.values), name="playbook_kind_known"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(trigger="") & ~Q(first_hour="") & ~Q(decides=""), name="playbook_says_what_to_do"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="playbook_versions_from_one"),
            models.UniqueConstraint(Lower("title"), condition=Q(is_archived=False), name="playbook_title_once"),
        ]
        indexes: ClassVar = [GinIndex(fields=["search"], name="playbook_search")]

    def __str__(self) -> str:
        return self.title


class PlaybookVersion(models.Model):
    """A memo as it was worded once; never changed."""

    playbook = models.ForeignKey(Playbook, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    words = models.JSONField(help_text="The texts of the memo by the names of its fields.")
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["playbook", "number"], name="playbook_version_once")]

    def __str__(self) -> str:
        return f"{self.playbook_id}: {self.number}"


class PlaybookUse(models.Model):
    """A day a memo was needed: what happened, whether it helped, what to change in it."""

    playbook = models.ForeignKey(Playbook, models.CASCADE, related_name="uses")
    used_on = models.DateField(_("when"))
    happened = models.TextField(_("what happened"), max_length=1000)
    outcome = models.CharField(_("did the memo help"), max_length=6, choices=UseOutcome.choices)
    to_change = models.TextField(_("what to change in it"), max_length=1000, blank=True)
    written_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    action = models.ForeignKey(Action, models.SET_NULL, null=True, blank=True, related_name="+")
    request_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-used_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(outcome__in=UseOutcome.values), name="playbook_use_outcome_known"),
            models.CheckConstraint(condition=~Q(happened=""), name="playbook_use_says_what_happened"),
        ]

    def __str__(self) -> str:
        return f"{self.playbook_id}: {self.used_on}"
