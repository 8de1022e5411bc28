"""What came before leaving in the company's own history, and which present Clients look like that."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db import connection
from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery, Sum

from churn.enums import SignKind
from churn.formulas.warning import SignCounts, Verdict
from churn.models import ClientWarning, WarningSign, WarningTalk
from common.experiments import ShareDifference
from common.proportions import wilson_interval
from surveys.enums import CaseState
from surveys.models import Answer, Case

TALK_DAYS = 30


@dataclass(frozen=True)
class SignCard:
    """One sign with what the history says of it and how many present Clients show it."""

    kind: SignKind
    counts: SignCounts
    present: int

    @cached_property
    def verdict(self) -> Verdict:
        """Whether it matters."""
        return self.counts.verdict

    @property
    def share_with(self) -> float:
        """How many left soon after the sign."""
        return self.counts.gone_with / self.counts.n_with if self.counts.n_with else 0.0

    @property
    def share_without(self) -> float:
        """How many left soon without it."""
        return self.counts.gone_without / self.counts.n_without if self.counts.n_without else 0.0

    @property
    def interval_with(self) -> tuple[float, float]:
        """Wilson's interval of the share with the sign."""
        return wilson_interval(self.counts.gone_with, self.counts.n_with)

    @property
    def interval_without(self) -> tuple[float, float]:
        """Wilson's interval of the share without the sign."""
        return wilson_interval(self.counts.gone_without, self.counts.n_without)

    @property
    def leavers_share(self) -> float | None:
        """How many of those who left had shown it."""
        return self.counts.leavers_with / self.counts.leavers if self.counts.leavers else None

    @cached_property
    def difference(self) -> ShareDifference | None:
        """How much more often they leave with it."""
        return self.counts.difference

    @property
    def points(self) -> float:
        """The difference in points of percent."""
        return 100 * self.difference.difference if self.difference else 0.0

    @property
    def points_low(self) -> float:
        """The lower end of its interval."""
        return 100 * self.difference.low if self.difference else 0.0

    @property
    def points_high(self) -> float:
        """The upper end of its interval."""
        return 100 * self.difference.high if self.difference else 0.0


@dataclass(frozen=True)
class WarningReport:
    """The signs as last counted, those that matter first."""

    made_on: dt.date | None
    cards: list[SignCard]
    shown: dict[str, int]

    @property
    def mattering(self) -> list[SignKind]:
        """The signs shown to matter."""
        return [card.kind for card in self.cards if card.verdict == Verdict.MATTERS]


def warning_report() -> WarningReport:
    """Return what was counted last."""
    made_on = ClientWarning.objects.aggregate(day=Max("made_on"))["day"]
    newest = WarningSign.objects.aggregate(day=Max("made_on"))["day"]
    rows = WarningSign.objects.filter(made_on=newest)
    shown = signs_shown()
    cards = [SignCard(SignKind(row.kind), counts_of(row), shown.get(row.kind, 0)) for row in rows]
    return WarningReport(made_on or newest, sorted(cards, key=weight_of), shown)


def counts_of(row: WarningSign) -> SignCounts:
    """Return the counts of a stored row."""
    return SignCounts(row.n_with, row.gone_with, row.n_without, row.gone_without, row.leavers, row.leavers_with)


def weight_of(card: SignCard) -> tuple[int, float, str]:
    """Order signs: those that matter first, the larger difference first."""
    order = [Verdict.MATTERS, Verdict.NOT_SHOWN, Verdict.TOO_FEW].index(card.verdict)
    return order, -(card.difference.difference if card.difference else 0.0), card.kind


def signs_shown() -> dict[str, int]:
    """Count the present Clients who show each sign."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM churn_clientwarning, unnest(signs) AS kind GROUP BY kind")
        return dict(cursor.fetchall())


@dataclass(frozen=True)
class WarningFilter:
    """Which present Clients to show."""

    kinds: Collection[SignKind]
    branch: int | None = None
    with_talked: bool = False


def warned_clients(wanted: WarningFilter, today: dt.date) -> QuerySet[ClientWarning]:
    """Return present Clients who show one of the signs, the dearest first, each with the latest talk, answer and open case."""
    talks = WarningTalk.objects.filter(client=OuterRef("client"), talked_on__gt=today - dt.timedelta(TALK_DAYS))
    answers = Answer.objects.filter(client=OuterRef("client"), suspect_reason="", case=None).order_by("-answered_at", "-pk")
    cases = Case.objects.filter(client=OuterRef("client")).exclude(state=CaseState.CLOSED)
    found = ClientWarning.objects.filter(signs__overlap=[kind.value for kind in wanted.kinds])
    if wanted.branch:
        found = found.filter(client__branch=wanted.branch)
    if not wanted.with_talked:
        found = found.filter(~Exists(talks))
    return found.select_related("client__branch", "client__segment", "client__responsible").annotate(
        talked_on=Subquery(talks.values("talked_on")[:1]),
        talk_words=Subquery(talks.values("words")[:1]),
        answer_pk=Subquery(answers.values("pk")[:1]),
        case_pk=Subquery(cases.values("pk")[:1]),
    )


def at_stake(rows: QuerySet[ClientWarning]) -> int:
    """Add up what they brought in a year."""
    return int(rows.aggregate(cents=Sum("at_stake_cents", default=0))["cents"])


def warning_rows(rows: QuerySet[ClientWarning]) -> Iterator[list[object]]:
    """Yield the rows of the list's file."""
    for row in rows.iterator(chunk_size=2000):
        client = row.client
        yield [
            client.external_id or "",
            str(client),
            client.branch.name if client.branch else "",
            client.responsible.name if client.responsible else "",
            ", ".join(row.sign_labels),
            row.at_stake_cents / 100,
        ]
