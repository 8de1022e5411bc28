"""What the calls to leavers brought: in all, by month, by caller, by reason, by attempt."""

import datetime as dt
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any, Self

from django.db import connection

from churn.models import Reason
from churn.queries.result_facts import MOST_ATTEMPTS, Scope
from common.experiments import ShareDifference, compare_shares
from common.proportions import wilson_interval
from company.models import User

FEW = 20
"""Below so many leavers a share says hardly anything."""

SUMS_SQL = """
count(*), coalesce(sum(at_risk_cents), 0), count(*) FILTER (WHERE attempts > 0), count(reached_at), count(*) FILTER (WHERE is_named),
count(*) FILTER (WHERE will), count(*) FILTER (WHERE NOT will), count(*) FILTER (WHERE is_promised), count(*) FILTER (WHERE is_acted),
count(*) FILTER (WHERE is_back), count(*) FILTER (WHERE is_after_call), count(*) FILTER (WHERE will AND is_after_call),
count(*) FILTER (WHERE NOT will AND is_after_call), coalesce(sum(back_cents), 0), coalesce(sum(back_cents) FILTER (WHERE is_after_call), 0)
"""
IN_ALL_SQL = f"SELECT {SUMS_SQL} FROM facts"
# One reading of the facts for all the tables; grouping() names the table a row belongs to.
CUTS_SQL = f"""
SELECT grouping(month, caller_id, tried), month, caller_id, tried, {SUMS_SQL}
FROM (SELECT facts.*, date_trunc('month', left_on)::date AS month, least(tries, %(most_attempts)s) AS tried FROM facts) facts
GROUP BY GROUPING SETS ((), (month), (caller_id), (tried)) ORDER BY 1, 2, 3, 4
"""
REASONS_SQL = f"""
SELECT reason_id, {SUMS_SQL} FROM (
  SELECT DISTINCT r.reason_id, k.leaver_id FROM churn_exitcall k JOIN churn_exitcall_reasons r ON r.exitcall_id = k.id
  WHERE NOT k.is_rehearsal
) named JOIN facts ON facts.id = named.leaver_id
GROUP BY reason_id ORDER BY 2 DESC, 1
"""
BY_MONTH, BY_CALLER, BY_ATTEMPTS, IN_ALL = 0b011, 0b101, 0b110, 0b111


@dataclass(frozen=True)
class Share:
    """A part of a whole with Wilson's interval."""

    hits: int
    n: int

    @property
    def share(self) -> float:
        """The share from 0 to 1."""
        return self.hits / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share."""
        return wilson_interval(self.hits, self.n)

    @property
    def is_few(self) -> bool:
        """Say whether there are too few to lean on the share."""
        return self.n < FEW


@dataclass(frozen=True)
class Results:
    """What became of a group of leavers. After a call: the first call was on the day of the return or before."""

    left: int = 0
    at_risk_cents: int = 0
    called: int = 0
    reached: int = 0
    named: int = 0
    will_return: int = 0
    wont_return: int = 0
    promised: int = 0
    acted: int = 0
    returned: int = 0
    returned_after_call: int = 0
    willing_returned: int = 0
    unwilling_returned: int = 0
    returned_cents: int = 0
    returned_after_call_cents: int = 0

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> Self:
        """Read a row of `SUMS_SQL`."""
        return cls(**{field.name: int(value) for field, value in zip(fields(cls), row, strict=True)})

    @property
    def returned_uncalled(self) -> int:
        """Those who came back before anybody called them."""
        return self.returned - self.returned_after_call

    @property
    def reach(self) -> Share:
        """How many of those called were talked to."""
        return Share(self.reached, self.called)

    @property
    def explained(self) -> Share:
        """How many of those talked to named a reason."""
        return Share(self.named, self.reached)

    @property
    def willing(self) -> Share:
        """How many of those talked to would return."""
        return Share(self.will_return, self.will_return + self.wont_return)

    @property
    def back_after_call(self) -> Share:
        """How many of those called came back after it."""
        return Share(self.returned_after_call, self.called)

    @property
    def words_kept(self) -> Share:
        """How many of those who said they would return did."""
        return Share(self.willing_returned, self.will_return)

    @property
    def words_against(self) -> Share:
        """How many of those talked to who promised nothing, or were not asked, did."""
        return Share(self.unwilling_returned, self.wont_return)

    @property
    def word_difference(self) -> ShareDifference | None:
        """How much more often those come back who said they would."""
        return compare_shares(self.willing_returned, self.will_return, self.unwilling_returned, self.wont_return)


@dataclass(frozen=True)
class MonthResults:
    """Those who left in a month."""

    month: dt.date
    sums: Results


@dataclass(frozen=True)
class CallerResults:
    """Those whom a person called."""

    caller: User
    sums: Results


@dataclass(frozen=True)
class ReasonResults:
    """Those who named a reason."""

    reason: Reason
    sums: Results


@dataclass(frozen=True)
class AttemptResults:
    """One attempt: whom it was made to, who was talked to in it, and who of all called had been talked to by then."""

    number: int
    tried: int
    reached: int
    by_then: Share
    is_last: bool

    @property
    def reach(self) -> Share:
        """How many of those tried were talked to."""
        return Share(self.reached, self.tried)


@dataclass(frozen=True)
class ResultTables:
    """The results of a scope in all, and cut in four ways."""

    sums: Results
    months: list[MonthResults]
    callers: list[CallerResults]
    reasons: list[ReasonResults]
    attempts: list[AttemptResults]


def results(*, since: dt.date, today: dt.date, zone: str) -> Results:
    """Count the calls and the returns of all who left since a day; days of calls are of the time zone."""
    scope = Scope(since, today, zone)
    return Results.of(rows_of(scope.sql(IN_ALL_SQL), scope.params)[0])


def result_tables(scope: Scope) -> ResultTables:
    """Return all tables of a scope in four queries."""
    rows = rows_of(scope.sql(CUTS_SQL), scope.params | {"most_attempts": MOST_ATTEMPTS})
    cuts = {key: list(found) for key, found in groupby(rows, key=lambda row: int(row[0]))}
    return ResultTables(
        sums=Results.of(cuts[IN_ALL][0][4:]),
        months=[MonthResults(row[1], Results.of(row[4:])) for row in reversed(cuts.get(BY_MONTH, []))],
        callers=callers_of(cuts.get(BY_CALLER, [])),
        reasons=reasons_of(scope),
        attempts=attempts_of({row[3]: Results.of(row[4:]) for row in cuts.get(BY_ATTEMPTS, []) if row[3]}),
    )


def callers_of(rows: list[tuple[Any, ...]]) -> list[CallerResults]:
    """Give the rows of callers their people, the busiest first."""
    people = User.objects.in_bulk([row[2] for row in rows if row[2]])
    found = [CallerResults(people[row[2]], Results.of(row[4:])) for row in rows if row[2]]
    return sorted(found, key=lambda row: (-row.sums.called, row.caller.name))


def reasons_of(scope: Scope) -> list[ReasonResults]:
    """Return what became of those who named each reason, the most frequent first; who named two counts in both."""
    rows = rows_of(scope.sql(REASONS_SQL), scope.params)
    tree = Reason.objects.in_bulk([row[0] for row in rows])
    return [ReasonResults(tree[row[0]], Results.of(row[1:])) for row in rows]


def attempts_of(by_tries: dict[int, Results]) -> list[AttemptResults]:
    """Turn "how many attempts until the first talk" into a row for each attempt."""
    called, spoken, rows = sum(sums.left for sums in by_tries.values()), 0, []
    for number in range(1, max(by_tries, default=0) + 1):
        tried = sum(sums.left for tries, sums in by_tries.items() if tries >= number)
        reached = by_tries[number].reached if number in by_tries else 0
        spoken += reached
        rows.append(AttemptResults(number, tried, reached, Share(spoken, called), is_last=number == MOST_ATTEMPTS))
    return rows


def rows_of(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement of ours."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
