"""Work on many rows one after another, of which a broken one must not hold up the others."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import connection

Row = TypeVar("Row")
logger = logging.getLogger(__name__)


def done_each(rows: Iterable[Row], work: Callable[[Row], int], what: str) -> int:
    """Do the work on every row, each in a transaction of its own; return the sum. A row that fails is logged and comes again next time.

    Nothing personal goes to the log: the row is named by its number. Without a database there is nothing to go on with.
    """
    total = 0
    for row in rows:
        try:
            total += work(row)
        except Exception:
            if not connection.is_usable():
                raise
            logger.exception("%s: %s failed, the others go on", what, row if isinstance(row, int) else getattr(row, "pk", ""))
    return total
