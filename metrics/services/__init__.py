"""Writes of the value of Clients: what the company believes, and what models make of purchases."""

from metrics.services.ltv import save_ltv_version
from metrics.services.scores import score_clients

__all__ = ["save_ltv_version", "score_clients"]
