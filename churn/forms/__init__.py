"""Checking what callers and managers type."""

from churn.forms.callers import ExceptionForm, ReassignForm
from churn.forms.calls import PAUSES, OutcomeForm, blank_outcome, draft_of, reason_tree
from churn.forms.reasons import ActionReasonsForm, ReasonForm, ReasonLinkForm, ReasonMergeForm
from churn.forms.scripts import LONGEST_SCRIPT, BaseScriptFormSet, ScriptFormSet

__all__ = [
    "LONGEST_SCRIPT",
    "PAUSES",
    "ActionReasonsForm",
    "BaseScriptFormSet",
    "ExceptionForm",
    "OutcomeForm",
    "ReasonForm",
    "ReasonLinkForm",
    "ReasonMergeForm",
    "ReassignForm",
    "ScriptFormSet",
    "blank_outcome",
    "draft_of",
    "reason_tree",
]
