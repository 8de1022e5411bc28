"""What people said."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Func, Max, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower

from clients.models import Client
from surveys.enums import FIRST_PASSIVE, FIRST_PROMOTER, AnswerGroup
from surveys.models import Answer, Wave

GROUP_CONDITIONS = {
    AnswerGroup.DETRACTOR: Q(score__lt=FIRST_PASSIVE),
    AnswerGroup.PASSIVE: Q(score__gte=FIRST_PASSIVE, score__lt=FIRST_PROMOTER),
    AnswerGroup.PROMOTER: Q(score__gte=FIRST_PROMOTER),
}
TRUSTED = Q(suspect_reason="")
WITH_TEXT = ~Q(why="", ten="")


@dataclass(frozen=True)
class CommentFilter:
    """Which comments to show."""

    group: AnswerGroup | None = None
    wave: Wave | None = None
    since: dt.datetime | None = None
    search: str = ""
    only_text: bool = True

    def condition(self) -> Q:
        """Return the filter as a condition on answers, the group left aside."""
        found = TRUSTED & (WITH_TEXT if self.only_text else Q())
        if self.wave:
            found &= Q(wave=self.wave)
        if self.since:
            found &= Q(answered_at__gte=self.since)
        if self.search:
            found &= Q(why__icontains=self.search) | Q(ten__icontains=self.search) | Q(client__name__icontains=self.search)
        return found


def comments(chosen: CommentFilter) -> QuerySet[Answer]:
    """Return answers, newest first, with all that their rows show."""
    rows = Answer.objects.filter(chosen.condition()).select_related("client__sum", "branch", "wave", "action")
    return rows.filter(GROUP_CONDITIONS[chosen.group]) if chosen.group else rows


def comment_counts(chosen: CommentFilter) -> dict[str, int]:
    """Return how many answers there are in each group and in all, whatever group is chosen."""
    groups = {group.value: Count("id", filter=condition) for group, condition in GROUP_CONDITIONS.items()}
    return Answer.objects.filter(chosen.condition()).order_by().aggregate(all=Count("id"), **groups)


@dataclass(frozen=True)
class Wish:
    """One thing critics and neutrals ask for, in their words; `answer_pk` is the newest answer that says it."""

    text: str
    count: int
    detractors: int
    passives: int
    answer_pk: int
    action: str | None


def wishes(wave: Wave, limit: int) -> list[Wish]:
    """Return what would make it a 10, the most frequent first; wishes are the same when only case and end marks differ."""
    asked = Answer.objects.filter(TRUSTED, wave=wave, score__lt=FIRST_PROMOTER).exclude(ten="").order_by()
    same = Func(Lower(F("ten")), Value(" .!\r\n\t"), function="BTRIM", output_field=TextField())
    parts = {
        "detractors": Count("id", filter=GROUP_CONDITIONS[AnswerGroup.DETRACTOR]),
        "passives": Count("id", filter=GROUP_CONDITIONS[AnswerGroup.PASSIVE]),
    }
    said = {"text": Max("ten"), "answer_pk": Max("id"), "action": Max("action__title")}
    grouped = (
        asked.annotate(same=same)
        .values("same")
        .annotate(count=Count("id"), **parts, **said)
        .order_by(F("count").desc(), F("answer_pk").desc())
    )
    rows: list[dict[str, Any]] = [dict(row) for row in grouped[:limit]]
    return [Wish(**{name: value for name, value in row.items() if name != "same"}) for row in rows]


def suspect_answers(wave: Wave) -> QuerySet[Answer]:
    """Return the answers that may not come from a person."""
    return wave.answers.exclude(TRUSTED).select_related("client")


def answers_of(client: Client) -> QuerySet[Answer]:
    """Return what the Client answered, newest first; answers that may not come from a person are left out."""
    return Answer.objects.filter(TRUSTED, client=client).select_related("wave", "action")


def export_rows(wave: Wave) -> QuerySet[Answer]:
    """Return every answer of a wave for a file, suspect ones included, oldest first."""
    return wave.answers.select_related("client", "branch", "segment").order_by("answered_at", "id")
