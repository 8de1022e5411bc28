"""What NPS consists of, and what its change consists of. Both tables add up to the total exactly.

A part's contribution is (its promoters - its detractors) / all answers, in points: shares of one denominator, so they sum to NPS.
Between two waves NPS = sum of share x score over the parts, and the change is split the symmetric way (Marshall and Edgeworth's means, as
in Kitagawa, "Components of a difference between two rates", 1955):

    score effect of a part = (its score now - before) x its mean share
    mix effect of a part   = (its share now - before) x (its mean score - the mean NPS)

The mean NPS may be taken off because changes of shares sum to zero; so a part that grows helps only when it scores above the others.
A part nobody answered for in one of the waves has the score of the other wave there: its coming or going is all mix.
An answer on k themes counts as 1/k in each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Part:
    """Promoters minus detractors among the answers of a part, and how many answers there are; fractions when an answer is shared."""

    net: Fraction
    n: Fraction

    @property
    def score(self) -> Fraction | None:
        """NPS of the part from -1 to 1; None without answers."""
        return self.net / self.n if self.n else None


@dataclass(frozen=True)
class Driver:
    """A part's contribution to NPS and to its change, in points; effects are None without a wave before."""

    name: str
    n: float
    score: float | None
    points: float
    mix: float | None = None
    effect: float | None = None


NOTHING = Part(Fraction(0), Fraction(0))


def whole_of(parts: Mapping[str, Part]) -> Part:
    """Return all parts together."""
    return Part(sum((part.net for part in parts.values()), Fraction(0)), sum((part.n for part in parts.values()), Fraction(0)))


def contributions(now: Mapping[str, Part], before: Mapping[str, Part] | None = None) -> list[Driver]:
    """Return every part with its contribution, the most helpful first; empty without answers."""
    whole, past = whole_of(now), whole_of(before or {})
    if not whole.n:
        return []
    if before is None or not past.n:
        found = [driver(name, part, whole) for name, part in now.items() if part.n]
    else:
        names = dict.fromkeys([*now, *before])
        pairs = [(name, now.get(name, NOTHING), before.get(name, NOTHING)) for name in names]
        found = [changed_driver(name, part, old, whole, past) for name, part, old in pairs if part.n or old.n]
    return sorted(found, key=lambda one: (-one.points, one.name))


def driver(name: str, part: Part, whole: Part) -> Driver:
    """Return one part without a wave before."""
    return Driver(name, float(part.n), in_points(part.score), float(100 * part.net / whole.n))


def changed_driver(name: str, part: Part, old: Part, whole: Part, past: Part) -> Driver:
    """Return one part with what it did to the change."""
    share, old_share = part.n / whole.n, old.n / past.n
    score, old_score = known(part.score, old.score), known(old.score, part.score)
    middle = (whole.net / whole.n + past.net / past.n) / 2
    mix = (share - old_share) * ((score + old_score) / 2 - middle)
    effect = (score - old_score) * (share + old_share) / 2
    return Driver(name, float(part.n), in_points(part.score), float(100 * part.net / whole.n), float(100 * mix), float(100 * effect))


def known(score: Fraction | None, other: Fraction | None) -> Fraction:
    """Return the score, or the other wave's where there is none."""
    return score if score is not None else other or Fraction(0)


def in_points(score: Fraction | None) -> float | None:
    """Return a score from -100 to 100."""
    return None if score is None else float(100 * score)
