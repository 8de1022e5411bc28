"""Reads of Clients, purchases, rollups and imports."""

from clients.queries.audiences import audience, lasting_spells, value_band_of, value_bands, with_presence

__all__ = ["audience", "lasting_spells", "value_band_of", "value_bands", "with_presence"]
