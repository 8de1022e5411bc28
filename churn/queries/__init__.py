"""Reads of leavers: who is silent, the queue, one leaver's dossier, reasons and results."""

from churn.queries.dossier import Dossier, MonthBar, dossier_of, script_steps
from churn.queries.finding import (
    NEW_LEAVERS,
    OLD_LEAVERS,
    callers,
    false_alarms,
    last_twelve_months_cents,
    returned_leavers,
    unqueued_count,
)
from churn.queries.fixes import CallBack, call_back, calls_of, reasons_of, to_reopen
from churn.queries.queue import (
    QueueGroup,
    QueueSummary,
    first_to_call,
    in_order,
    leavings_of,
    next_leaver,
    possible_callers,
    postponed_leavers,
    queue_groups,
    queue_summary,
)
from churn.queries.reasons import ReasonReport, ReasonShare, linked_reasons, reason_report
from churn.queries.results import Results, results

__all__ = [
    "NEW_LEAVERS",
    "OLD_LEAVERS",
    "CallBack",
    "Dossier",
    "MonthBar",
    "QueueGroup",
    "QueueSummary",
    "ReasonReport",
    "ReasonShare",
    "Results",
    "call_back",
    "callers",
    "calls_of",
    "dossier_of",
    "false_alarms",
    "first_to_call",
    "in_order",
    "last_twelve_months_cents",
    "leavings_of",
    "linked_reasons",
    "next_leaver",
    "possible_callers",
    "postponed_leavers",
    "queue_groups",
    "queue_summary",
    "reason_report",
    "reasons_of",
    "results",
    "returned_leavers",
    "script_steps",
    "to_reopen",
    "unqueued_count",
]
