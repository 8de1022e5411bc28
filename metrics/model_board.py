"""What is shown of the models of buying: what they foretold, what came of it, by what rule we go."""

import datetime as dt
from dataclasses import dataclass
from math import sqrt
from typing import Any

from common.proportions import Z95, wilson_interval
from metrics import queries
from metrics.enums import BuyersOrder, ModelKind
from metrics.models import BuyingModel

HASH_SHOWN = 12


@dataclass(frozen=True)
class TenthRow:
    """A tenth of Clients: the chance foretold, the share who bought with its interval, all in percent."""

    number: int
    clients: int
    bought: int
    predicted: float
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Check:
    """How many buyers a model foretold for the last days, give or take chance alone, and how many came."""

    cut: dt.date
    days: int
    clients: int
    predicted: int
    margin: int
    buyers: int
    tenths: list[TenthRow]

    @property
    def verdict(self) -> str:
        """Say whether the model was right within chance, too low or too high."""
        if abs(self.buyers - self.predicted) <= self.margin:
            return "fair"
        return "low" if self.buyers > self.predicted else "high"


@dataclass(frozen=True)
class OrderRow:
    """One way to list those who will buy: the area under its curve, None while unknown."""

    order: BuyersOrder
    auc: float | None
    is_used: bool


@dataclass(frozen=True)
class Parameter:
    """A parameter of a model with its standard error."""

    name: str
    value: float
    error: float | None


@dataclass(frozen=True)
class ModelRow:
    """A model in force as it is shown."""

    model: BuyingModel
    parameters: list[Parameter]
    auc_alive: float | None

    @property
    def fingerprint(self) -> str:
        """Return the start of the hash of what it saw."""
        return self.model.data_hash[:HASH_SHOWN]


def model_board() -> dict[str, Any]:
    """Put together the panel of the models."""
    gap = queries.model_gap()
    main, second = queries.score_model(ModelKind.MBG_NBD), queries.score_model(ModelKind.PARETO_NBD)
    if gap or main is None:
        return {"gap": gap}
    return {
        "main": main,
        "check": check_of(main.holdout) if main.holdout else None,
        "orders": orders_of(main, second),
        "models": [row_of(model) for model in (main, second) if model],
    }


def check_of(holdout: dict[str, Any]) -> Check:
    """Read what was written down when the model was checked; the margin is that of chance if every chance foretold were right."""
    tenths = [tenth_row(number, *values) for number, values in enumerate(holdout["tenths"], start=1)]
    spread = sqrt(sum(clients * chance * (1 - chance) for clients, chance, _bought in holdout["tenths"]))
    return Check(
        cut=dt.date.fromisoformat(holdout["cut"]),
        days=holdout["days"],
        clients=holdout["clients"],
        predicted=round(holdout["predicted"]),
        margin=round(Z95 * spread),
        buyers=holdout["buyers"],
        tenths=tenths,
    )


def tenth_row(number: int, clients: int, predicted: float, bought: int) -> TenthRow:
    """Put what came of a tenth beside what was foretold."""
    low, high = wilson_interval(bought, clients)
    return TenthRow(number, clients, bought, 100 * predicted, 100 * bought / clients, 100 * low, 100 * high)


def orders_of(main: BuyingModel, second: BuyingModel | None) -> list[OrderRow]:
    """List the ways to say who will buy, the best first, when the past was checked."""
    if not main.holdout:
        return []
    used = queries.buyers_order()
    found = {
        BuyersOrder.RECENCY: area(main, "recency"),
        BuyersOrder.MBG_BUYS: area(main, "buys"),
        BuyersOrder.PARETO_EXPECTED: area(second, "expected"),
    }
    rows = [OrderRow(order, value, order == used) for order, value in found.items()]
    return sorted(rows, key=lambda row: row.auc or 0, reverse=True)


def area(model: BuyingModel | None, score: str) -> float | None:
    """Return the area under the curve of a score."""
    return model.holdout.get("auc", {}).get(score) if model else None


def row_of(model: BuyingModel) -> ModelRow:
    """Put together one model."""
    parameters = [Parameter(name, value, model.standard_errors.get(name)) for name, value in model.params.items()]
    return ModelRow(model, parameters, area(model, "alive"))
