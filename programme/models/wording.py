"""The wording check: which documents were looked through, and how the company's word was written in them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from company.models import User


class WordingRun(models.Model):
    """Documents checked at once by one person."""

    started_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.started_at:%d.%m.%Y %H:%M}"


class WordingDocument(models.Model):
    """One document of a check. Its contents are kept for a day, the figures for good."""

    run = models.ForeignKey(WordingRun, models.CASCADE, related_name="documents")
    name = models.CharField(max_length=200)
    body = models.BinaryField(null=True, help_text="Emptied after a day.")
    wrong = models.PositiveIntegerField(default=0)
    right = models.PositiveIntegerField(default=0)
    skipped = models.JSONField(default=list, help_text="Numbers of the places left as they are.")
    refusal = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="wording_document_has_name"),
            models.CheckConstraint(condition=Q(refusal="") | Q(wrong=0, right=0), name="wording_refused_counts_nothing"),
        ]

    def __str__(self) -> str:
        return self.name
