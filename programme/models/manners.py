"""The code of manners: its versions, and who has read which."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from company.models import Employee, User
from programme.enums import Way

LONGEST_CODE = 12_000


class MannersVersion(models.Model):
    """The code as it was published once. A version is never changed: a new wording is a new version.

    `text` holds the rules with empty lines between them: the first line of each is the rule, the rest says how it looks at work.
    """

    number = models.PositiveIntegerField(unique=True)
    intro = models.TextField(_("what it is for"), blank=True, max_length=600)
    text = models.TextField(_("rules"), max_length=LONGEST_CODE)
    change_note = models.CharField(_("what has changed"), max_length=200, blank=True)
    asks_again = models.BooleanField(_("ask everybody to read it"), default=True)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(number__gte=1), name="manners_numbers_from_one"),
            models.CheckConstraint(condition=~Q(text=""), name="manners_have_rules"),
            models.CheckConstraint(condition=Q(number__gt=1) | Q(asks_again=True), name="manners_first_is_read_by_all"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class MannersAck(models.Model):
    """A colleague has read a version of the code and says so."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="manners_acks")
    version = models.ForeignKey(MannersVersion, models.CASCADE, related_name="acks")
    way = models.CharField(max_length=8, choices=Way.choices)
    marked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    acked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-acked_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["employee", "version"], name="manners_ack_once"),
            models.CheckConstraint(condition=Q(way__in=[Way.LOGIN, Way.LINK, Way.PAPER]), name="manners_ack_way_known"),
        ]

    def __str__(self) -> str:
        return f"{self.employee}: {self.version_id}"
