"""Phone access: what a mystery call scores, how sure we are of the mean, and numbers as people say them.

A call is worth 0 to 100. Nobody answered: 0, whatever else was good. Otherwise the weights below are added up; what was not noted
is left out of the sum and of its maximum alike.

    tries      40 / number of tries        speed   20 up to 15 seconds, then falling evenly to 0 at 60
    helped     20 when the first person    easy    10 when the number was easy to find
    transfers  10 / (1 + transfers)

The mean of a few calls has the interval of Agresti and Coull ("Approximate is better than exact", The American Statistician 52, 1998),
taken from yes and no to numbers between two ends: two calls of 0 and two of 100 are added. For calls of only 0 and 100 it is theirs;
between them it is rather too wide, which suits samples of five.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import hypot, sqrt

from common.numbers import NumberError, parse_fraction
from common.proportions import Z95, wilson_interval

BEST = 100.0
TRIES, SPEED, HELPED, TRANSFERS, EASY = 40, 20, 20, 10, 10
QUICK_SECONDS, SLOW_SECONDS = 15, 60
PSEUDO_CALLS = 2
CALLS_ENOUGH = 3
MAX_DENOMINATOR = 10**6
HALF = {"half", "половина", "каждый второй", "каждая вторая"}
ORDINALS = ("втор", "трет", "четв", "пят", "шест", "седьм", "восьм", "девят", "десят")
ENGLISH = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
EVERY = re.compile(r"(?:every|кажд\w+)\s+(\d{1,6})(?:\s*-?\s*(?:st|nd|rd|th|й|ый|ой|ий|я|ая))?")
EVERY_WORD = re.compile(r"(?:every|кажд\w+)\s+([a-zа-яё]+)")
PART = re.compile(r"(\d{1,9})\s*(?:из|of|out of|/|:)\s*(\d{1,9})")
MINUTES = re.compile(r"(\d{1,2})\s*(?::|мин\w*\.?|м\.?|min\w*\.?|m\.?)\s*(?:(\d{1,2})\s*(?:с\w*\.?|s\w*\.?)?)?")
SECONDS = re.compile(r"(\d{1,6})\s*(?:с|сек\w*|s|sec\w*)?\.?")


@dataclass(frozen=True)
class CallFacts:
    """What one call was like; None where the caller did not say."""

    is_reached: bool
    attempts: int = 1
    seconds: int | None = None
    transfers: int | None = None
    is_helped_at_once: bool | None = None
    is_number_easy: bool | None = None


@dataclass(frozen=True)
class ScoreEstimate:
    """A mean score of `n` calls with its 95 % interval."""

    score: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Share:
    """How many calls of how many met a criterion."""

    hits: int
    n: int

    @property
    def share(self) -> float | None:
        """The share from 0 to 1; None without calls."""
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share."""
        return wilson_interval(self.hits, self.n)


def speed_share(seconds: int) -> float:
    """Return what part of the points for speed so many seconds earn."""
    late = (seconds - QUICK_SECONDS) / (SLOW_SECONDS - QUICK_SECONDS)
    return 1 - min(max(late, 0.0), 1.0)


def call_score(call: CallFacts) -> float:
    """Return the points of a call, 0 to 100."""
    if not call.is_reached:
        return 0.0
    parts = [
        (TRIES, 1 / call.attempts),
        (SPEED, None if call.seconds is None else speed_share(call.seconds)),
        (HELPED, call.is_helped_at_once),
        (TRANSFERS, None if call.transfers is None else 1 / (1 + call.transfers)),
        (EASY, call.is_number_easy),
    ]
    known = [(weight, float(part)) for weight, part in parts if part is not None]
    return BEST * sum(weight * part for weight, part in known) / sum(weight for weight, _part in known)


def estimate_score(scores: Iterable[float]) -> ScoreEstimate | None:
    """Return the mean with its interval; None without calls."""
    listed = list(scores)
    if not listed:
        return None
    n, total, squares = len(listed), sum(listed), sum(score * score for score in listed)
    seen = n + 2 * PSEUDO_CALLS
    middle = (total + PSEUDO_CALLS * BEST) / seen
    half = Z95 * sqrt(((squares + PSEUDO_CALLS * BEST**2) / seen - middle**2) / seen)
    return ScoreEstimate(total / n, max(middle - half, 0.0), min(middle + half, BEST), n)


def moved(before: ScoreEstimate, now: ScoreEstimate) -> int:
    """Say whether the score rose (1), fell (-1) or did neither beyond chance (0).

    The interval of the difference is put together from both intervals (Zou and Donner, Statistics in Medicine 27, 2008).
    """
    change = now.score - before.score
    if change - hypot(now.score - now.low, before.high - before.score) > 0:
        return 1
    return -1 if change + hypot(now.high - now.score, before.score - before.low) < 0 else 0


def median_seconds(seconds: Iterable[int]) -> int | None:
    """Return how long half of the callers waited at most; None when nobody got through."""
    listed = sorted(seconds)
    return listed[(len(listed) - 1) // 2] if listed else None


def parse_seconds(text: str) -> int:
    """Read a time to the answer as people write it.

    >>> parse_seconds("25"), parse_seconds("1:20"), parse_seconds("1 мин 5 с")
    (25, 80, 65)
    """
    plain = text.strip().lower()
    if found := SECONDS.fullmatch(plain):
        return int(found[1])
    if found := MINUTES.fullmatch(plain):
        return 60 * int(found[1]) + int(found[2] or 0)
    raise NumberError("not_seconds")


def parse_share(text: str) -> tuple[int, int]:
    """Read which of the callers become Clients as people say it: how many of how many.

    >>> parse_share("every 5th"), parse_share("каждый пятый"), parse_share("2 из 7"), parse_share("12,5 %")
    ((1, 5), (1, 5), (2, 7), (1, 8))
    """
    plain = " ".join(text.lower().replace("\u00a0", " ").split())
    hits, of = part_of(plain)
    if not 0 <= hits <= of or of == 0:
        raise NumberError("not_a_share")
    return hits, of


def part_of(plain: str) -> tuple[int, int]:
    """Read the two numbers, sensible or not."""
    if plain in HALF:
        return 1, 2
    if found := PART.fullmatch(plain):
        return int(found[1]), int(found[2])
    if found := EVERY.fullmatch(plain):
        return 1, int(found[1])
    if found := EVERY_WORD.fullmatch(plain):
        return 1, ordinal(found[1])
    if plain.endswith("%"):
        share = (parse_fraction(plain.removesuffix("%")) / 100).limit_denominator(MAX_DENOMINATOR)
        return share.numerator, share.denominator
    return whole_share(plain)


def ordinal(word: str) -> int:
    """Read "fifth" as 5."""
    for number, (russian, english) in enumerate(zip(ORDINALS, ENGLISH, strict=True), start=2):
        if word.startswith(russian) or word == english:
            return number
    raise NumberError("not_a_share")


def whole_share(plain: str) -> tuple[int, int]:
    """Read a part of one, such as 0,2; a bare 5 may mean anything and is refused."""
    share = parse_fraction(plain)
    if share > 1 or share == Fraction(1):
        raise NumberError("not_a_share")
    share = share.limit_denominator(MAX_DENOMINATOR)
    return share.numerator, share.denominator
