"""SQL of the cells of cohorts: their check against the months of Clients, their mending and their folding together."""

from clients.queries.rollups import fetch

KEY = "cohort_month, month, segment_id, branch_id"
COUNTED = """
SELECT m.cohort_month, m.month, c.segment_id, c.branch_id, count(*) FILTER (WHERE m.n > 0) AS clients, sum(m.n) AS n, sum(m.cents) AS cents
FROM clients_clientmonth m JOIN clients_client c ON c.id = m.client_id GROUP BY 1, 2, 3, 4
"""
WRONG = f"""
SELECT {KEY}, sum(clients) AS clients, sum(n) AS n, sum(cents) AS cents FROM (
    {COUNTED} UNION ALL SELECT {KEY}, -clients, -n, -cents FROM clients_cohortcell
) AS both_ways GROUP BY {KEY} HAVING sum(clients) <> 0 OR sum(n) <> 0 OR sum(cents) <> 0
"""
MEND = f"INSERT INTO clients_cohortcell ({KEY}, clients, n, cents) {WRONG}"
# One statement sees and removes the same rows; rows added meanwhile stay as they are.
FOLD = f"""
WITH gone AS (DELETE FROM clients_cohortcell RETURNING {KEY}, clients, n, cents)
INSERT INTO clients_cohortcell ({KEY}, clients, n, cents)
SELECT {KEY}, sum(clients), sum(n), sum(cents) FROM gone
GROUP BY {KEY} HAVING sum(clients) <> 0 OR sum(n) <> 0 OR sum(cents) <> 0
"""
# Both change cells as they find them; one at a time.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('clients.cohort_cells'))"
TOTALS = """
SELECT raw.n, days.n, sums.n, months.n, days.days, sums.days, spells.days,
    raw.cents, days.cents, days.cents - others.cents, sums.cents, months.cents, spells.cents
FROM (SELECT count(*) FILTER (WHERE cents >= 0) AS n, coalesce(sum(cents), 0) AS cents FROM clients_purchase) raw,
    (SELECT coalesce(sum(n), 0) AS n, count(*) FILTER (WHERE n > 0) AS days, coalesce(sum(cents), 0) AS cents FROM clients_clientday) days,
    (SELECT coalesce(sum(cents), 0) AS cents FROM clients_clientday d
        WHERE NOT EXISTS (SELECT FROM clients_clientsum s WHERE s.client_id = d.client_id)) others,
    (SELECT coalesce(sum(n_purchases), 0) AS n, coalesce(sum(n_days), 0) AS days, coalesce(sum(cents), 0) AS cents
        FROM clients_clientsum) sums,
    (SELECT coalesce(sum(n), 0) AS n, coalesce(sum(cents), 0) AS cents FROM clients_clientmonth) months,
    (SELECT coalesce(sum(n_days), 0) AS days, coalesce(sum(cents), 0) AS cents FROM clients_spell) spells
"""


def wrong_cells() -> int:
    """Count the cells that differ from a recount of the months of Clients."""
    return int(fetch(f"SELECT count(*) FROM ({WRONG}) AS wrong")[0][0])


def unbalanced() -> list[str]:
    """Name the rollups whose totals are not those of the purchases; who only brought things back is in the days alone."""
    raw_n, day_n, sum_n, month_n, day_days, sum_days, spell_days, *money = fetch(TOTALS)[0]
    raw_cents, day_cents, buyers_cents, sum_cents, month_cents, spell_cents = money
    is_right = {
        "client_day": (day_n, day_cents) == (raw_n, raw_cents),
        "client_sum": (sum_n, sum_days, sum_cents) == (raw_n, day_days, buyers_cents),
        "client_month": (month_n, month_cents) == (raw_n, buyers_cents),
        "spell": (spell_days, spell_cents) == (day_days, buyers_cents),
    }
    return [name for name, right in is_right.items() if not right]
