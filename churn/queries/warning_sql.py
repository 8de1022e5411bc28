"""SQL of early warning. A sign is either an event of a day or a state of buying; both look back only.

`looked` is every Client at one month end drawn by lot (the same for all signs), if they were with us then; `gone`: their silence outgrew
their patience within the horizon. A Client who shows an event counts once more, at the first month end at which it is seen.
"""

from churn.enums import SignKind
from churn.formulas import warning
from surveys.enums import FIRST_PASSIVE, FIRST_PROMOTER, CaseState

ANSWERS = """
SELECT client_id, id, score, coalesce(corrected_at, answered_at) AS said_at,
    (coalesce(corrected_at, answered_at) AT TIME ZONE %(zone)s)::date AS day
FROM surveys_answer WHERE client_id IS NOT NULL AND suspect_reason = ''
"""
# Each finds (client_id, day): from this day on we could know.
EVENTS: dict[SignKind, str] = {
    SignKind.CRITIC: f"SELECT client_id, day FROM ({ANSWERS}) a WHERE score < {FIRST_PASSIVE}",
    SignKind.NEUTRAL: f"SELECT client_id, day FROM ({ANSWERS}) a WHERE score >= {FIRST_PASSIVE} AND score < {FIRST_PROMOTER}",
    SignKind.SCORE_FELL: f"""
        SELECT client_id, day FROM (
            SELECT client_id, day, score, lag(score) OVER (PARTITION BY client_id ORDER BY said_at, id) AS earlier FROM ({ANSWERS}) a
        ) b WHERE score < earlier
    """,
    SignKind.SILENT: f"""
        SELECT i.client_id, (i.asked_at AT TIME ZONE %(zone)s)::date + {warning.WAITED_DAYS} AS day
        FROM (SELECT client_id, wave_id, coalesce(due_at, created_at) AS asked_at FROM surveys_invitation
              WHERE client_id IS NOT NULL AND skip_reason = '') i
        WHERE NOT EXISTS (SELECT 1 FROM surveys_answer a WHERE a.wave_id = i.wave_id AND a.client_id = i.client_id
            AND a.answered_at <= i.asked_at + interval '{warning.WAITED_DAYS} days')
    """,
    SignKind.COMPLAINT: """
        SELECT client_id, greatest(happened_on, (created_at AT TIME ZONE %(zone)s)::date) AS day FROM clients_incident
    """,
    SignKind.CASE_LATE: f"""
        SELECT c.client_id, (c.due_at AT TIME ZONE %(zone)s)::date AS day FROM surveys_case c
        WHERE c.client_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM surveys_caseevent e WHERE e.case_id = c.id
            AND e.state IN ('{CaseState.TALKED}', '{CaseState.CLOSED}') AND e.at <= c.due_at)
    """,
    SignKind.PROMISE_BROKEN: f"""
        SELECT a.client_id, greatest(t.due_on + 1, (p.created_at AT TIME ZONE %(zone)s)::date, a.day) AS day
        FROM surveys_promise p JOIN touchpoints_action t ON t.id = p.action_id
        JOIN surveys_promise_asked_by b ON b.promise_id = p.id JOIN ({ANSWERS}) a ON a.id = b.answer_id
        WHERE t.done_at IS NULL OR (t.done_at AT TIME ZONE %(zone)s)::date > t.due_on
    """,
}
HALVES = f"d.day > l.t - {2 * warning.HALF_DAYS} AND d.day <= l.t"
RECENT, EARLIER = f"FILTER (WHERE d.day > l.t - {warning.HALF_DAYS})", f"FILTER (WHERE d.day <= l.t - {warning.HALF_DAYS})"
# Each finds client_id among those of a table `l` with a day `t` to look back from.
STATES: dict[SignKind, str] = {
    SignKind.RARER: f"""
        SELECT l.client_id FROM {{looked}} l JOIN clients_clientday d ON d.client_id = l.client_id AND {HALVES} AND d.n > 0
        GROUP BY l.client_id
        HAVING count(*) {EARLIER} >= {warning.ENOUGH_VISITS}
            AND count(*) {RECENT} * {warning.RARER.denominator} <= count(*) {EARLIER} * {warning.RARER.numerator}
    """,
    SignKind.SMALLER: f"""
        SELECT l.client_id FROM {{looked}} l JOIN clients_clientday d ON d.client_id = l.client_id AND {HALVES}
        GROUP BY l.client_id
        HAVING sum(d.n) {EARLIER} >= {warning.ENOUGH_PURCHASES} AND sum(d.n) {RECENT} >= {warning.ENOUGH_PURCHASES}
            AND sum(d.cents) {EARLIER} > 0
            AND sum(d.cents) {RECENT} * sum(d.n) {EARLIER} * {warning.SMALLER.denominator}
                <= sum(d.cents) {EARLIER} * sum(d.n) {RECENT} * {warning.SMALLER.numerator}
    """,
}
MONTH_ENDS = "SELECT t, ordinality - 1 AS position FROM unnest(%(month_ends)s::date[]) WITH ORDINALITY AS m (t, ordinality)"
WITH_US = "s.first_day <= {t} AND s.last_day + s.patience >= {t}"
GONE = f"s.last_day + s.patience + 1 <= m.t + {warning.HORIZON_DAYS}"
LOOK = f"""
CREATE TEMPORARY TABLE looked ON COMMIT DROP AS
SELECT cs.client_id, m.t, {GONE} AS gone
FROM clients_clientsum cs
JOIN ({MONTH_ENDS}) m ON m.position = mod(hashint8(cs.client_id)::bigint & 2147483647, %(n)s)
JOIN clients_spell s ON s.client_id = cs.client_id AND {WITH_US.format(t="m.t")};
ANALYZE looked
"""
# Columns: with, gone with, without, gone without, gone, gone of them with.
EVENT_COUNTS = f"""
WITH events AS MATERIALIZED ({{events}}), noticed AS (
    SELECT DISTINCT ON (e.client_id) e.client_id, {GONE} AS gone
    FROM events e JOIN ({MONTH_ENDS}) m ON e.day <= m.t AND e.day > m.t - {warning.SEEN_DAYS}
    JOIN clients_spell s ON s.client_id = e.client_id AND {WITH_US.format(t="m.t")}
    ORDER BY e.client_id, m.t
), drawn AS (
    SELECT l.gone, EXISTS (SELECT 1 FROM events e WHERE e.client_id = l.client_id AND e.day <= l.t AND e.day > l.t - {warning.SEEN_DAYS})
        AS shown
    FROM looked l
)
SELECT n.all_of, n.gone, d.n_without, d.gone_without, d.leavers, d.leavers_with
FROM (SELECT count(*) AS all_of, count(*) FILTER (WHERE gone) AS gone FROM noticed) n,
    (SELECT count(*) FILTER (WHERE NOT shown) AS n_without, count(*) FILTER (WHERE NOT shown AND gone) AS gone_without,
        count(*) FILTER (WHERE gone) AS leavers, count(*) FILTER (WHERE gone AND shown) AS leavers_with FROM drawn) d
"""
STATE_COUNTS = """
WITH drawn AS (SELECT l.gone, f.client_id IS NOT NULL AS shown FROM looked l LEFT JOIN ({state}) f USING (client_id))
SELECT count(*) FILTER (WHERE shown), count(*) FILTER (WHERE shown AND gone), count(*) FILTER (WHERE NOT shown),
    count(*) FILTER (WHERE NOT shown AND gone), count(*) FILTER (WHERE gone), count(*) FILTER (WHERE gone AND shown)
FROM drawn
"""
PRESENT = f"""
CREATE TEMPORARY TABLE present ON COMMIT DROP AS
SELECT s.client_id, %(today)s::date AS t FROM clients_spell s
WHERE {WITH_US.format(t="%(today)s::date")}
    AND NOT EXISTS (SELECT 1 FROM churn_leaver l WHERE l.client_id = s.client_id AND l.state IN ('queued', 'talked'));
ANALYZE present
"""
EVENTS_NOW = """
SELECT DISTINCT e.client_id, '{kind}' AS kind FROM ({events}) e JOIN present p ON p.client_id = e.client_id
WHERE e.day <= p.t AND e.day > p.t - {seen}
"""
SIGNS_NOW = " UNION ALL ".join(
    [EVENTS_NOW.format(kind=kind.value, events=sql, seen=warning.SEEN_DAYS) for kind, sql in EVENTS.items()]
    + [f"SELECT client_id, '{kind.value}' AS kind FROM ({sql.format(looked='present')}) f" for kind, sql in STATES.items()]
)
WARN = f"""
INSERT INTO churn_clientwarning (client_id, signs, at_stake_cents, made_on)
SELECT w.client_id, w.signs, coalesce((SELECT greatest(sum(d.cents), 0) FROM clients_clientday d
    WHERE d.client_id = w.client_id AND d.day > %(today)s::date - 365), 0), %(today)s
FROM (SELECT client_id, array_agg(kind ORDER BY kind) AS signs FROM ({SIGNS_NOW}) found GROUP BY client_id) w
"""
FORGET = "DROP TABLE IF EXISTS pg_temp.looked, pg_temp.present"
