"""Loading of a map somebody brings as a table."""

from collections import Counter
from collections.abc import Sequence

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from company.models import User
from touchpoints.map_tables import Change, MapColumn, MapLine, Plan, plan_of
from touchpoints.models import Standard, Touchpoint

LOAD_LOCK = 7_238_051


class MapChangedError(Exception):
    """The map changed after the table was looked at: nothing was loaded."""


@transaction.atomic
def load_map(*, text: str, fingerprint: str, actor: User) -> Plan:
    """Write exactly what was looked at: new touchpoints at the end of their steps, changed ones in place. Wrong lines are left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
    plan = plan_of(text)
    if plan.fingerprint != fingerprint:
        raise MapChangedError
    ends = stage_ends()
    try:
        add_points(plan.new, ends, actor)
    except IntegrityError as error:
        raise MapChangedError from error
    for change in plan.changed:
        apply_change(change, ends, actor)
    return plan


def stage_ends() -> Counter[str]:
    """Return the first free place of every step."""
    rows = Touchpoint.objects.order_by().values_list("stage").annotate(last=Max("position"))
    return Counter({stage: last + 1 for stage, last in rows})


def add_points(lines: Sequence[MapLine], ends: Counter[str], actor: User) -> None:
    """Save the new ones with their standards."""
    points = []
    for line in lines:
        point = Touchpoint(name=line.name, kind=line.kind, hint=line.hint or "", branch=line.branch, owner=line.owner, changed_by=actor)
        point.stage = line.stage or point.stage
        point.position = take_place(ends, point.stage)
        points.append(point)
    saved = Touchpoint.objects.bulk_create(points)
    Standard.objects.bulk_create(
        Standard(touchpoint=point, sentence=sentence, position=place, changed_by=actor)
        for point, line in zip(saved, lines, strict=True)
        for place, sentence in enumerate(line.standards)
    )


def take_place(ends: Counter[str], stage: str) -> int:
    """Return the next place at the end of a step."""
    ends[stage] += 1
    return ends[stage] - 1


def apply_change(change: Change, ends: Counter[str], actor: User) -> None:
    """Save what a line says anew."""
    values = {column.value: new for column, (_old, new) in change.fields.items()}
    if MapColumn.STAGE in change.fields:
        values["position"] = take_place(ends, values["stage"])
    Touchpoint.objects.filter(pk=change.touchpoint.pk).update(**values, changed_by=actor)
    last = Standard.objects.filter(touchpoint=change.touchpoint).count()
    Standard.objects.bulk_create(
        Standard(touchpoint=change.touchpoint, sentence=sentence, position=last + place, changed_by=actor)
        for place, sentence in enumerate(change.sentences)
    )
