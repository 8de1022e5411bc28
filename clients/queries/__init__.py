"""Reads of Clients, purchases, rollups and imports."""

from clients.queries.audiences import audience, lasting_spells, value_band_of, value_bands, with_presence
from clients.queries.imports import (
    column_checks,
    import_journal,
    loaded_before,
    mapped_columns,
    problem_page,
    refused_lines,
    sample_page,
    seconds_left,
)
from clients.queries.incidents import incidents_of, incidents_seen_by, served_clients
from clients.queries.lists import ClientFilter, client_list, export_rows, latest_purchases, matching, money_by_month, same_person, spells_of
from clients.queries.referrals import (
    SourceCount,
    client_by_contact,
    count_waiting_leads,
    employees_without_recommender,
    leads,
    link_by,
    of_source,
    recommenders,
    source_counts,
)
from clients.queries.reminder_results import WINDOWS, ReminderResult, prospects, reminder_result, unreminded
from clients.queries.reminders import due_clients, forecast, latest_buyer, reminder_rows, reminder_turns

__all__ = [
    "WINDOWS",
    "ClientFilter",
    "ReminderResult",
    "SourceCount",
    "audience",
    "client_by_contact",
    "client_list",
    "column_checks",
    "count_waiting_leads",
    "due_clients",
    "employees_without_recommender",
    "export_rows",
    "forecast",
    "import_journal",
    "incidents_of",
    "incidents_seen_by",
    "lasting_spells",
    "latest_buyer",
    "latest_purchases",
    "leads",
    "link_by",
    "loaded_before",
    "mapped_columns",
    "matching",
    "money_by_month",
    "of_source",
    "problem_page",
    "prospects",
    "recommenders",
    "refused_lines",
    "reminder_result",
    "reminder_rows",
    "reminder_turns",
    "same_person",
    "sample_page",
    "seconds_left",
    "served_clients",
    "source_counts",
    "spells_of",
    "unreminded",
    "value_band_of",
    "value_bands",
    "with_presence",
]
