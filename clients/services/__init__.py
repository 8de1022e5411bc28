"""Writes to Clients, purchases, rollups and imports."""

from clients.services.bands import ensure_value_bands, set_value_bands
from clients.services.clients import KnownClientError, PhoneError, add_purchase, create_client, new_request_key, phone_of, save_client
from clients.services.imports import map_columns, read_differently, request_load, request_undo, run_due_imports, start_import
from clients.services.incidents import IncidentError, log_incident, settle_incident
from clients.services.reminders import ReminderDraft, save_reminder, send_visit_reminders, switch_reminder
from clients.services.rollups import check_rollups, rebuild_rollups, refresh_rollups
from clients.services.tables import open_table, phone_in

__all__ = [
    "IncidentError",
    "KnownClientError",
    "PhoneError",
    "ReminderDraft",
    "add_purchase",
    "check_rollups",
    "create_client",
    "ensure_value_bands",
    "log_incident",
    "map_columns",
    "new_request_key",
    "open_table",
    "phone_in",
    "phone_of",
    "read_differently",
    "rebuild_rollups",
    "refresh_rollups",
    "request_load",
    "request_undo",
    "run_due_imports",
    "save_client",
    "save_reminder",
    "send_visit_reminders",
    "set_value_bands",
    "settle_incident",
    "start_import",
    "switch_reminder",
]
