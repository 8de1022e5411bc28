"""What the page of the models shows besides the panel: money, the models side by side, earlier fits."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from metrics import queries
from metrics.enums import CheckSource, ModelKind
from metrics.formulas.buying.money import MOST_CORRELATION
from metrics.model_board import Parameter, model_board
from metrics.models import BuyingModel, ClientScore

SIDE_BY_SIDE = (ModelKind.MBG_NBD, ModelKind.PARETO_NBD, ModelKind.BG_NBD, ModelKind.GAMMA_GAMMA)


@dataclass(frozen=True)
class SideRow:
    """A model beside the others: parameters with errors, and how it did on the past where it was checked."""

    model: BuyingModel
    parameters: list[Parameter]
    purchases: float | None
    alive: float | None
    buys: float | None
    expected: float | None


@dataclass(frozen=True)
class MoneyGate:
    """By what the money of a purchase day is counted, and why: the correlation of how often and how much."""

    source: CheckSource
    correlation: float
    limit: float
    returning: int
    left_out: int
    discount: str

    @property
    def is_model(self) -> bool:
        """Whether Gamma-Gamma is in use."""
        return self.source == CheckSource.GAMMA_GAMMA


def model_page(*, today: dt.date) -> dict[str, Any]:
    """Put together the page of the models."""
    board = model_board()
    main = board.get("main")
    if not main:
        return board
    models = [model for kind in SIDE_BY_SIDE if (model := queries.score_model(kind))]
    return board | {
        "side": [side_of(model) for model in models],
        "gate": gate_of(main),
        "everybody": queries.predicted_all(today=today),
        "new_client": queries.new_client_value(today=today),
        "money_check": main.holdout.get("money"),
        "history": queries.fits_before(main),
    }


def side_of(model: BuyingModel) -> SideRow:
    """Put one model beside the others."""
    parameters = [Parameter(name, value, model.standard_errors.get(name)) for name, value in model.params.items()]
    aucs = model.holdout.get("auc", {})
    foretold = model.holdout.get("predicted_purchases")
    return SideRow(model, parameters, foretold, aucs.get("alive"), aucs.get("buys"), aucs.get("expected"))


def gate_of(main: BuyingModel) -> MoneyGate | None:
    """Read by what money was counted; None when there was no money to count."""
    notes = main.money
    if "source" not in notes:
        return None
    return MoneyGate(
        source=CheckSource(notes["source"]),
        correlation=notes["correlation"],
        limit=MOST_CORRELATION,
        returning=notes["returning"],
        left_out=notes["left_out"],
        discount=notes["discount"],
    )


def score_panel(score: ClientScore | None) -> dict[str, Any]:
    """Put together what the models say of one Client, with the models it rests on."""
    main, money = queries.score_model(ModelKind.MBG_NBD), queries.score_model(ModelKind.GAMMA_GAMMA)
    return {"score": score, "main": main, "money_model": money, "gap": None if score else queries.model_gap()}
