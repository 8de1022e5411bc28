"""Writes to Clients, purchases, rollups and imports."""

from clients.services.bands import ensure_value_bands, set_value_bands
from clients.services.clients import add_purchase, new_request_key, save_client
from clients.services.imports import (
    map_columns,
    read_differently,
    request_load,
    request_undo,
    run_due_imports,
    start_import,
)
from clients.services.rollups import check_rollups, rebuild_rollups, refresh_rollups

__all__ = [
    "add_purchase",
    "check_rollups",
    "ensure_value_bands",
    "map_columns",
    "new_request_key",
    "read_differently",
    "rebuild_rollups",
    "refresh_rollups",
    "request_load",
    "request_undo",
    "run_due_imports",
    "save_client",
    "set_value_bands",
    "start_import",
]
