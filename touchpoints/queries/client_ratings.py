"""What Clients say at touchpoints by QR codes."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from company.models import Branch
from touchpoints.enums import Rating
from touchpoints.formulas.standards import Share
from touchpoints.models import ClientRating, PointCode, Touchpoint

SAID_DAYS = 90


@dataclass(frozen=True)
class ClientWord:
    """How many Clients said what; without a branch, of the code of the whole company."""

    branch: Branch | None
    awful: int = 0
    ok: int = 0
    wow: int = 0

    @property
    def n(self) -> int:
        """How many ratings there are."""
        return self.awful + self.ok + self.wow

    @property
    def parts(self) -> list[tuple[str, int]]:
        """Parts of the stacked bar, awful first."""
        return [("neg", self.awful), ("data3", self.ok), ("pos", self.wow)]

    @property
    def shares(self) -> list[tuple[Rating, Share]]:
        """The share of each rating, the best first."""
        counts = {Rating.WOW: self.wow, Rating.OK: self.ok, Rating.AWFUL: self.awful}
        return [(rating, Share(count, self.n)) for rating, count in counts.items()]


@dataclass(frozen=True)
class ClientVoice:
    """What Clients said of one touchpoint: in all and by branch."""

    total: ClientWord
    branches: list[ClientWord]


def word_counts() -> dict[str, Count]:
    """Return aggregates that count ratings by their value."""
    return {rating.name.lower(): Count("pk", filter=Q(rating=rating.value)) for rating in Rating}


def client_voice(touchpoint: Touchpoint, *, since: dt.datetime) -> ClientVoice:
    """Return what Clients have said of a touchpoint since the moment: two queries."""
    said = ClientRating.objects.filter(code__touchpoint=touchpoint, rated_at__gte=since).order_by()
    rows: Iterable[Any] = said.values("code__branch").annotate(**word_counts())
    branches = Branch.objects.in_bulk()
    words = [ClientWord(branches.get(row["code__branch"]), row["awful"], row["ok"], row["wow"]) for row in rows]
    order = {pk: place for place, pk in enumerate(branches)}
    words.sort(key=lambda word: order[word.branch.pk] if word.branch else len(order))
    total = ClientWord(None, sum(w.awful for w in words), sum(w.ok for w in words), sum(w.wow for w in words))
    return ClientVoice(total, words)


def client_notes(touchpoint: Touchpoint) -> QuerySet[ClientRating]:
    """Return ratings of a touchpoint with a line of the Client's own, newest first."""
    return (
        ClientRating.objects.filter(code__touchpoint=touchpoint)
        .exclude(note="")
        .select_related("code__branch")
        .order_by("-rated_at", "-id")
    )


def codes_with_counts(*, since: dt.datetime) -> QuerySet[PointCode, Any]:
    """Return codes with what came by them since the moment, and when the last rating came at all."""
    fresh = Q(ratings__rated_at__gte=since)
    counts = {rating.name.lower(): Count("ratings", filter=fresh & Q(ratings__rating=rating.value)) for rating in Rating}
    codes = PointCode.objects.filter(touchpoint__is_archived=False).select_related("touchpoint", "branch")
    return codes.annotate(**counts, n=Count("ratings", filter=fresh), last=Max("ratings__rated_at")).order_by(
        "touchpoint__name", "touchpoint_id", "branch__position", "id"
    )
