"""Simple bars of the Client card as SVG geometry; colours come from the style sheet."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from clients.queries.lists import MonthMoney

WIDTH, HEIGHT, GAP = 600, 120, 4


@dataclass(frozen=True)
class Bar:
    """One month's bar; the numbers are ready for SVG attributes."""

    x: str
    y: str
    width: str
    height: str
    month: dt.date
    cents: int
    is_return: bool


def bars(months: Sequence[MonthMoney]) -> list[Bar]:
    """Place the bars; more returned than bought hangs below the line."""
    top = max((month.cents for month in months), default=0)
    bottom = min(0, min((month.cents for month in months), default=0))
    span = max(top - bottom, 1)
    step = WIDTH / max(len(months), 1)
    placed = []
    for number, month in enumerate(months):
        height = abs(month.cents) / span * HEIGHT
        y = (top - max(month.cents, 0)) / span * HEIGHT
        placed.append(
            Bar(
                f"{number * step + GAP / 2:.1f}",
                f"{y:.1f}",
                f"{step - GAP:.1f}",
                f"{height:.1f}",
                month.month,
                month.cents,
                is_return=month.cents < 0,
            )
        )
    return placed
