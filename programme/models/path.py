"""What people say of the tools of the path: who looks after one, and what shows that it works."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from company.models import User
from programme.enums import EvidenceKind, Tool


def evidence_path(evidence: "ToolEvidence", _name: str) -> str:
    """Return where the file of a piece of evidence lies."""
    ending = "jpg" if evidence.kind == EvidenceKind.PHOTO else "pdf"
    return f"path/{evidence.request_key}.{ending}"


class ToolCare(models.Model):
    """Who looks after a tool, and who confirmed by evidence that it works where the data cannot know."""

    tool = models.CharField(max_length=10, choices=Tool.choices, unique=True)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who looks after it"))
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(tool__in=Tool.values), name="tool_care_tool_known")]

    def __str__(self) -> str:
        return self.tool


class ToolEvidence(models.Model):
    """A photo, a number or a document that shows a tool at work."""

    tool = models.CharField(max_length=10, choices=Tool.choices)
    kind = models.CharField(_("what it is"), max_length=8, choices=EvidenceKind.choices)
    words = models.CharField(_("what it shows"), max_length=200)
    number = models.CharField(_("number"), max_length=40, blank=True)
    file = models.FileField(upload_to=evidence_path, blank=True)
    request_key = models.UUIDField(default=uuid.uuid4, unique=True, help_text="A form sent twice is one piece of evidence.")
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-added_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(tool__in=Tool.values), name="tool_evidence_tool_known"),
            models.CheckConstraint(
                condition=(Q(kind=EvidenceKind.NUMBER) & ~Q(number="") & Q(file=""))
                | (Q(kind__in=[EvidenceKind.PHOTO, EvidenceKind.DOCUMENT]) & ~Q(file="") & Q(number="")),
                name="tool_evidence_holds_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.words
