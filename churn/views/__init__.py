"""Pages of leavers."""

from churn.views.callers import begin_rehearsal, callers, end_one_rehearsal, end_rehearsal, save_caller
from churn.views.calls import leaver, save_draft
from churn.views.day import day_plan, missed
from churn.views.deciding import allow_exception, client_panel, find_now, mark_left, queue_old, reassign
from churn.views.finding import finding, judge_detectors, ledger_list, ledger_panel, told_import
from churn.views.fixes import action_call_back, action_panel, action_reasons
from churn.views.incidents import close_incident, write_incident
from churn.views.queue import brought_panel, queue, queue_year
from churn.views.reason_tree import (
    add_reason,
    archive_reason,
    edit_reason,
    link_reason,
    merge_reason,
    reason_history,
    reason_list,
    shift_reason,
    undo_merge,
)
from churn.views.reasons import add_reference, delete_reference, reason_export, reason_words, reasons
from churn.views.results import result_clients, results, results_export, results_print
from churn.views.script import drop_script, edit_script, restore_script, script, script_versions
from churn.views.taking import give_back, take

__all__ = [
    "action_call_back",
    "action_panel",
    "action_reasons",
    "add_reason",
    "add_reference",
    "allow_exception",
    "archive_reason",
    "begin_rehearsal",
    "brought_panel",
    "callers",
    "client_panel",
    "close_incident",
    "day_plan",
    "delete_reference",
    "drop_script",
    "edit_reason",
    "edit_script",
    "end_one_rehearsal",
    "end_rehearsal",
    "find_now",
    "finding",
    "give_back",
    "judge_detectors",
    "leaver",
    "ledger_list",
    "ledger_panel",
    "link_reason",
    "mark_left",
    "merge_reason",
    "missed",
    "queue",
    "queue_old",
    "queue_year",
    "reason_export",
    "reason_history",
    "reason_list",
    "reason_words",
    "reasons",
    "reassign",
    "restore_script",
    "result_clients",
    "results",
    "results_export",
    "results_print",
    "save_caller",
    "save_draft",
    "script",
    "script_versions",
    "shift_reason",
    "take",
    "told_import",
    "undo_merge",
    "write_incident",
]
