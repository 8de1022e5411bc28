"""The filter of comments as it stands in the address; what makes no sense there is left out."""

import datetime as dt
from typing import TypeVar
from urllib.parse import urlsplit

from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone

from surveys.enums import AnswerGroup, CommentKind, WaveState
from surveys.models import Tag, Theme, Wave
from surveys.queries import CommentFilter
from touchpoints.models import Touchpoint

PERIODS = {"30": 30, "90": 90, "365": 365}
WAITING = "waiting"
T = TypeVar("T", bound=Model)


def comment_filter(params: QueryDict, *, kind: str | None = None) -> CommentFilter:
    """Read the filter; `kind` is meant when the address names none."""
    days = PERIODS.get(params.get("days", ""))
    return CommentFilter(
        group=AnswerGroup(asked) if (asked := params.get("group", "")) in AnswerGroup.values else None,
        wave=chosen(Wave.objects.all(), params.get("wave", "")),
        since=timezone.now() - dt.timedelta(days=days) if days else None,
        search=params.get("q", "").replace("\0", "").strip()[:100],
        only_text=params.get("text") != "all",
        kind=chosen_kind(params.get("kind", ""), kind),
        tag=chosen(Tag.objects.all(), params.get("tag", "")),
        theme=chosen(Theme.objects.all(), params.get("theme", "")),
        point=chosen(Touchpoint.objects.all(), params.get("point", "")),
    )


def chosen_kind(asked: str, otherwise: str | None) -> str | None:
    """Return the kind asked for; empty for those nobody sorted."""
    if asked in CommentKind.values:
        return asked
    return "" if asked == WAITING else otherwise


def chosen(rows: QuerySet[T], pk: str) -> T | None:
    """Return the row of this number, if there is one."""
    return rows.filter(pk=int(pk)).first() if pk.isascii() and pk.isdigit() and len(pk) < 18 else None


def params_of(url: str) -> QueryDict:
    """Return the filter in an address of ours."""
    return QueryDict(urlsplit(url).query)


def started_waves() -> QuerySet[Wave]:
    """Return the waves to choose from, newest first."""
    return Wave.objects.exclude(state=WaveState.DRAFT)
