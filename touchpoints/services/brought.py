"""Loading of audits that were walked on paper or in a spreadsheet."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from company.models import User
from company.queries import company_day, company_zone
from touchpoints.audit_tables import AuditLine, AuditPlan, plan_of
from touchpoints.audit_words import NumberScale
from touchpoints.enums import AuditState
from touchpoints.models import Audit, AuditMark, AuditRound
from touchpoints.services.standings import refresh_standings

LOAD_LOCK = 7_238_052
BATCH = 1_000
NOON = dt.time(12)


class AuditsChangedError(Exception):
    """Audits, the map or people changed after the table was looked at: nothing was loaded."""


@transaction.atomic
def load_audits(*, text: str, scale: NumberScale, fingerprint: str, actor: User, now: dt.datetime) -> AuditPlan:
    """Write exactly what was looked at as finished audits, marked at noon of their days. Wrong lines are left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
    plan = plan_of(text, scale, company_day(now))
    if plan.fingerprint != fingerprint:
        raise AuditsChangedError
    rounds, zone, groups = add_rounds(plan, actor), company_zone(), plan.audits
    audits = [audit_of(lines, rounds.get(lines[0].round_number), moments_of(lines, zone, now), actor) for lines in groups]
    saved = Audit.objects.bulk_create(audits, batch_size=BATCH)
    marks = [
        AuditMark(audit=audit, touchpoint_id=line.point.pk, rating=line.rating, note=line.note, marked_at=moment)
        for audit, lines in zip(saved, groups, strict=True)
        for line, moment in zip(lines, moments_of(lines, zone, now), strict=True)
    ]
    AuditMark.objects.bulk_create(marks, batch_size=BATCH)
    refresh_standings({mark.touchpoint_id for mark in marks})
    return plan


def add_rounds(plan: AuditPlan, actor: User) -> dict[str, AuditRound]:
    """Save the rounds the table numbers."""
    names = {line.round_number: line.round for line in plan.new if line.round_number}
    rounds = AuditRound.objects.bulk_create([AuditRound(name=name, created_by=actor) for name in names.values()])
    return dict(zip(names, rounds, strict=True))


def moments_of(lines: Sequence[AuditLine], zone: ZoneInfo, now: dt.datetime) -> list[dt.datetime]:
    """Return noon of the day of every line; today's noon may be still ahead."""
    return [min(now, dt.datetime.combine(line.day, NOON, zone)) for line in lines]


def audit_of(lines: Sequence[AuditLine], audit_round: AuditRound | None, moments: Sequence[dt.datetime], actor: User) -> Audit:
    """Return a finished audit of these lines."""
    first = lines[0]
    return Audit(
        round=audit_round,
        branch_id=first.branch_id,
        auditor_id=first.walker.user_id,
        guest_name=first.walker.guest,
        due_on=max(line.day for line in lines),
        state=AuditState.DONE,
        started_at=min(moments),
        finished_at=max(moments),
        created_by=actor,
        changed_by=actor,
    )
