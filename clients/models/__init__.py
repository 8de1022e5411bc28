"""Clients, what they bought, the files they came from, rollups of purchases, reminders of a visit."""

from clients.models.imports import ColumnMemory, Import, ImportProblem
from clients.models.lists import Channel, Segment, ValueBand
from clients.models.people import Client, ImportChange
from clients.models.purchases import ClientDay, ClientMonth, ClientSum, Purchase, RollupCheck, Spell
from clients.models.reminders import ReminderTurn, VisitReminder

__all__ = [
    "Channel",
    "Client",
    "ClientDay",
    "ClientMonth",
    "ClientSum",
    "ColumnMemory",
    "Import",
    "ImportChange",
    "ImportProblem",
    "Purchase",
    "ReminderTurn",
    "RollupCheck",
    "Segment",
    "Spell",
    "ValueBand",
    "VisitReminder",
]
