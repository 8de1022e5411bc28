"""Stretches of buying, the first apart from the later ones."""

import datetime as dt

from django.db import connection

from clients.models import Segment
from company.models import Branch
from metrics.formulas.stretches import Stretches, StretchSums
from metrics.queries.ltv import filters

STRETCHES_SQL = """
SELECT p.first_day > s.first_day AS is_later, count(*), count(*) FILTER (WHERE p.last_day + p.patience < %(today)s),
    sum(least(p.last_day + p.patience, %(today)s) - p.first_day), sum(p.n_days), sum(p.cents), count(DISTINCT p.client_id)
FROM clients_spell p JOIN clients_clientsum s ON s.client_id = p.client_id {client}
WHERE p.first_day <= %(today)s AND {where}
GROUP BY 1
"""


def stretches(*, today: dt.date, branch: Branch | None = None, segment: Segment | None = None) -> Stretches:
    """Add up the stretches of the chosen Clients as of today."""
    where, params = filters(today, branch, segment, None)
    client = "JOIN clients_client c ON c.id = s.client_id" if branch or segment else ""
    with connection.cursor() as cursor:
        cursor.execute(STRETCHES_SQL.format(client=client, where=where), params)
        rows = {bool(row[0]): [int(number) for number in row[1:]] for row in cursor.fetchall()}
    first, later = rows.get(False, [0] * 6), rows.get(True, [0] * 6)
    return Stretches(StretchSums(*first[:5]), StretchSums(*later[:5]), returned=later[5])
