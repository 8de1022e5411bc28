"""Keeps the ratings in force equal to the marks of finished audits."""

import logging
from collections.abc import Iterable

from django.db import connection, transaction

from touchpoints.queries import standings as sql

logger = logging.getLogger(__name__)


@transaction.atomic
def refresh_standings(touchpoint_ids: Iterable[int] | None = None) -> int:
    """Count the ratings in force of these touchpoints anew, without ids of all; return how many differed."""
    ids = None if touchpoint_ids is None else list(touchpoint_ids)
    with connection.cursor() as cursor:
        cursor.execute(sql.LOCK)
        cursor.execute(sql.refresh_statement(ids), {"ids": ids})
        differed: int = cursor.fetchone()[0]
    return differed


def check_standings() -> int:
    """Count every rating in force anew; what differed is put right and logged as an error."""
    differed = refresh_standings()
    if differed:
        logger.error("Ratings in force differed from the marks for %s touchpoints and were put right", differed)
    return differed
