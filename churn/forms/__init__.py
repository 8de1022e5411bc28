"""Checking what callers and managers type."""

from churn.forms.callers import ExceptionForm, ReassignForm
from churn.forms.calls import PAUSES, OutcomeForm, blank_outcome, draft_of, reason_tree
from churn.forms.reasons import ActionReasonsForm, ReasonChangeForm, ReasonForm, ReasonLinkForm
from churn.forms.scripts import LONGEST_SCRIPT, BaseScriptFormSet, ScriptFormSet

__all__ = [
    "LONGEST_SCRIPT",
    "PAUSES",
    "ActionReasonsForm",
    "BaseScriptFormSet",
    "ExceptionForm",
    "OutcomeForm",
    "ReasonChangeForm",
    "ReasonForm",
    "ReasonLinkForm",
    "ReassignForm",
    "ScriptFormSet",
    "blank_outcome",
    "draft_of",
    "reason_tree",
]
