"""Arithmetic of leaving and calling back; no database."""
