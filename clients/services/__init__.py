"""Writes to Clients, purchases, rollups and imports."""

from clients.services.bands import ensure_value_bands, set_value_bands
from clients.services.rollups import check_rollups, rebuild_rollups, refresh_rollups

__all__ = ["check_rollups", "ensure_value_bands", "rebuild_rollups", "refresh_rollups", "set_value_bands"]
