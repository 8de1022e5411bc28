"""What the models were worth: fitted to the purchases up to a day and compared with what came after it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from metrics.formulas.buying import (
    BG_NBD,
    MBG_NBD,
    PARETO_NBD,
    Array,
    Fit,
    Histories,
    Model,
    NoFitError,
    Whole,
    grouped,
)
from metrics.formulas.ranking import auc
from metrics.formulas.spending import CheckSource, checks_to_come

PARTS = 10
MODELS: dict[str, Model] = {"mbg_nbd": MBG_NBD, "pareto_nbd": PARETO_NBD}
REFERENCE: dict[str, Model] = {"bg_nbd": BG_NBD}


@dataclass(frozen=True)
class Tenth:
    """A tenth of the Clients by their foretold chance of a purchase: how many, the mean chance, and how many bought."""

    clients: int
    predicted: float
    bought: int


@dataclass(frozen=True)
class Opinion:
    """What one model said, and how well it told buyers from the rest by each of its scores."""

    fit: Fit
    buyers: float
    purchases: float
    auc_alive: float | None
    auc_buys: float | None
    auc_expected: float | None
    tenths: tuple[Tenth, ...]


@dataclass(frozen=True)
class MoneyCheck:
    """What all these Clients were expected to pay in the days foretold, and what they paid, in minor units."""

    predicted: float
    paid: int
    source: CheckSource


@dataclass(frozen=True)
class Judgement:
    """What happened in `days` days to all Clients known by the cut, beside what each model had foretold.

    `auc_recency` is that of the rule the models have to beat: who bought last is the likeliest to buy.
    """

    days: int
    clients: int
    buyers: int
    purchases: int
    auc_recency: float | None
    opinions: Mapping[str, Opinion]
    money: MoneyCheck | None = None


@dataclass(frozen=True)
class Past:
    """Clients as they were known on a day, and on how many days each of them bought in the `days` days after it.

    `later_cents` is what they had paid by then after their first day, `paid_cents` what they paid in the days after the cut.
    """

    repeats: Whole
    recency: Whole
    age: Whole
    bought: Whole
    days: int
    later_cents: Whole | None = None
    paid_cents: Whole | None = None


@dataclass(frozen=True)
class Alike:
    """Clients put together by their history, so that a score is looked at once for all of them.

    `known` and `buyers` have one element for each history, `row_of` and `bought` for each Client.
    """

    known: Histories
    row_of: Whole
    buyers: Whole
    bought: Whole

    def auc(self, scores: Array) -> float | None:
        """Return how well a score of the histories told those who bought."""
        return auc(scores, self.buyers, self.known.weight.astype(np.int64))


def judge(past: Past, *, with_reference: bool = False) -> Judgement:
    """Fit each model to what was known and look how it did; BG/NBD only for reference. A model without a fit has no opinion."""
    known, row_of = grouped(past.repeats, past.recency, past.age)
    alike = Alike(known, row_of, np.bincount(row_of, past.bought > 0, known.weight.size).astype(np.int64), past.bought)
    found: dict[str, Opinion] = {}
    money: MoneyCheck | None = None
    for name, model in (MODELS | REFERENCE if with_reference else MODELS).items():
        try:
            fit = model.fit(known)
        except NoFitError:
            continue
        scores = model.scores(fit.params, known, past.days, past.days)
        found[name] = opinion_of(fit, alike, scores)
        money = money or money_check(past, scores[-1][row_of])
    recency = alike.auc(known.recency - known.age)
    return Judgement(past.days, row_of.size, int(alike.buyers.sum()), int(past.bought.sum()), recency, found, money)


def money_check(past: Past, expected: Array) -> MoneyCheck | None:
    """Put the money foretold by the main model beside what was paid; None where money is not known."""
    if past.later_cents is None or past.paid_cents is None:
        return None
    checks = checks_to_come(past.repeats, past.later_cents, np.zeros_like(past.repeats))
    return MoneyCheck(float((expected * checks.cents).sum()), int(past.paid_cents.sum()), checks.source) if checks else None


def opinion_of(fit: Fit, alike: Alike, scores: tuple[Array, Array, Array]) -> Opinion:
    """Put one model's scores beside what happened."""
    alive, buys, expected = scores
    weight = alike.known.weight
    return Opinion(
        fit=fit,
        buyers=float((buys * weight).sum()),
        purchases=float((expected * weight).sum()),
        auc_alive=alike.auc(alive),
        auc_buys=alike.auc(buys),
        auc_expected=alike.auc(expected),
        tenths=tenths_of(buys[alike.row_of], alike.bought),
    )


def tenths_of(chances: Array, bought: Whole) -> tuple[Tenth, ...]:
    """Cut Clients into ten equal parts by their foretold chance, the smallest first."""
    order = np.argsort(chances, kind="stable")
    parts = [part for part in np.array_split(order, PARTS) if part.size]
    return tuple(Tenth(part.size, float(chances[part].mean()), int((bought[part] > 0).sum())) for part in parts)
