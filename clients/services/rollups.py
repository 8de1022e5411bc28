"""Keeps the rollups equal to the purchases."""

import logging
from collections.abc import Iterable

from django.db import connection, transaction

from clients.models import RollupCheck
from clients.queries import cohort_cells
from clients.queries import rollups as sql

logger = logging.getLogger(__name__)
SAMPLE_SIZE = 1000


@transaction.atomic
def refresh_rollups(client_ids: Iterable[int]) -> None:
    """Count the rollups of these Clients anew; the cost is that of their purchases only. One at a time for each Client."""
    run([sql.TOUCH])
    run([sql.TOUCH_GIVEN], [list(client_ids)])
    refresh_touched()


@transaction.atomic
def rebuild_rollups() -> None:
    """Count the rollups of all Clients anew."""
    run([sql.TOUCH, sql.TOUCH_ALL])
    refresh_touched()


def refresh_touched() -> None:
    """Count the rollups of the Clients in the temporary table `touched` anew."""
    run(["ANALYZE touched", sql.LOCK_TOUCHED, *sql.REFRESH])


def run(statements: Iterable[str], values: list[list[int]] | None = None) -> None:
    """Run SQL statements in order."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)


@transaction.atomic
def check_rollups(*, sample: int = SAMPLE_SIZE) -> RollupCheck:
    """Compare a sample of Clients, all totals and all cells of cohorts with the purchases; what differs is told, kept and counted anew."""
    chosen = sql.sample_client_ids(sample)
    right, kept = sql.recount(chosen), sql.kept_rollups(chosen)
    check = RollupCheck.objects.create(
        clients=len(chosen),
        differing=sorted(client_id for client_id in chosen if right[client_id] != kept[client_id]),
        unbalanced=cohort_cells.unbalanced(),
        cells=cohort_cells.wrong_cells(),
    )
    if not check.is_right:
        tell(check)
        mend(check)
    return check


def tell(check: RollupCheck) -> None:
    """Say aloud what was wrong."""
    logger.error(
        "Rollups differ from purchases for %s of %s Clients: %s; totals differ in %s; cells of cohorts differ: %s. All is counted anew",
        len(check.differing),
        check.clients,
        check.differing[:20],
        check.unbalanced or "none",
        check.cells,
    )


def mend(check: RollupCheck) -> None:
    """Count anew what a check found wrong."""
    if check.differing or check.unbalanced:
        rebuild_rollups()
    run([cohort_cells.ONE_AT_A_TIME, cohort_cells.MEND])


@transaction.atomic
def fold_cohort_cells() -> None:
    """Put the changes of each cell of cohorts together into one row; no value changes."""
    run([cohort_cells.ONE_AT_A_TIME, cohort_cells.FOLD])
