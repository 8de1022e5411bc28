"""Leavers, calls to them, why they left, and how they are brought back."""

from churn.models.callers import CallerSettings
from churn.models.detection import DetectorCheck, WarningSign
from churn.models.handovers import HandOver
from churn.models.leavers import ExitCall, Leaver
from churn.models.queue_steps import QueueStep
from churn.models.reasons import Reason, ReasonChange, ReasonReference
from churn.models.returns import ReturnCampaign, ReturnTurn
from churn.models.scripts import ScriptVersion
from churn.models.signs import ClientWarning, WarningTalk

__all__ = [
    "CallerSettings",
    "ClientWarning",
    "DetectorCheck",
    "ExitCall",
    "HandOver",
    "Leaver",
    "QueueStep",
    "Reason",
    "ReasonChange",
    "ReasonReference",
    "ReturnCampaign",
    "ReturnTurn",
    "ScriptVersion",
    "WarningSign",
    "WarningTalk",
]
