"""Clients who left: finding them, exit calls, reasons."""
