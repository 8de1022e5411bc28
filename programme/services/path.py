"""Writes of the path: who looks after a tool, evidence of it, and vouching for it."""

import logging

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from company.models import User
from programme.enums import Tool
from programme.models import ToolCare, ToolEvidence

log = logging.getLogger(__name__)


class NoEvidenceError(Exception):
    """Nobody can vouch for a tool without anything to show."""


@transaction.atomic
def look_after_tool(*, tool: Tool, owner: User | None, actor: User) -> ToolCare:
    """Write down who looks after a tool."""
    log.info("tool %s is given to %s by user %s", tool, owner.pk if owner else "nobody", actor.pk)
    return ToolCare.objects.update_or_create(tool=tool, defaults={"owner": owner})[0]


@transaction.atomic
def add_evidence(*, evidence: ToolEvidence, file: "ContentFile[bytes] | None", actor: User) -> ToolEvidence:
    """Keep a photo, a number or a document; a form sent twice is one piece."""
    known = ToolEvidence.objects.filter(request_key=evidence.request_key).first()
    if known:
        return known
    evidence.added_by = actor
    if file:
        evidence.file.save(file.name or "file", file, save=False)
    evidence.save()
    return evidence


@transaction.atomic
def remove_evidence(*, evidence: ToolEvidence, actor: User) -> None:
    """Delete a piece of evidence with its file; who vouched by the last one vouches no more."""
    ToolEvidence.objects.filter(pk=evidence.pk).delete()
    name, storage = evidence.file.name, evidence.file.storage
    if name:
        transaction.on_commit(lambda: storage.delete(name))
    if not ToolEvidence.objects.filter(tool=evidence.tool).exists():
        withdraw_confirmation(tool=Tool(evidence.tool), actor=actor)


@transaction.atomic
def confirm_tool(*, tool: Tool, actor: User) -> ToolCare:
    """Vouch that a tool works, by what is shown."""
    if not ToolEvidence.objects.filter(tool=tool).exists():
        raise NoEvidenceError
    said = {"confirmed_at": timezone.now(), "confirmed_by": actor}
    return ToolCare.objects.update_or_create(tool=tool, defaults=said)[0]


@transaction.atomic
def withdraw_confirmation(*, tool: Tool, actor: User) -> int:
    """Take the word back, whoever gave it; return how many words there were."""
    log.info("the word for tool %s is taken back by user %s", tool, actor.pk)
    return ToolCare.objects.filter(tool=tool).exclude(confirmed_at=None).update(confirmed_at=None, confirmed_by=None)
