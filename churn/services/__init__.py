"""Writes of leavers: finding them, deciding who calls, recording calls, the tree of reasons and the script."""

from churn.services.callers import CallerError, allow_exception, assign_callers, reassign
from churn.services.calls import CallConflictError, CallError, CallRecord, record_call, save_draft
from churn.services.finding import MarkLeftError, find_leavers, mark_left, queue_old_leavers
from churn.services.fixes import queue_call_back, set_reasons
from churn.services.reasons import add_reason, ensure_reasons, link_reason, update_reason
from churn.services.setup import ensure_script, save_script

__all__ = [
    "CallConflictError",
    "CallError",
    "CallRecord",
    "CallerError",
    "MarkLeftError",
    "add_reason",
    "allow_exception",
    "assign_callers",
    "ensure_reasons",
    "ensure_script",
    "find_leavers",
    "link_reason",
    "mark_left",
    "queue_call_back",
    "queue_old_leavers",
    "reassign",
    "record_call",
    "save_draft",
    "save_script",
    "set_reasons",
    "update_reason",
]
