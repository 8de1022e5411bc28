"""Clients, purchases and channels; imports; rollups of purchases that every page over money reads."""
