"""Which script is in force for whom, its versions, and what changed between two of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models import Q, QuerySet

from churn.models import ScriptVersion
from churn.script import default_steps
from clients.models import Segment

Step = dict[str, str]


def script_for(segment_id: int | None) -> ScriptVersion:
    """Return the script for Clients of a segment: its own, else the general one, else the supplied one, which is not saved yet."""
    newest = ScriptVersion.objects.filter(Q(segment=segment_id) | Q(segment=None)).order_by("segment_id", "-id").distinct("segment_id")
    for version in sorted(newest, key=lambda version: version.segment_id is None):
        if version.steps:
            return version
    return ScriptVersion(steps=default_steps())


def versions_of(segment: Segment | None) -> QuerySet[ScriptVersion]:
    """Return the versions of a script, newest first."""
    return ScriptVersion.objects.filter(segment=segment).select_related("created_by", "segment")


def own_scripts() -> set[int]:
    """Return the segments which have a script of their own now."""
    newest = ScriptVersion.objects.exclude(segment=None).order_by("segment_id", "-id").distinct("segment_id")
    return {version.segment_id for version in newest if version.segment_id and version.steps}


@dataclass(frozen=True)
class StepChange:
    """One step beside the other version: `same`, `added`, `removed`; a reworded step is removed and added."""

    kind: str
    step: Step


def changes_between(before: Sequence[Step], after: Sequence[Step]) -> list[StepChange]:
    """Lay two versions side by side, step by step."""
    return list(step_changes(list(before), list(after)))


def step_changes(before: list[Step], after: list[Step]) -> Iterator[StepChange]:
    """Walk the steps as the longest common order has them."""
    signs = [[(step["title"], step["say"]) for step in steps] for steps in (before, after)]
    for tag, low, high, new_low, new_high in SequenceMatcher(a=signs[0], b=signs[1], autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (StepChange("same", step) for step in after[new_low:new_high])
        else:
            yield from (StepChange("removed", step) for step in before[low:high])
            yield from (StepChange("added", step) for step in after[new_low:new_high])
