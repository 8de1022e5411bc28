"""How fast letters may leave and when a refused one is tried again."""

import datetime as dt
from fractions import Fraction

BACK_OFF = (
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=15),
    dt.timedelta(hours=1),
    dt.timedelta(hours=4),
    dt.timedelta(hours=12),
)
MAX_ATTEMPTS = len(BACK_OFF)
SPREAD = 0.2
BREAKER_AFTER = 50
BREAKER_SHARE = Fraction(1, 5)
REST_FIRST = dt.timedelta(seconds=30)
REST_LONGEST = dt.timedelta(minutes=15)


def refilled(tokens: float, *, elapsed: float, rate: float, burst: int) -> float:
    """Return the bucket's tokens after so many seconds; a clock set back gives nothing."""
    return min(float(burst), tokens + max(0.0, elapsed) * rate)


def seconds_to_token(tokens: float, *, rate: float) -> float:
    """Return how long to wait until one whole token is there."""
    return max(0.0, 1 - tokens) / rate


def back_off(attempts: int, luck: float) -> dt.timedelta:
    """Return the pause after so many refused attempts, moved by up to a fifth either way; `luck` is from 0 to 1.

    The spread keeps letters refused together from coming back together.
    """
    step = BACK_OFF[min(max(attempts, 1), MAX_ATTEMPTS) - 1]
    return dt.timedelta(seconds=step.total_seconds() * (1 - SPREAD + 2 * SPREAD * luck))


def rest(fail_streak: int) -> dt.timedelta:
    """Return how long an account rests after so many earlier failures in a row: 30 s, 1 min, 2 min ... 15 min."""
    return min(REST_FIRST * (1 << min(fail_streak, 10)), REST_LONGEST)


def domain_burst(rate_per_minute: int) -> int:
    """Return how many letters one domain may get at once: ten seconds' worth, at least one."""
    return max(1, round(rate_per_minute / 6))


def fails_too_often(*, failed: int, finished: int) -> bool:
    """Say whether more than a fifth of at least fifty letters failed: something is wrong that more letters only make worse."""
    return finished >= BREAKER_AFTER and failed > finished * BREAKER_SHARE
