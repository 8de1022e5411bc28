"""Reads of the worksheets: what stands on each, gaps first."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Prefetch

from clients.models import Segment
from touchpoints import starters
from touchpoints.enums import GuaranteeState, HoldKind, HoldStrength, TalkKind, TalkState
from touchpoints.models import Fear, Guarantee, Hold, TalkIdea

SUGGESTIONS = 3
DAYS_TO_TELL = 30
"""So long an idea may be tried before the sheet asks what came of it."""
WEAK = (HoldStrength.NONE, HoldStrength.WEAK)


@dataclass(frozen=True)
class FearRow:
    """A fear with the guarantees that answer it, those only thought of, and ready ones that might."""

    fear: Fear
    given: tuple[Guarantee, ...]
    planned: tuple[Guarantee, ...]
    suggestions: tuple[starters.GuaranteeStart, ...]

    @property
    def is_gap(self) -> bool:
        """Say whether Clients are left alone with the fear."""
        return not self.given


@dataclass(frozen=True)
class FearSheet:
    """Fears, gaps first, and all guarantees."""

    rows: tuple[FearRow, ...]
    guarantees: tuple[Guarantee, ...]

    @property
    def gaps(self) -> int:
        """Count the fears no given guarantee answers."""
        return sum(row.is_gap for row in self.rows)


def fear_sheet() -> FearSheet:
    """Return the whole sheet of fears and guarantees."""
    fears = Fear.objects.select_related("touchpoint", "action__owner").prefetch_related("guarantees")
    guarantees = Guarantee.objects.select_related("action__owner").prefetch_related("fears")
    ready = starters.guarantees()
    return FearSheet(tuple(sorted((fear_row(fear, ready) for fear in fears), key=lambda row: not row.is_gap)), tuple(guarantees))


def fear_row(fear: Fear, ready: tuple[starters.GuaranteeStart, ...]) -> FearRow:
    """Sort the guarantees of a fear by whether Clients have them."""
    all_of_it = list(fear.guarantees.all())
    promised = {guarantee.promise for guarantee in all_of_it}
    fitting = [start for start in ready if fear.kind in start.kinds and start.promise not in promised]
    return FearRow(
        fear,
        given=tuple(guarantee for guarantee in all_of_it if guarantee.state == GuaranteeState.GIVEN),
        planned=tuple(guarantee for guarantee in all_of_it if guarantee.state == GuaranteeState.IDEA),
        suggestions=tuple(fitting[:SUGGESTIONS]),
    )


@dataclass(frozen=True)
class TalkRow:
    """An idea with how long it is tried and what one Client who came of it cost."""

    idea: TalkIdea
    days: int | None

    @property
    def lacks_result(self) -> bool:
        """Say whether it is being tried and nobody wrote what came of it."""
        return self.idea.state == TalkState.TRYING and not self.idea.result

    @property
    def is_late(self) -> bool:
        """Say whether it is high time to write what came of it."""
        return self.lacks_result and self.days is not None and self.days >= DAYS_TO_TELL

    @property
    def cents_each(self) -> int | None:
        """Return the cost of one Client who came; None when either number is not known or nobody came."""
        cost, came = self.idea.cost_cents, self.idea.came
        return round(Fraction(cost, came)) if cost is not None and came else None


@dataclass(frozen=True)
class TalkGroup:
    """One kind of reason to talk: how many ideas we have and an example not on the sheet yet."""

    kind: TalkKind
    count: int
    example: starters.TalkStart | None


@dataclass(frozen=True)
class TalkSheet:
    """Ideas by state, those that wait for a word first, and the kinds of the method."""

    sections: tuple[tuple[TalkState, tuple[TalkRow, ...]], ...]
    kinds: tuple[TalkGroup, ...]
    total: int
    silent: int


TALK_ORDER = (TalkState.TRYING, TalkState.KEPT, TalkState.IDEA, TalkState.DROPPED)


def talk_sheet(today: dt.date) -> TalkSheet:
    """Return the whole sheet of reasons to talk."""
    ideas = TalkIdea.objects.select_related("touchpoint", "branch", "action__owner")
    rows = [TalkRow(idea, (today - idea.tried_on).days if idea.tried_on else None) for idea in ideas]
    rows.sort(key=lambda row: (not row.lacks_result, row.idea.tried_on or today))
    sections = [(state, tuple(row for row in rows if row.idea.state == state)) for state in TALK_ORDER]
    texts = {row.idea.text for row in rows}
    return TalkSheet(
        sections=tuple((state, found) for state, found in sections if found),
        kinds=tuple(talk_group(kind, rows, texts) for kind in TalkKind),
        total=len(rows),
        silent=sum(row.lacks_result for row in rows),
    )


def talk_group(kind: TalkKind, rows: list[TalkRow], texts: set[str]) -> TalkGroup:
    """Count the ideas of a kind and find an example that is not among them."""
    example = next((start for start in starters.ideas() if start.kind == kind and start.text not in texts), None)
    return TalkGroup(kind, sum(row.idea.kind == kind for row in rows), example)


@dataclass(frozen=True)
class HoldColumn:
    """A segment (None is every Client) with what holds it, the weakest first."""

    segment: Segment | None
    holds: tuple[Hold, ...]

    @property
    def weakest(self) -> tuple[Hold, ...]:
        """Return what holds least; nothing when all of it holds strongly."""
        least = min((hold.strength for hold in self.holds), default=HoldStrength.STRONG)
        return tuple(hold for hold in self.holds if hold.strength == least != HoldStrength.STRONG)

    @property
    def weak(self) -> tuple[Hold, ...]:
        """Return what holds weakly or not at all."""
        return tuple(hold for hold in self.holds if hold.strength in WEAK)

    @property
    def weakest_strength(self) -> HoldStrength:
        """Return how strongly the weakest holds."""
        return HoldStrength(self.weakest[0].strength) if self.weakest else HoldStrength.STRONG


@dataclass(frozen=True)
class HoldLine:
    """One thing that may hold Clients, with what it does in every column."""

    kind: HoldKind
    cells: tuple[Hold | None, ...]


@dataclass(frozen=True)
class HoldSheet:
    """Segments against the ten things that may hold them."""

    columns: tuple[HoldColumn, ...]

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is rated yet."""
        return not any(column.holds for column in self.columns)

    @property
    def rated(self) -> tuple[HoldColumn, ...]:
        """Return the columns that have ratings."""
        return tuple(column for column in self.columns if column.holds)

    @property
    def lines(self) -> tuple[HoldLine, ...]:
        """Return the ten things, each with its cells in the rated columns."""
        found = [{hold.kind: hold for hold in column.holds} for column in self.rated]
        return tuple(HoldLine(kind, tuple(cells.get(kind) for cells in found)) for kind in HoldKind)


def hold_sheet() -> HoldSheet:
    """Return what holds Clients: all of them first, then segment by segment."""
    holds = Hold.objects.select_related("action__owner").order_by("strength", "id")
    segments = Segment.objects.prefetch_related(Prefetch("hold_set", queryset=holds))
    everybody = HoldColumn(None, tuple(holds.filter(segment=None)))
    return HoldSheet((everybody, *(HoldColumn(segment, tuple(segment.hold_set.all())) for segment in segments)))


def holds_of(segment: Segment | None) -> dict[HoldKind, Hold]:
    """Return what is rated of one segment."""
    return {HoldKind(hold.kind): hold for hold in Hold.objects.filter(segment=segment)}
