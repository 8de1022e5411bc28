"""How far a worker got, told to the page and proving that the worker lives."""

import time
import uuid
from datetime import timedelta

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

LEASE = timedelta(minutes=2)
EVERY_SECONDS = 0.5
REPORT = "UPDATE clients_import SET rows_done = %s, lease_until = %s WHERE id = %s AND lease_token = %s"


class LeaseLostError(Exception):
    """Another worker took the import up; this one must leave no trace."""


class Progress:
    """Reports through a connection of its own, since the work itself may be one long transaction nobody sees into.

    Inside somebody else's transaction it reports through that one.
    """

    def __init__(self, batch_id: int, token: uuid.UUID) -> None:
        self.batch_id, self.token, self.done, self.told_at = batch_id, token, 0, 0.0
        self.own: BaseDatabaseWrapper | None = None if connection.in_atomic_block else connection.copy()

    def advance(self, rows: int) -> None:
        """Note that so many more rows are done; told to the database at most twice a second."""
        self.done += rows
        if time.monotonic() - self.told_at > EVERY_SECONDS:
            self.tell()

    def tell(self) -> None:
        """Write the count down and prolong the lease."""
        self.told_at = time.monotonic()
        with (self.own or connection).cursor() as cursor:
            cursor.execute(REPORT, [self.done, timezone.now() + LEASE, self.batch_id, self.token])
            if not cursor.rowcount:
                raise LeaseLostError

    def close(self) -> None:
        """Give the connection back."""
        if self.own:
            self.own.close()
