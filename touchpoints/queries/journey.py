"""The order of touchpoints along the Client's journey: a step, and a place within it with room to put another between."""

from typing import Literal

from django.db.models import Max, Q

from touchpoints.models import Touchpoint

GAP = 1024
Move = Literal["first", "up", "down", "last"]

# One statement whatever the size: places of a step, evenly apart again.
SPREAD = f"""
UPDATE touchpoints_touchpoint point SET position = ordered.place * {GAP}
FROM (SELECT id, row_number() OVER (ORDER BY position, id) AS place FROM touchpoints_touchpoint WHERE stage = %s) ordered
WHERE point.id = ordered.id
"""
# Two people who move points of the map do it one after another.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('touchpoints.journey'))"


def next_position(stage: str) -> int:
    """Return the place after the last touchpoint of a step of the journey."""
    last: int | None = Touchpoint.objects.filter(stage=stage).aggregate(last=Max("position"))["last"]
    return (last or 0) + GAP


def free_position(moved: Touchpoint, before: Touchpoint) -> int | None:
    """Return a place right before a touchpoint, None when there is no room left between it and the one above."""
    above = Q(position__lt=before.position) | Q(position=before.position, pk__lt=before.pk)
    others = Touchpoint.objects.filter(above, stage=before.stage).exclude(pk=moved.pk)
    last: int | None = others.aggregate(last=Max("position"))["last"]
    low = -1 if last is None else last
    middle = (low + before.position) // 2
    return middle if low < middle < before.position else None


def neighbour_below(touchpoint: Touchpoint, stage: str, move: Move) -> Touchpoint | None:
    """Return before which touchpoint it stands after the move: None means at the end, itself means that nothing moves."""
    row = list(Touchpoint.objects.active().filter(stage=stage).exclude(pk=touchpoint.pk).order_by("position", "id"))
    if move == "last":
        return None
    if move == "first" or touchpoint.stage != stage:
        return row[0] if row else None
    here = sum((point.position, point.pk) < (touchpoint.position, touchpoint.pk) for point in row)
    target = here - 1 if move == "up" else here + 1
    if not 0 <= target <= len(row):
        return touchpoint
    return row[target] if target < len(row) else None
