"""The map as a board of cards."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Min

from company.models import Branch
from touchpoints.enums import OPEN_ACTION_STATES, JourneyStage, Rating, TouchpointClass
from touchpoints.models import Touchpoint
from touchpoints.queries.ratings import ClassCounts, CurrentRating, count_class, current_ratings

WORST_FIRST = {Rating.AWFUL: 0, Rating.OK: 1, None: 2, Rating.WOW: 3}
# A column on the screen; the rest is one press away.
COLUMN_LIMIT = 40


@dataclass(frozen=True)
class Card:
    """A touchpoint on the map with what is known of it today."""

    touchpoint: Touchpoint
    current: CurrentRating | None
    open_actions: int = 0
    days_overdue: int = 0

    @property
    def rating(self) -> Rating | None:
        """The rating in force; None before the first audit."""
        return self.current.rating if self.current else None

    @property
    def previous(self) -> Rating | None:
        """The rating before it."""
        return self.current.previous if self.current else None

    @property
    def change(self) -> int:
        """How the last audit differs from the one before: 1 better, -1 worse, 0 the same or nothing to compare."""
        if self.rating is None or self.previous is None:
            return 0
        return (self.rating > self.previous) - (self.rating < self.previous)

    @property
    def is_disputed(self) -> bool:
        """Whether auditors of the round in force disagree."""
        return self.current is not None and self.current.worst != self.current.best


@dataclass(frozen=True)
class Column:
    """One class or step of the journey on the board: counts of the whole of it, the first of the cards that pass the filter."""

    value: str
    title: str
    counts: ClassCounts
    cards: list[Card] = field(default_factory=list)
    more: list[Card] = field(default_factory=list)


def open_action_counts() -> dict[int, tuple[int, dt.date]]:
    """Return, for every touchpoint with open actions, how many there are and the earliest date among them."""
    rows = (
        Touchpoint.objects.filter(actions__state__in=OPEN_ACTION_STATES)
        .values("pk")
        .annotate(count=Count("actions"), earliest=Min("actions__due_on"))
        .order_by("pk")
        .values_list("pk", "count", "earliest")
    )
    return {pk: (count, earliest) for pk, count, earliest in rows}


def map_cards(branch: Branch | None, today: dt.date) -> list[Card]:
    """Return every active touchpoint with its rating and actions, in the order of the map: five queries at any size."""
    ratings, actions = current_ratings(branch), open_action_counts()
    cards = []
    for point in Touchpoint.objects.active().met_in(branch).in_map_order().prefetch_related("branch", "owner"):
        count, earliest = actions.get(point.pk, (0, today))
        cards.append(Card(point, ratings.get(point.pk), count, max((today - earliest).days, 0)))
    return cards


def board(cards: Iterable[Card], shown: Iterable[Card], *, worst_first: bool, full: str = "") -> list[Column]:
    """Arrange cards by class: counts from all of them, the list from those shown. `full` names the column shown whole."""
    visible = list(shown)
    if worst_first:
        visible.sort(key=lambda card: (WORST_FIRST[card.rating], card.change))
    return arranged(cards, visible, TouchpointClass, "kind", full)


def journey_board(cards: Iterable[Card], shown: Iterable[Card], *, full: str = "") -> list[Column]:
    """Arrange cards by the steps of the Client's journey, whatever their class."""
    visible = sorted(shown, key=lambda card: (card.touchpoint.position, card.touchpoint.pk))
    return arranged(cards, visible, JourneyStage, "stage", full)


def arranged(
    cards: Iterable[Card], visible: list[Card], columns: type[TouchpointClass] | type[JourneyStage], column: str, full: str
) -> list[Column]:
    """Deal cards out to columns, keeping their order."""
    everything: dict[str, list[Rating | None]] = {value: [] for value in columns.values}
    dealt: dict[str, list[Card]] = {value: [] for value in columns.values}
    for card in cards:
        everything[getattr(card.touchpoint, column)].append(card.rating)
    for card in visible:
        dealt[getattr(card.touchpoint, column)].append(card)
    return [
        Column(
            one.value,
            str(one.label),
            count_class(one if isinstance(one, TouchpointClass) else None, everything[one.value]),
            *cut(dealt[one.value], is_whole=one.value == full),
        )
        for one in columns
    ]


def cut(cards: list[Card], *, is_whole: bool) -> tuple[list[Card], list[Card]]:
    """Split a column into what is shown and what is one press away."""
    limit = len(cards) if is_whole else COLUMN_LIMIT
    return cards[:limit], cards[limit:]
