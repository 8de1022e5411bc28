"""Reads of the value of Clients, all from rollups: LTV, bands, the pool, the main constraint."""

from metrics.queries.constraint import branch_ratios, main_constraint
from metrics.queries.distribution import Bin, Distribution, ValueBandRow, distribution, value_bands
from metrics.queries.lost_calls import LostCalls, LostCallsRow, lost_calls
from metrics.queries.ltv import (
    Dimension,
    MeasuredGroup,
    Price,
    VersionChange,
    latest_version,
    measured_by,
    measured_ltv,
    price_of_client,
    purchase_sums,
    version_history,
)
from metrics.queries.pool import LeaksMonth, flow_in, last_purchase_day, leaks_month, pool_flow, pool_months
from metrics.queries.scores import ModelGap, buyers_order, likely_buyers, model_gap, past_of, score_model
from metrics.queries.stretches import stretches

__all__ = [
    "Bin",
    "Dimension",
    "Distribution",
    "LeaksMonth",
    "LostCalls",
    "LostCallsRow",
    "MeasuredGroup",
    "ModelGap",
    "Price",
    "ValueBandRow",
    "VersionChange",
    "branch_ratios",
    "buyers_order",
    "distribution",
    "flow_in",
    "last_purchase_day",
    "latest_version",
    "leaks_month",
    "likely_buyers",
    "lost_calls",
    "main_constraint",
    "measured_by",
    "measured_ltv",
    "model_gap",
    "past_of",
    "pool_flow",
    "pool_months",
    "price_of_client",
    "purchase_sums",
    "score_model",
    "stretches",
    "value_bands",
    "version_history",
]
