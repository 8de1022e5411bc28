"""The bench of rollups works, at a small size: rollups, plain SQL and DuckDB give the same numbers."""

import datetime as dt
from pathlib import Path

import pytest

from bench import purchases, rollups
from clients.models import CohortCell
from clients.services import rebuild_rollups

TODAY = dt.date(2026, 11, 20)


@pytest.mark.django_db
def test_three_ways_agree_and_figures_are_told(tmp_path: Path) -> None:
    file = tmp_path / "purchases.csv"
    written = purchases.write(file, 1500, TODAY)
    rollups.fill(file)
    figures = rollups.compared(TODAY)
    assert figures["rows"] == written
    assert min(figures.values()) > 0
    assert {"cohorts_plain", "cohorts_duckdb", "pool_plain", "pool_duckdb", "rebuilt", "refreshed", "histories_lifetimes"} <= figures.keys()


@pytest.mark.django_db
def test_a_disagreement_fails_the_step(tmp_path: Path) -> None:
    file = tmp_path / "purchases.csv"
    purchases.write(file, 300, TODAY)
    rollups.fill(file)
    rebuild_rollups()
    CohortCell.objects.filter(pk=CohortCell.objects.first().pk).update(n=99)  # type: ignore[union-attr]
    sql = rollups.COHORTS
    with pytest.raises(SystemExit, match="cohorts"):
        rollups.race(
            "cohorts",
            lambda: rollups.cohort_rows(dt.date(2027, 1, 1)),
            sql.format(purchases="clients_purchase"),
            sql.format(purchases="raw"),
            rollups.own_duckdb(),
        )
