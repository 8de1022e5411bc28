"""How often one address may post: counted in the database, so that the limit survives the loss of Redis."""

import datetime as dt
from typing import Any, ClassVar

from django.db import connection
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from common.tokens import keyed_hash
from company.models import ApiToken
from surveys.models import PostWindow

WINDOW = dt.timedelta(minutes=10)
POSTS_IN_WINDOW = 3_000

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


class TokenThrottle(BaseThrottle):
    """Holds back a system that sends without end, each kind of request (`what`) apart; counted so that all processes know."""

    what: ClassVar[str]

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request and say whether its token is within the limit."""
        del view
        if not isinstance(request.auth, ApiToken):
            return False
        return count_post(key=keyed_hash(self.what, f"{request.auth.pk}"), now=timezone.now()) <= POSTS_IN_WINDOW

    def wait(self) -> float:
        """Return after how many seconds the count begins anew, at the latest."""
        return WINDOW.total_seconds()
