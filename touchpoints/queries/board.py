"""The map as a board of cards."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Max, Min

from company.models import Branch
from touchpoints.enums import OPEN_ACTION_STATES, Rating, TouchpointClass
from touchpoints.models import Touchpoint
from touchpoints.queries.ratings import ClassCounts, CurrentRating, count_class, current_ratings

WORST_FIRST = {Rating.AWFUL: 0, Rating.OK: 1, None: 2, Rating.WOW: 3}


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


@dataclass(frozen=True)
class Column:
    """One class on the board: counts of the whole class, cards that pass the filter."""

    counts: ClassCounts
    cards: list[Card] = field(default_factory=list)


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
    """Return every active touchpoint with its rating and actions, in the order of the map: three queries at any size."""
    ratings, actions = current_ratings(branch), open_action_counts()
    cards = []
    for point in Touchpoint.objects.active().met_in(branch).in_map_order().select_related("branch", "owner"):
        count, earliest = actions.get(point.pk, (0, today))
        cards.append(Card(point, ratings.get(point.pk), count, max((today - earliest).days, 0)))
    return cards


def board(cards: Iterable[Card], shown: Iterable[Card], *, worst_first: bool) -> list[Column]:
    """Arrange cards by class: counts from all of them, the list from those shown."""
    everything, visible = list(cards), list(shown)
    if worst_first:
        visible.sort(key=lambda card: (WORST_FIRST[card.rating], card.change))
    return [
        Column(
            count_class(kind, [card.rating for card in everything if card.touchpoint.kind == kind]),
            [card for card in visible if card.touchpoint.kind == kind],
        )
        for kind in TouchpointClass
    ]


def next_position(kind: str) -> int:
    """Return the place after the last touchpoint of the class."""
    last: int | None = Touchpoint.objects.filter(kind=kind).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
