"""Clients, what they bought, the files they came from, rollups of purchases, reminders, who is a right Client."""

from clients.models.imports import ColumnMemory, Import, ImportProblem
from clients.models.lists import Channel, Segment, ValueBand
from clients.models.people import Client, ImportChange
from clients.models.purchases import ClientDay, ClientMonth, ClientSum, CohortCell, Purchase, RollupCheck, Spell
from clients.models.referrals import Lead, Recommender, ReferralLink
from clients.models.reminders import ReminderTurn, VisitReminder
from clients.models.rightness import Bill, ClientMark, Incident, RightScore, RightWeights

__all__ = [
    "Bill",
    "Channel",
    "Client",
    "ClientDay",
    "ClientMark",
    "ClientMonth",
    "ClientSum",
    "CohortCell",
    "ColumnMemory",
    "Import",
    "ImportChange",
    "ImportProblem",
    "Incident",
    "Lead",
    "Purchase",
    "Recommender",
    "ReferralLink",
    "ReminderTurn",
    "RightScore",
    "RightWeights",
    "RollupCheck",
    "Segment",
    "Spell",
    "ValueBand",
    "VisitReminder",
]
