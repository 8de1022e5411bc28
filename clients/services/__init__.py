"""Writes to Clients, purchases, rollups and imports."""

from clients.services.bands import ensure_value_bands, set_value_bands
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
    "check_rollups",
    "ensure_value_bands",
    "map_columns",
    "read_differently",
    "rebuild_rollups",
    "refresh_rollups",
    "request_load",
    "request_undo",
    "run_due_imports",
    "set_value_bands",
    "start_import",
]
