"""Keeps the rollups equal to the purchases."""

import logging
from collections.abc import Iterable

from django.db import connection, transaction

from clients.models import RollupCheck
from clients.queries import rollups as sql

logger = logging.getLogger(__name__)
SAMPLE_SIZE = 1000


@transaction.atomic
def refresh_rollups(client_ids: Iterable[int]) -> None:
    """Count the rollups of these Clients anew; the cost is that of their purchases only. One at a time for each Client."""
    given = [list(client_ids)]
    run([sql.LOCK_GIVEN], given)
    run([sql.TOUCH])
    run([sql.TOUCH_GIVEN], given)
    refresh_touched()


@transaction.atomic
def rebuild_rollups() -> None:
    """Count the rollups of all Clients anew."""
    run([sql.TOUCH, sql.TOUCH_ALL])
    refresh_touched()


def refresh_touched() -> None:
    """Count the rollups of the Clients in the temporary table `touched` anew."""
    run(["ANALYZE touched", *sql.REFRESH])


def run(statements: Iterable[str], values: list[list[int]] | None = None) -> None:
    """Run SQL statements in order."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)


@transaction.atomic
def check_rollups(*, sample: int = SAMPLE_SIZE) -> RollupCheck:
    """Recount a sample of Clients from raw purchases; what differs is logged as an error and kept."""
    chosen = sql.sample_client_ids(sample)
    right, kept = sql.recount(chosen), sql.kept_rollups(chosen)
    differing = sorted(client_id for client_id in chosen if right[client_id] != kept[client_id])
    if differing:
        logger.error("Rollups differ from purchases for %s of %s Clients: %s", len(differing), len(chosen), differing[:20])
    return RollupCheck.objects.create(clients=len(chosen), differing=differing)
