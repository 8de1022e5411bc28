"""Asking again: a draft like a survey that is over."""

import datetime as dt

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import override

from common.tokens import new_token
from company.models import User
from company.queries import company_day, company_zone
from surveys.enums import WaveState
from surveys.models import StaffWave

OPEN_DAYS = dt.timedelta(days=14)
SAME = (
    "kind", "locale", "slices", "threshold", "comment_threshold", "question", "why_question", "ten_question", "options", "subject",
    "intro", "reminder_days", "remind_whom",
)  # fmt: skip


@transaction.atomic
def repeat_staff_wave(*, wave: StaffWave, actor: User, now: dt.datetime) -> StaffWave:
    """Make a draft that asks the same people the same, open for two weeks; pressed twice, it is one draft."""
    StaffWave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    today = company_day(now)
    with override(wave.locale):
        name = f"{wave.name.partition(',')[0][:90]}, {date_format(today, 'F Y').lower()}"
    made = StaffWave.objects.filter(kind=wave.kind, state=WaveState.DRAFT, name=name).first()
    if made:
        return made
    same = {field: getattr(wave, field) for field in SAME}
    closes_at = dt.datetime.combine(today + OPEN_DAYS + dt.timedelta(days=1), dt.time.min, company_zone())
    draft = StaffWave.objects.create(name=name, public_token=new_token(), closes_at=closes_at, created_by=actor, **same)
    draft.branches.set(wave.branches.all())
    return draft
