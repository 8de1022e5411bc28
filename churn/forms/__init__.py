"""Checking what callers and managers type."""

from churn.forms.callers import CallerForm, ExceptionForm, MissedForm, ReassignForm, RehearsalForm
from churn.forms.calls import ANSWERS, PAUSES, OutcomeForm, blank_outcome, draft_of, reason_tree
from churn.forms.incidents import HeardForm, SettledForm
from churn.forms.reason_filters import PERIODS, ReasonFilterForm, ReferenceForm
from churn.forms.reasons import ActionReasonsForm, ReasonForm, ReasonLinkForm, ReasonMergeForm
from churn.forms.scripts import LONGEST_SCRIPT, BaseScriptFormSet, ScriptFormSet, ScriptNoteForm, posted_rows, rearranged
from churn.forms.told import LedgerForm, MarkLeftForm, ToldImportForm

__all__ = [
    "ANSWERS",
    "LONGEST_SCRIPT",
    "PAUSES",
    "PERIODS",
    "ActionReasonsForm",
    "BaseScriptFormSet",
    "CallerForm",
    "ExceptionForm",
    "HeardForm",
    "LedgerForm",
    "MarkLeftForm",
    "MissedForm",
    "OutcomeForm",
    "ReasonFilterForm",
    "ReasonForm",
    "ReasonLinkForm",
    "ReasonMergeForm",
    "ReassignForm",
    "ReferenceForm",
    "RehearsalForm",
    "ScriptFormSet",
    "ScriptNoteForm",
    "SettledForm",
    "ToldImportForm",
    "blank_outcome",
    "draft_of",
    "posted_rows",
    "rearranged",
    "reason_tree",
]
