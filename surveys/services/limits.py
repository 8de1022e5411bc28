"""How often one address may post: counted in the database, so that the limit survives the loss of Redis."""

import datetime as dt

from django.db import connection

from surveys.models import PostWindow

WINDOW = dt.timedelta(minutes=10)

# One statement: posts that come at once are all counted.
COUNT_SQL = """
INSERT INTO surveys_postwindow (key, count, ends_at) VALUES (%(key)s, 1, %(ends_at)s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN surveys_postwindow.ends_at <= %(now)s THEN 1 ELSE surveys_postwindow.count + 1 END,
    ends_at = CASE WHEN surveys_postwindow.ends_at <= %(now)s THEN excluded.ends_at ELSE surveys_postwindow.ends_at END
RETURNING count
"""


def count_post(*, key: bytes, now: dt.datetime) -> int:
    """Count one more post under the key; return how many there were in the ten minutes that began with the first."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, {"key": key, "now": now, "ends_at": now + WINDOW})
        return int(cursor.fetchone()[0])


def forget_posts(*, now: dt.datetime) -> int:
    """Delete the counts whose time is over."""
    return PostWindow.objects.filter(ends_at__lte=now).delete()[0]
