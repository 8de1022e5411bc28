"""Who named what an action removes: leavers by their calls, present critics by their answers."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from touchpoints.models import Action

CRITICS_SINCE = dt.timedelta(days=365)

# Everything that was said before the action was done; while it is not done, everything that was said.
PEOPLE_SQL = """
WITH chosen AS (
    SELECT id AS action_id, coalesce(done_at, %(now)s) AS done_at FROM touchpoints_action WHERE id = ANY(%(actions)s)
), removed AS (
    SELECT ra.action_id, r.id AS reason_id, r.touchpoint_id
    FROM churn_reason_actions ra JOIN churn_reason r ON r.id = ra.reason_id OR r.parent_id = ra.reason_id
    WHERE ra.action_id = ANY(%(actions)s)
), points AS (
    SELECT action_id, touchpoint_id FROM touchpoints_action_touchpoints WHERE action_id = ANY(%(actions)s)
    UNION
    SELECT action_id, touchpoint_id FROM removed WHERE touchpoint_id IS NOT NULL
), calls AS (
    SELECT action_id, id AS call_id FROM churn_exitcall WHERE action_id = ANY(%(actions)s)
    UNION
    SELECT removed.action_id, named.exitcall_id FROM removed JOIN churn_exitcall_reasons named ON named.reason_id = removed.reason_id
), gone AS (
    SELECT DISTINCT ON (calls.action_id, l.client_id) calls.action_id, l.client_id, l.id AS leaver_id
    FROM calls
    JOIN chosen ON chosen.action_id = calls.action_id
    JOIN churn_exitcall k ON k.id = calls.call_id
    JOIN churn_leaver l ON l.id = k.leaver_id
    WHERE k.called_at < chosen.done_at AND NOT k.is_rehearsal
    ORDER BY calls.action_id, l.client_id, l.last_purchase_on DESC
), said AS (
    SELECT action_id, id AS answer_id FROM surveys_answer WHERE action_id = ANY(%(actions)s)
    UNION
    SELECT p.action_id, asked.answer_id FROM surveys_promise p JOIN surveys_promise_asked_by asked ON asked.promise_id = p.id
    WHERE p.action_id = ANY(%(actions)s)
    UNION
    SELECT points.action_id, l.answer_id
    FROM points JOIN surveys_theme t ON t.touchpoint_id = points.touchpoint_id JOIN surveys_answer_themes l ON l.theme_id = t.id
    UNION
    SELECT points.action_id, l.answer_id
    FROM points JOIN surveys_tag t ON t.touchpoint_id = points.touchpoint_id JOIN surveys_answer_tags l ON l.tag_id = t.id
), critics AS (
    SELECT DISTINCT ON (said.action_id, a.client_id) said.action_id, a.client_id, a.id AS answer_id
    FROM said
    JOIN chosen ON chosen.action_id = said.action_id
    JOIN surveys_answer a ON a.id = said.answer_id
    JOIN surveys_wave w ON w.id = a.wave_id
    WHERE a.client_id IS NOT NULL AND a.score <= 6 AND a.suspect_reason = '' AND w.audience = 'clients'
      AND a.answered_at < chosen.done_at AND a.answered_at >= chosen.done_at - %(since)s
      AND NOT EXISTS (
        SELECT 1 FROM surveys_secondscore s JOIN surveys_promise p ON p.id = s.promise_id
        WHERE s.answer_id = a.id AND p.action_id = said.action_id
      )
    ORDER BY said.action_id, a.client_id, a.answered_at DESC, a.id DESC
), people AS (
    SELECT action_id, client_id, leaver_id, answer_id FROM gone FULL JOIN critics USING (action_id, client_id)
)
SELECT people.action_id, people.client_id, coalesce(people.leaver_id, silent.id), people.answer_id
FROM people
LEFT JOIN LATERAL (
    SELECT l.id FROM churn_leaver l
    WHERE l.client_id = people.client_id AND l.state <> 'returned' AND people.leaver_id IS NULL
    ORDER BY l.last_purchase_on DESC LIMIT 1
) silent ON true
WHERE NOT EXISTS (
    SELECT 1 FROM churn_returnturn t JOIN churn_returncampaign c ON c.id = t.campaign_id
    WHERE t.client_id = people.client_id AND c.action_id = people.action_id
)
ORDER BY people.action_id, people.client_id
"""


@dataclass(frozen=True)
class Named:
    """A Client who named what an action removes: as somebody who left, as a present critic, or as both."""

    action_id: int
    client_id: int
    leaver_id: int | None
    answer_id: int | None


def people_who_named(actions: Iterable[Action], *, now: dt.datetime) -> list[Named]:
    """Return everybody who named what each of the actions removes and stands in no campaign of it yet, one row each Client."""
    params: dict[str, Any] = {"actions": [action.pk for action in actions], "now": now, "since": CRITICS_SINCE}
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE_SQL, params)
        return [Named(*row) for row in cursor.fetchall()]
