"""What could be sold and said: the worksheet of a segment, what talk is worth."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Segment
from company.models import User
from metrics.enums import SellQuestion
from touchpoints.models import Action


class SellNote(models.Model):
    """An answer to one question about a segment: what would make it buy more. It may have become an action."""

    segment = models.ForeignKey(Segment, models.CASCADE, null=True, blank=True, verbose_name=_("segment"))
    question = models.CharField(_("question"), max_length=10, choices=SellQuestion.choices)
    words = models.CharField(_("answer"), max_length=300)
    action = models.ForeignKey(Action, models.SET_NULL, null=True, blank=True, related_name="sell_notes")
    request_key = models.UUIDField(unique=True, help_text="A form sent twice is one answer.")
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="sell_note_has_words"),
            models.CheckConstraint(condition=Q(question__in=SellQuestion.values), name="sell_note_question_known"),
        ]

    def __str__(self) -> str:
        return self.words


class TalkSettings(models.Model):
    """How many people hear from one who is pleased or displeased, and how many of those who heard act on it: a single row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    fan_tells = models.PositiveSmallIntegerField(_("a pleased person tells"), default=5)
    critic_tells = models.PositiveSmallIntegerField(_("a displeased person tells"), default=10)
    acts_percent = models.DecimalField(_("of those who heard act on it, %"), max_digits=5, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="talk_settings_single"),
            models.CheckConstraint(condition=Q(fan_tells__lte=100, critic_tells__lte=100), name="talk_settings_tells_sane"),
            models.CheckConstraint(
                condition=Q(acts_percent__isnull=True) | Q(acts_percent__gte=0, acts_percent__lte=100), name="talk_settings_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fan_tells} : {self.critic_tells}"
