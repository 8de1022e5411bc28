"""Writes of which one at a time may pass."""

from django.db import connection

SETUP_LOCK = 7_238_001


def wait_for_turn(key: int) -> None:
    """Let one transaction at a time pass this point."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
