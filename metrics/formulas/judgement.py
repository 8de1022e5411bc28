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
    Model,
    NoFitError,
    Whole,
    grouped,
)
from metrics.formulas.ranking import auc

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


@dataclass(frozen=True)
class Past:
    """Clients as they were known on a day, and on how many days each of them bought in the `days` days after it."""

    repeats: Whole
    recency: Whole
    age: Whole
    bought: Whole
    days: int


def judge(past: Past, *, with_reference: bool = False) -> Judgement:
    """Fit each model to what was known and look how it did; BG/NBD only for reference. A model without a fit has no opinion."""
    known, row_of = grouped(past.repeats, past.recency, past.age)
    found: dict[str, Opinion] = {}
    for name, model in (MODELS | REFERENCE if with_reference else MODELS).items():
        try:
            fit = model.fit(known)
        except NoFitError:
            continue
        alive = model.p_alive(fit.params, known)
        buys, expected = model.p_buys(fit.params, known, past.days), model.expected(fit.params, known, past.days)
        found[name] = opinion_of(fit, past.bought, (alive[row_of], buys[row_of], expected[row_of]))
    hits = past.bought > 0
    recency = auc((past.recency - past.age).astype(float), hits)
    return Judgement(past.days, hits.size, int(hits.sum()), int(past.bought.sum()), recency, found)


def opinion_of(fit: Fit, bought: Whole, scores: tuple[Array, Array, Array]) -> Opinion:
    """Put one model's scores beside what happened."""
    alive, buys, expected = scores
    hits = bought > 0
    return Opinion(
        fit=fit,
        buyers=float(buys.sum()),
        purchases=float(expected.sum()),
        auc_alive=auc(alive, hits),
        auc_buys=auc(buys, hits),
        auc_expected=auc(expected, hits),
        tenths=tenths_of(buys, bought),
    )


def tenths_of(chances: Array, bought: Whole) -> tuple[Tenth, ...]:
    """Cut Clients into ten equal parts by their foretold chance, the smallest first."""
    order = np.argsort(chances, kind="stable")
    parts = [part for part in np.array_split(order, PARTS) if part.size]
    return tuple(Tenth(part.size, float(chances[part].mean()), int((bought[part] > 0).sum())) for part in parts)
