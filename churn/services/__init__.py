"""Writes of leavers: finding them, deciding who calls, recording calls, the tree of reasons and the script."""

from churn.services.callers import CallerError, CallTakenError, allow_exception, may_take, reassign, save_caller
from churn.services.calls import CallConflictError, CallError, CallRecord, record_call, save_draft
from churn.services.finding import find_leavers, queue_old_leavers
from churn.services.fixes import queue_call_back, set_reasons
from churn.services.leases import give_back, take_call
from churn.services.reason_merges import Merged, living, merge_reasons, undo_merge
from churn.services.reasons import (
    Place,
    ReasonError,
    ReasonFields,
    add_reason,
    add_reference,
    delete_reference,
    ensure_reasons,
    link_reason,
    place_of,
    shift_reason,
    update_reason,
)
from churn.services.rehearsals import begin_rehearsal, end_rehearsal
from churn.services.report_card import judge_detectors
from churn.services.scripts import ensure_script, restore_script, save_script
from churn.services.sharing import assign_callers
from churn.services.told import ListChangedError, MarkLeftError, Told, load_told, mark_left, tell_left

__all__ = [
    "CallConflictError",
    "CallError",
    "CallRecord",
    "CallTakenError",
    "CallerError",
    "ListChangedError",
    "MarkLeftError",
    "Merged",
    "Place",
    "ReasonError",
    "ReasonFields",
    "Told",
    "add_reason",
    "add_reference",
    "allow_exception",
    "assign_callers",
    "begin_rehearsal",
    "delete_reference",
    "end_rehearsal",
    "ensure_reasons",
    "ensure_script",
    "find_leavers",
    "give_back",
    "judge_detectors",
    "link_reason",
    "living",
    "load_told",
    "mark_left",
    "may_take",
    "merge_reasons",
    "place_of",
    "queue_call_back",
    "queue_old_leavers",
    "reassign",
    "record_call",
    "restore_script",
    "save_caller",
    "save_draft",
    "save_script",
    "set_reasons",
    "shift_reason",
    "take_call",
    "tell_left",
    "undo_merge",
    "update_reason",
]
