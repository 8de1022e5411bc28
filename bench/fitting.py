"""Our fits against those of `lifetimes`, on the same invented Clients: `python -m bench.fitting [SIZE ...]`. Needs no servers.

BG/NBD and Gamma-Gamma are fitted, then the discounted money of twelve months is counted for everybody. Ours takes plain histories of
whole days and groups them itself; that is in its time. It fails when the parameters do not agree or the means of the money differ.
"""

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # has no stubs

from bench.purchases import WEEKS, visits
from metrics.formulas.buying import BG_NBD, GAMMA_GAMMA, Array, Histories, Spending, Whole, grouped

with warnings.catch_warnings():
    # It sets an option that pandas 3 has retired.
    warnings.simplefilter("ignore")
    from lifetimes import BetaGeoFitter, GammaGammaFitter  # type: ignore[import-untyped]  # has no stubs

SIZES = (100_000, 1_000_000)
SEED = 5
MONTH, MONTHS, DISCOUNT = 30, 12, 0.01
P, Q, GAMMA = 6.25, 3.74, 1544.0
AGREE, AGREE_MEANS = 5e-4, 1e-3
Result = TypeVar("Result")


@dataclass(frozen=True)
class Sample:
    """Invented Clients: purchase days after the first, days to the last of them and to the end, mean money of such a day."""

    repeats: Whole
    recency: Whole
    age: Whole
    mean: Array


@dataclass(frozen=True)
class Race:
    """Seconds of ours and of lifetimes' at the same work."""

    name: str
    ours: float
    theirs: float

    @property
    def line(self) -> str:
        """Say it in a line."""
        return f"    {self.name}: {self.ours:.3f} s against {self.theirs:.2f} s, {self.theirs / self.ours:.0f} times faster"


def invent(clients: int) -> Sample:
    """Return so many Clients of a BG/NBD process with money of a Gamma-Gamma one."""
    random = np.random.default_rng(SEED)
    first, last, repeats = np.zeros(clients, int), np.full(clients, -1), np.full(clients, -1)
    for numbers, days in visits(random, clients):
        later = days > last[numbers]
        first[numbers[repeats[numbers] < 0]] = days[repeats[numbers] < 0]
        last[numbers] = days
        repeats[numbers[later]] += 1
    rates = random.gamma(Q, 1 / GAMMA, clients)
    mean = np.where(repeats > 0, random.gamma(P * np.maximum(repeats, 1)) / (rates * np.maximum(repeats, 1)), 0)
    return Sample(repeats, last - first, WEEKS * 7 - first, mean)


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Return how long the work took and what came of it."""
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def agree(name: str, ours: Array, theirs: Array, within: float) -> None:
    """Stop when two answers differ by more than so large a share."""
    if not np.allclose(ours, theirs, rtol=within, atol=0):
        raise SystemExit(f"{name} differs: {ours} against {theirs}")


def race(people: Sample) -> list[Race]:
    """Fit and count by both, compare what came of it."""
    back = people.repeats > 0
    spending = Spending(people.repeats[back].astype(float), people.mean[back])
    ours, (known, row_of, buying) = timed(lambda: fit_buying(people))
    theirs, plain = timed(lambda: BetaGeoFitter().fit(people.repeats, people.recency, people.age))
    agree("BG/NBD", np.array([buying[name] for name in BG_NBD.names]), plain.params_[["r", "alpha", "a", "b"]].to_numpy(), AGREE)
    found = [Race("BG/NBD", ours, theirs)]
    ours, money = timed(lambda: GAMMA_GAMMA.fit(spending).params)
    theirs, plain_money = timed(lambda: GammaGammaFitter().fit(people.repeats[back], people.mean[back]))
    agree("Gamma-Gamma", np.array([money[name] for name in GAMMA_GAMMA.names]), plain_money.params_[["p", "q", "v"]].to_numpy(), AGREE)
    found.append(Race("Gamma-Gamma", ours, theirs))
    ends = [float(MONTH * (month + 1)) for month in range(MONTHS)]
    worth = [(1 + DISCOUNT) ** -(month + 1) for month in range(MONTHS)]

    def discounted() -> Array:
        bought = BG_NBD.expected_in_parts(buying, known, ends, worth)[row_of]
        return bought * GAMMA_GAMMA.expected(money, people.repeats.astype(float), people.mean)

    ours, value = timed(discounted)
    columns = (people.repeats, people.recency, people.age, people.mean)
    theirs, plain_value = timed(lambda: plain_money.customer_lifetime_value(plain, *map(pd.Series, columns), MONTHS, DISCOUNT, "D"))
    agree("Discounted money", np.array([value.mean()]), np.array([plain_value.mean()]), AGREE_MEANS)
    return [*found, Race("Discounted money of 12 months", ours, theirs)]


def fit_buying(people: Sample) -> tuple[Histories, Whole, dict[str, float]]:
    """Group and fit, as the night does."""
    known, row_of = grouped(people.repeats, people.recency, people.age)
    return known, row_of, BG_NBD.fit(known).params


def main() -> None:
    """Race at every size."""
    parser = argparse.ArgumentParser(prog="bench.fitting", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="how many Clients")
    for size in parser.parse_args().sizes:
        sys.stdout.write(f"{size:,} Clients, ours against lifetimes:\n")
        sys.stdout.writelines(f"{each.line}\n" for each in race(invent(size)))


if __name__ == "__main__":
    main()
