"""What people said that an action answers: comments, a promise, themes of its touchpoints, a motive of a team."""

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Count, Q, QuerySet

from surveys.models import Answer, MotiveStep, Promise, StaffComment, Tag, Theme
from touchpoints.models import Action

LISTED = 10
Label = TypeVar("Label", Theme, Tag)


@dataclass(frozen=True)
class ActionSources:
    """Everything on the side of surveys that asked for an action."""

    answers: list[Answer]
    n_answers: int
    promise: Promise | None
    step: MotiveStep | None
    staff_comment: StaffComment | None
    themes: list[Theme]
    tags: list[Tag]

    @property
    def is_empty(self) -> bool:
        """Say whether nobody asked for it here."""
        return not (self.answers or self.promise or self.step or self.staff_comment or self.themes or self.tags)


def action_sources(action: Action) -> ActionSources:
    """Return what asked for an action: the newest comments, and themes and tags that speak of its touchpoints, the loudest first."""
    answers = comments_behind(action)
    return ActionSources(
        answers=list(answers[:LISTED]),
        n_answers=answers.count(),
        promise=Promise.objects.filter(action=action).annotate(asked=Count("asked_by")).first(),
        step=MotiveStep.objects.filter(action=action).select_related("group__wave").first(),
        staff_comment=StaffComment.objects.filter(pk=action.request_key).first(),
        themes=spoken(Theme.objects.all(), action),
        tags=spoken(Tag.objects.all(), action),
    )


def comments_behind(action: Action) -> QuerySet[Answer]:
    """Return the answers an action was made of or promised to."""
    promised = Promise.asked_by.through.objects.filter(promise__action=action).values("answer")
    behind = Answer.objects.filter(Q(action=action) | Q(pk__in=promised))
    return behind.select_related("client", "contact", "wave").order_by("-answered_at", "-id")


def spoken(labels: QuerySet[Label], action: Action) -> list[Label]:
    """Return labels of comments that are tied to the touchpoints of an action, with how many comments carry them."""
    tied = labels.filter(touchpoint__in=action.touchpoints.all())
    return list(tied.annotate(n=Count("answers")).filter(n__gt=0).order_by("-n", "name")[:LISTED])
