"""Writes of the wording check."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction

from company.models import User
from programme.formulas.wording import Lexicon
from programme.models import WordingDocument, WordingRun
from programme.wording.documents import check
from programme.wording.refusals import RefusedError

KEPT_FOR = dt.timedelta(days=1)


@transaction.atomic
def start_wording(*, documents: Iterable[tuple[str, bytes]], lexicon: Lexicon, actor: User, now: dt.datetime) -> WordingRun:
    """Check documents, keep what was found, and forget the contents of yesterday's."""
    WordingDocument.objects.filter(run__started_at__lt=now - KEPT_FOR, body__isnull=False).update(body=None)
    run = WordingRun.objects.create(started_by=actor, started_at=now)
    WordingDocument.objects.bulk_create([checked(run, name, body, lexicon) for name, body in documents])
    return run


def checked(run: WordingRun, name: str, body: bytes, lexicon: Lexicon) -> WordingDocument:
    """Return a document with its figures, or with the reason why there are none."""
    try:
        found = check(body, name, lexicon)
    except RefusedError as refusal:
        return WordingDocument(run=run, name=name[-200:], refusal=refusal.code)
    return WordingDocument(run=run, name=name[-200:], body=body, wrong=len(found.places), right=found.right)


@transaction.atomic
def settle_wording(*, run: WordingRun, skipped: Mapping[int, list[int]], now: dt.datetime) -> None:
    """Keep which places stay as they are; a later decision replaces an earlier one."""
    for document in run.documents.all():
        WordingDocument.objects.filter(pk=document.pk).update(skipped=skipped.get(document.pk, []))
    WordingRun.objects.filter(pk=run.pk).update(settled_at=now)
