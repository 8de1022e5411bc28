"""What people said."""

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models import Case, Count, IntegerField, Q, QuerySet, When

from clients.models import Client
from surveys.enums import FIRST_PASSIVE, FIRST_PROMOTER, AnswerGroup, CommentKind
from surveys.models import Answer, Tag, Theme, Wave
from touchpoints.models import Touchpoint

GROUP_CONDITIONS = {
    AnswerGroup.DETRACTOR: Q(score__lt=FIRST_PASSIVE),
    AnswerGroup.PASSIVE: Q(score__gte=FIRST_PASSIVE, score__lt=FIRST_PROMOTER),
    AnswerGroup.PROMOTER: Q(score__gte=FIRST_PROMOTER),
}
TRUSTED = Q(suspect_reason="")
WITH_TEXT = ~Q(why="", ten="")


@dataclass(frozen=True)
class CommentFilter:
    """Which comments to show; an empty `kind` means those nobody sorted yet, None any."""

    group: AnswerGroup | None = None
    wave: Wave | None = None
    since: dt.datetime | None = None
    search: str = ""
    only_text: bool = True
    kind: str | None = None
    tag: Tag | None = None
    theme: Theme | None = None
    point: Touchpoint | None = None

    @property
    def folded(self) -> int:
        """Return how many choices are made beyond the group and the words: those the page keeps folded."""
        return sum(
            (
                self.wave is not None,
                self.since is not None,
                not self.only_text,
                self.kind is not None,
                self.tag is not None,
                self.theme is not None,
                self.point is not None,
            )
        )

    def condition(self) -> Q:
        """Return the filter as a condition on answers, the group left aside."""
        found = TRUSTED & (WITH_TEXT if self.only_text else Q())
        if self.wave:
            found &= Q(wave=self.wave)
        if self.since:
            found &= Q(answered_at__gte=self.since)
        if self.kind is not None:
            found &= Q(kind=self.kind)
        if self.tag:
            found &= Q(tags=self.tag)
        if self.theme:
            found &= Q(themes=self.theme)
        if self.point:
            found &= said_of(self.point)
        if self.search:
            found &= Q(why__icontains=self.search) | Q(ten__icontains=self.search) | Q(client__name__icontains=self.search)
        return found


def said_of(point: Touchpoint) -> Q:
    """Return the condition that an answer speaks of a touchpoint: by a theme or by a tag."""
    by_theme = Answer.themes.through.objects.filter(theme__touchpoint=point).values("answer")
    by_tag = Answer.tags.through.objects.filter(tag__touchpoint=point).values("answer")
    return Q(pk__in=by_theme) | Q(pk__in=by_tag)


def comments(chosen: CommentFilter) -> QuerySet[Answer]:
    """Return answers, newest first, with all that their rows show."""
    rows = Answer.objects.filter(chosen.condition()).select_related(
        "client__sum", "contact", "branch", "wave", "action", "triaged_by", "case"
    )
    rows = rows.prefetch_related("tags", "themes")
    return rows.filter(GROUP_CONDITIONS[chosen.group]) if chosen.group else rows


def triage_queue(chosen: CommentFilter, *, critics_first: bool) -> QuerySet[Answer]:
    """Return comments in the order they are sorted in: newest first, or critics, neutrals, fans and then newest."""
    if not critics_first:
        return comments(chosen)
    order = Case(*(When(condition, then=place) for place, condition in enumerate(GROUP_CONDITIONS.values())), output_field=IntegerField())
    return comments(chosen).order_by(order, "-answered_at", "-id")


def kind_counts(chosen: CommentFilter) -> dict[str, int]:
    """Return how many comments there are of each kind, `waiting` being those nobody sorted, whatever kind is chosen."""
    rows = Answer.objects.filter(replace(chosen, kind=None).condition())
    if chosen.group:
        rows = rows.filter(GROUP_CONDITIONS[chosen.group])
    kinds = {kind.value: Count("id", filter=Q(kind=kind)) for kind in CommentKind}
    return rows.order_by().aggregate(waiting=Count("id", filter=Q(kind="")), **kinds)


def count_to_triage() -> int:
    """Return how many comments nobody sorted yet."""
    return Answer.objects.filter(TRUSTED, WITH_TEXT, kind="").count()


def comment_counts(chosen: CommentFilter) -> dict[str, int]:
    """Return how many answers there are in each group and in all, whatever group is chosen."""
    groups = {group.value: Count("id", filter=condition) for group, condition in GROUP_CONDITIONS.items()}
    return Answer.objects.filter(chosen.condition()).order_by().aggregate(all=Count("id"), **groups)


def suspect_answers(wave: Wave) -> QuerySet[Answer]:
    """Return the answers that may not come from a person."""
    return wave.answers.exclude(TRUSTED).select_related("client")


def answers_of(client: Client) -> QuerySet[Answer]:
    """Return what the Client answered, newest first; answers that may not come from a person are left out."""
    return Answer.objects.filter(TRUSTED, client=client).select_related("wave", "action")


def export_rows(wave: Wave) -> QuerySet[Answer]:
    """Return every answer of a wave for a file, suspect ones included, oldest first."""
    return wave.answers.select_related("client", "contact", "branch", "segment").order_by("answered_at", "id")
