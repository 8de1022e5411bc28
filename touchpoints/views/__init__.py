"""Pages of the map, audits and actions."""
