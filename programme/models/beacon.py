"""What customer-centricity means here: the words colleagues offer without a name, and the one definition the company publishes."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.tokens import new_token
from company.models import Employee, User
from surveys.models import StaffWave

LONGEST_DEFINITION = 300
LONGEST_MEANING = 900


class BeaconRound(models.Model):
    """A collection of variants by one link for everybody. One is under way at a time; closed, it keeps its variants."""

    token = models.CharField(max_length=32, unique=True, default=new_token)
    is_open = models.BooleanField(default=True, help_text="The link takes variants.")
    is_over = models.BooleanField(default=False, help_text="Something was published of it, or it was given up.")
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    vote = models.ForeignKey(
        StaffWave, models.SET_NULL, null=True, blank=True, related_name="+", help_text="Colleagues choose among the shortlisted."
    )

    class Meta:
        ordering: ClassVar = ["-started_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_over"], condition=Q(is_over=False), name="beacon_one_round_at_a_time"),
            models.CheckConstraint(condition=~Q(token=""), name="beacon_round_has_token"),
            models.CheckConstraint(condition=Q(is_over=False) | Q(is_open=False), name="beacon_round_over_is_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%d.%m.%Y}"


class BeaconVariant(models.Model):
    """What somebody wrote, and nothing about who or when: the number is random, and no row here knows a person or a time.

    `pile` gathers variants that say the same; empty means not sorted yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(BeaconRound, models.CASCADE, related_name="variants")
    text = models.CharField(_("in your words"), max_length=LONGEST_DEFINITION)
    pile = models.PositiveSmallIntegerField(null=True, blank=True)
    is_shortlisted = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(text=""), name="beacon_variant_has_text")]

    def __str__(self) -> str:
        return self.text[:60]


class BeaconVersion(models.Model):
    """The definition as it was published once. It is never changed: other words are a new version."""

    number = models.PositiveIntegerField(unique=True)
    text = models.CharField(_("our definition"), max_length=LONGEST_DEFINITION)
    meaning = models.TextField(_("what it means on an ordinary day"), max_length=LONGEST_MEANING, blank=True)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(number__gte=1), name="beacon_numbers_from_one"),
            models.CheckConstraint(condition=~Q(text=""), name="beacon_has_words"),
        ]

    def __str__(self) -> str:
        return self.text


class BeaconSettings(models.Model):
    """Whether Mayak prepares the quarterly pulse by itself, and when it last did: a single row with id 1."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    prepares_pulse = models.BooleanField(default=True)
    prepared_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="beacon_settings_are_single")]

    def __str__(self) -> str:
        return "BeaconSettings"


class BeaconWelcome(models.Model):
    """A newcomer was written to, with the definition in force on that day."""

    employee = models.OneToOneField(Employee, models.CASCADE, primary_key=True, related_name="beacon_welcome")
    version = models.ForeignKey(BeaconVersion, models.CASCADE, related_name="welcomes")
    sent_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.employee)
