"""Writes to Clients, purchases, rollups and imports."""

from clients.letters import reminder_context
from clients.services.bands import ensure_value_bands, set_value_bands
from clients.services.clients import KnownClientError, PhoneError, add_purchase, create_client, new_request_key, phone_of
from clients.services.imports import (
    drop_checked_stages,
    map_columns,
    read_differently,
    request_load,
    request_undo,
    run_due_imports,
    start_import,
)
from clients.services.incidents import IncidentError, log_incident, settle_incident
from clients.services.referrals import (
    Source,
    SourceError,
    add_recommender,
    link_for,
    mark_thanked,
    save_client,
    set_source,
    settle_lead,
    switch_link,
    take_lead,
)
from clients.services.reminders import ReminderDraft, save_reminder, send_visit_reminders, switch_reminder
from clients.services.rollups import check_rollups, fold_cohort_cells, rebuild_rollups, refresh_rollups
from clients.services.tables import open_table, phone_in

__all__ = [
    "IncidentError",
    "KnownClientError",
    "PhoneError",
    "ReminderDraft",
    "Source",
    "SourceError",
    "add_purchase",
    "add_recommender",
    "check_rollups",
    "create_client",
    "drop_checked_stages",
    "ensure_value_bands",
    "fold_cohort_cells",
    "link_for",
    "log_incident",
    "map_columns",
    "mark_thanked",
    "new_request_key",
    "open_table",
    "phone_in",
    "phone_of",
    "read_differently",
    "rebuild_rollups",
    "refresh_rollups",
    "reminder_context",
    "request_load",
    "request_undo",
    "run_due_imports",
    "save_client",
    "save_reminder",
    "send_visit_reminders",
    "set_source",
    "set_value_bands",
    "settle_incident",
    "settle_lead",
    "start_import",
    "switch_link",
    "switch_reminder",
    "take_lead",
]
