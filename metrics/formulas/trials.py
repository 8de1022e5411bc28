"""An experiment in figures: two groups at a promised look, the difference with its widened interval, what it is worth."""

from dataclasses import asdict, dataclass
from math import ceil
from typing import Any

from common.experiments import (
    MeanDifference,
    Sample,
    ShareDifference,
    compare_means,
    compare_shares,
    detectable_difference,
    detectable_mean,
)
from common.proportions import wilson_interval
from common.sequential import boundaries, level_of

CAME = "came"
FEW = 30
MOST_NEEDED = 2**22
LEAST_AWAY = 0.5
"""Where everybody has bought, half a Client counts as away: else the look would know infinitely much."""


@dataclass(frozen=True)
class Arm:
    """One group: how many, how many of them bought, their visits and money with the squares, for all of them together."""

    n: int = 0
    came: int = 0
    visits: int = 0
    visit_squares: int = 0
    cents: int = 0
    squares: int = 0

    @property
    def share(self) -> float:
        """The share that bought."""
        return self.came / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share."""
        return wilson_interval(self.came, self.n)

    @property
    def visits_each(self) -> float:
        """Purchase days per Client, those who did not come counted too."""
        return self.visits / self.n if self.n else 0.0

    @property
    def cents_each(self) -> int:
        """Money per Client, those who did not come counted too."""
        return round(self.cents / self.n) if self.n else 0

    @property
    def visit_sample(self) -> Sample:
        """The visits for comparing."""
        return Sample.of_sums(self.n, self.visits, self.visit_squares)

    @property
    def money(self) -> Sample:
        """The money for comparing."""
        return Sample.of_sums(self.n, self.cents, self.squares)


@dataclass(frozen=True)
class Gain:
    """What the action brought with all Clients of the told group: the money by the difference, its ends, less what it cost."""

    cents: int
    low: int
    high: int
    cost_cents: int

    @property
    def net(self) -> int:
        """What is left after the cost."""
        return self.cents - self.cost_cents

    @property
    def net_low(self) -> int:
        """The lower end after the cost."""
        return self.low - self.cost_cents

    @property
    def net_high(self) -> int:
        """The upper end after the cost."""
        return self.high - self.cost_cents


@dataclass(frozen=True)
class Seen:
    """What one promised look saw. `z` is how many standard errors it asked for; None while nothing could be judged."""

    told: Arm
    held: Arm
    information: float
    z: float | None
    spent: float
    reached: int

    def __str__(self) -> str:
        return f"{self.told.n} / {self.held.n}"

    @property
    def shares(self) -> ShareDifference | None:
        """How many more of the told bought, with the widened interval."""
        told, held = self.told, self.held
        return compare_shares(told.came, told.n, held.came, held.n, self.z) if self.z else None

    @property
    def visits(self) -> MeanDifference | None:
        """How many more visits a told Client made."""
        return compare_means(self.told.visit_sample, self.held.visit_sample, self.z) if self.z else None

    @property
    def money(self) -> MeanDifference | None:
        """How much more a told Client brought, in minor units."""
        return compare_means(self.told.money, self.held.money, self.z) if self.z else None

    @property
    def is_few(self) -> bool:
        """Say whether a group is too small to lean on."""
        return min(self.told.n, self.held.n) < FEW

    def judged(self, goal: str) -> ShareDifference | MeanDifference | None:
        """Return the difference the experiment was made for."""
        return self.shares if goal == CAME else self.money

    def is_seen(self, goal: str) -> bool:
        """Say whether that difference is beyond the boundary of this look."""
        found = self.judged(goal)
        return bool(found and found.is_seen)

    def gain(self, cost_cents: int) -> Gain | None:
        """Return what the action brought in all, each action at this cost."""
        money, n = self.money, self.told.n
        if money is None:
            return None
        return Gain(round(money.difference * n), round(money.low * n), round(money.high * n), cost_cents * self.reached)

    def kept(self, goal: str) -> dict[str, Any]:
        """Return the figures as they are written down, the judged difference beside them."""
        found = self.judged(goal)
        ends = {"difference": found.difference, "low": found.low, "high": found.high} if found else {}
        return asdict(self) | ends

    @classmethod
    def of_kept(cls, figures: dict[str, Any]) -> "Seen":
        """Read the figures that were written down."""
        told, held = Arm(**figures["told"]), Arm(**figures["held"])
        return cls(told, held, figures["information"], figures["z"], figures["spent"], figures["reached"])


def look_days(window_days: int, looks: int) -> list[int]:
    """Return after how many days each look is due, the last when the window is over.

    >>> look_days(30, 4)
    [8, 15, 23, 30]
    """
    return [ceil(window_days * number / looks) for number in range(1, looks + 1)]


def look_shares(window_days: int, looks: int) -> list[float]:
    """Return which part of the window has passed at each look."""
    return [days / window_days for days in look_days(window_days, looks)]


def information_of(goal: str, told: Arm, held: Arm) -> float:
    """Return how much a look knows, in a unit of its own, from both groups together, so that it says nothing of the difference.

    Shares: the odds of having bought. Two looks at the same Clients, of whom F and G > F have bought, go together as the square root of
    F / (1 - F) over G / (1 - G) (the Brownian bridge). Money: the variance within the groups, which grows as money comes in.
    """
    n = told.n + held.n
    if goal == CAME:
        came = told.came + held.came
        return came / max(n - came, LEAST_AWAY)
    freedom = max(n - 2, 1)
    return (told.money.variance * max(told.n - 1, 0) + held.money.variance * max(held.n - 1, 0)) / freedom


def boundary_now(shares: list[float], information: list[float]) -> float | None:
    """Return how many standard errors the latest look asks for; None while nothing can be judged."""
    found = boundaries(shares, information)[-1]
    return None if found == float("inf") else found


@dataclass(frozen=True)
class Past:
    """What Clients like these did untold, in the company's own past: how many, how many bought, their money and its squares."""

    n: int = 0
    came: int = 0
    cents: int = 0
    squares: int = 0

    @property
    def share(self) -> float:
        """The share that bought by itself."""
        return self.came / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share."""
        return wilson_interval(self.came, self.n)

    @property
    def money(self) -> Sample:
        """Money per Client."""
        return Sample.of_sums(self.n, self.cents, self.squares)

    @property
    def is_enough(self) -> bool:
        """Say whether the past is long enough to count with."""
        return self.n >= FEW


def last_boundary(window_days: int, looks: int) -> float:
    """Return what the last look will ask for if nothing is found before."""
    return boundaries(look_shares(window_days, looks))[-1]


def detectable(goal: str, past: Past, sizes: tuple[int, int], z: float) -> float | None:
    """Return the smallest rise that is seen in four experiments of five: of the share, or of minor units per Client."""
    told, held = sizes
    if not past.is_enough:
        return None
    if goal == CAME:
        return detectable_difference(past.share, told, held, z=z)
    return detectable_mean(past.money.variance, told, held, alpha=level_of(z))


def parted(n: int, percent: int) -> tuple[int, int]:
    """Return how many of n are told and how many held out."""
    held = round(n * percent / 100)
    return n - held, held


def needed_clients(goal: str, past: Past, percent: int, rise: float, z: float) -> int | None:
    """Return how many Clients both groups together need to show such a rise; None where no number of them is enough."""
    low, high = 1, 4
    while not shows(goal, past, parted(high, percent), rise, z):
        low, high = high, high * 2
        if high > MOST_NEEDED:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if shows(goal, past, parted(middle, percent), rise, z) else (middle, high)
    return high


def shows(goal: str, past: Past, sizes: tuple[int, int], rise: float, z: float) -> bool:
    """Say whether groups of these sizes show such a rise."""
    least = detectable(goal, past, sizes, z)
    return least is not None and least <= rise
