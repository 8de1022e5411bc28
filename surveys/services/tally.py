"""The tally of answers is checked every night and counted anew where it is wrong."""

import logging

from django.db import connection, transaction
from django.db.models import BooleanField, Case, Count, Value, When

from mailing.services import heartbeat
from surveys.models import Answer, AnswerTally
from surveys.queries import waves_counted_wrong

KEY = ("wave_id", "branch_id", "segment_id", "channel", "score", "is_suspect")
logger = logging.getLogger(__name__)


@transaction.atomic
def check_tally() -> list[int]:
    """Compare the tally with the answers; say aloud which waves differ, and count those anew."""
    wrong = waves_counted_wrong()
    if wrong:
        logger.error("The tally of answers was wrong for waves %s and has been counted anew", wrong[:20])
        count_anew(wave_ids=wrong)
    heartbeat(name="tally", note=f"counted anew: {len(wrong)}" if wrong else "right")
    return wrong


@transaction.atomic
def count_anew(*, wave_ids: list[int]) -> None:
    """Replace the tally of waves by a recount; writers of answers wait meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE surveys_answer IN SHARE ROW EXCLUSIVE MODE")
    AnswerTally.objects.filter(wave__in=wave_ids).delete()
    is_suspect = Case(When(suspect_reason="", then=Value(value=False)), default=Value(value=True), output_field=BooleanField())
    rows = Answer.objects.filter(wave__in=wave_ids).order_by().annotate(is_suspect=is_suspect).values(*KEY).annotate(n=Count("id"))
    AnswerTally.objects.bulk_create(AnswerTally(**row) for row in rows)
