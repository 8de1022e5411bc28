"""Comments of the demo firm read by people and by the dictionary: kinds, tags, themes."""

import datetime as dt

from django.db.models import F, Q, QuerySet

from company.models import User
from programme.demo.firm import MANAGER
from programme.demo.spoken import KINDS, TAGS
from surveys.enums import FIRST_PROMOTER, CommentKind
from surveys.models import Answer, Tag, Theme
from surveys.services import assign_themes, start_dictionary
from touchpoints.models import Touchpoint

LEFT_TO_TRIAGE = 12
POINTS = {"Ожидание": "Срок выполнения", "Доставка": "Доставка днём", "Цена": "Цены на сайте", "Дозвониться": "Первый звонок"}


def sort_comments() -> None:
    """Find themes, say what all but the newest comments are and put tags on them."""
    manager = User.objects.get(email=MANAGER)
    start_dictionary(locale="ru", actor=manager)
    for theme, point in POINTS.items():
        Theme.objects.filter(name=theme).update(touchpoint=Touchpoint.objects.get(name=point))
    assign_themes()
    written = Answer.objects.exclude(why="", ten="")
    newest = list(written.order_by("-answered_at", "-pk").values_list("pk", flat=True)[:LEFT_TO_TRIAGE])
    sorted_ones = written.exclude(pk__in=newest)
    say_kinds(sorted_ones, manager)
    put_tags(sorted_ones)


def say_kinds(answers: QuerySet[Answer], manager: User) -> None:
    """Say what the comments are, the day after they came: by their words, else by the score."""
    kinds = [(CommentKind(kind), any_of(words)) for kind, words in KINDS]
    kinds += [(CommentKind.POSITIVE, Q(score__gte=FIRST_PROMOTER)), (CommentKind.NEGATIVE, Q())]
    for kind, condition in kinds:
        fits = answers.filter(condition, kind="")
        fits.update(kind=kind, triaged_by=manager, triaged_at=F("answered_at") + dt.timedelta(hours=4))


def any_of(words: tuple[str, ...]) -> Q:
    """Return the condition that one of the words is in the comment."""
    found = Q()
    for word in words:
        found |= Q(why__contains=word) | Q(ten__contains=word)
    return found


def put_tags(answers: QuerySet[Answer]) -> None:
    """Put the tags on the comments that speak of them."""
    for name, word in TAGS.items():
        tag = Tag.objects.create(name=name)
        tag.answers.set(answers.filter(Q(why__contains=word) | Q(ten__contains=word)))
