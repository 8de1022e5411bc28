"""What the models expect of groups of Clients and of a new one: the third rung. Read from the rollup of the night."""

import datetime as dt
from dataclasses import dataclass

from clients.models import Channel, Segment
from company.models import Branch
from metrics.enums import ModelKind, ScoreDimension
from metrics.formulas.buying.money import Between, MeanCheck, bought_by_new_client, check_between, new_client_check, value_of_new_client
from metrics.models import BuyingModel, ScoreGroup
from metrics.queries.ltv import Dimension
from metrics.queries.scores import score_model

NAMED: dict[Dimension, type[Segment | Branch | Channel]] = {
    Dimension.SEGMENT: Segment,
    Dimension.BRANCH: Branch,
    Dimension.CHANNEL: Channel,
}


@dataclass(frozen=True)
class PredictedGroup:
    """What Clients of a group have brought and what `model` expects of them, in minor units; money is None while it is not counted.

    `alive` is the sum of the chances that they have not left; `to_come_cents` is for five years, `to_come_today_cents` is the same in
    the money of today. Everything is as of `until`, the last day of purchases the model saw.
    """

    key: int | dt.date | None
    label: str | None
    clients: int
    brought_cents: int
    to_come_year_cents: int | None
    to_come_cents: int | None
    to_come_today_cents: int | None
    alive: float
    until: dt.date
    model: BuyingModel

    @property
    def client_cents(self) -> int | None:
        """What a Client of the group brings on average: so far and in five years to come."""
        return None if self.to_come_cents is None else round((self.brought_cents + self.to_come_cents) / self.clients)


@dataclass(frozen=True)
class NewClient:
    """What a new Client is expected to bring in five years, in minor units, with a 95 % interval, and by which models."""

    cents: int
    low_cents: int | None
    high_cents: int | None
    purchases: float
    check: Between
    model: BuyingModel
    money_model: BuyingModel | None


def current_model(today: dt.date) -> BuyingModel | None:
    """Return the main model in force; None on days it had not been made for: what was expected then is not kept."""
    model = score_model(ModelKind.MBG_NBD)
    return model if model and model.until <= today else None


def predicted_all(*, today: dt.date) -> PredictedGroup | None:
    """Return what is expected of all Clients together; None without a model."""
    found = predicted(ScoreDimension.ALL, today, {})
    return found[0] if found else None


def predicted_by(dimension: Dimension, *, today: dt.date) -> list[PredictedGroup]:
    """Return what is expected of every part of a split: months newest first, others by the number of Clients; none without a model."""
    names = dict(NAMED[dimension].objects.values_list("pk", "name")) if dimension in NAMED else {}
    found = predicted(ScoreDimension(dimension.value), today, names)
    if dimension is Dimension.COHORT:
        return sorted(found, key=lambda group: str(group.key), reverse=True)
    return sorted(found, key=lambda group: (group.key is None, -group.clients))


def predicted(dimension: ScoreDimension, today: dt.date, names: dict[int, str]) -> list[PredictedGroup]:
    """Read the groups of the night."""
    model = current_model(today)
    return [group_of(row, model, names) for row in ScoreGroup.objects.filter(dimension=dimension)] if model else []


def group_of(row: ScoreGroup, model: BuyingModel, names: dict[int, str]) -> PredictedGroup:
    """Put a row of the rollup beside its model and its name."""
    return PredictedGroup(
        key=row.month or row.key,
        label=names.get(row.key) if row.key else None,
        clients=row.clients,
        brought_cents=row.brought_cents,
        to_come_year_cents=row.year_cents,
        to_come_cents=row.far_cents,
        to_come_today_cents=row.far_today_cents,
        alive=row.alive,
        until=row.until,
        model=model,
    )


def new_client_value(*, today: dt.date) -> NewClient | None:
    """Return what a new Client is expected to bring in five years, by the models in force; None without them."""
    model = current_model(today)
    found = check_of_new_client(model) if model else None
    if not model or not found:
        return None
    check, money_model = found
    value = value_of_new_client(model.params, model.covariance, check)
    low, high = (None if bound is None else round(bound) for bound in (value.low, value.high))
    return NewClient(round(value.value), low, high, bought_by_new_client(model.params), check, model, money_model)


def check_of_new_client(model: BuyingModel) -> tuple[Between, BuyingModel | None] | None:
    """Return the money of a purchase day of a new Client with the model it rests on: Gamma-Gamma, or none with the company's mean."""
    money = score_model(ModelKind.GAMMA_GAMMA)
    if money:
        return new_client_check(money.params, money.covariance), money
    if "check_cents" not in model.money:
        return None
    return check_between(MeanCheck(model.money["check_cents"], model.money["check_error"])), None
