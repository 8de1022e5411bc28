"""Whether a score may be shown outside, and which one the badge shows."""

import datetime as dt

from django.utils import timezone

from surveys.enums import SurveyAudience
from surveys.formulas.sharing import Evidence, Refusal, refusal
from surveys.models import Wave
from surveys.queries.results import TrendPoint, trend
from surveys.queries.tally import tallies


def why_not_shown(wave: Wave, now: dt.datetime) -> Refusal | None:
    """Return why the score of a wave stays inside, or None; a wave is as old as its last day of answers."""
    tally = tallies([wave])[wave.pk]
    ended = min(wave.closed_at or wave.closes_at, now)
    return refusal(Evidence(tally.counts.n, tally.suspect, (now - ended).days, is_of_clients=wave.audience == SurveyAudience.CLIENTS))


def shown_on_badge(now: dt.datetime) -> TrendPoint | None:
    """Return the newest wave of Clients whose score may be shown outside; None hides the badge."""
    newest = next(iter(reversed(trend(until=now))), None)
    return newest if newest and why_not_shown(newest.wave, timezone.localtime(now)) is None else None
