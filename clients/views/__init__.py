"""Pages of Clients and imports."""
