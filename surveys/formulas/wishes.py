"""Wishes that say the same in other words, put together.

Two wishes are near when their sets of lemmas overlap by at least two thirds (Jaccard index). Each wish joins the first
group whose first member is near, so the order given decides who leads a group: give the most frequent wording first.
"""

from collections import defaultdict
from collections.abc import Sequence

NEAR = 2 / 3


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard index of two sets: the share of what they have in common; 0 for empty ones."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def group_near(wishes: Sequence[frozenset[str]], near: float = NEAR) -> list[list[int]]:
    """Return groups of places of wishes that are near each other, in the order of their leaders; an empty set stands alone."""
    groups: list[list[int]] = []
    by_set: dict[frozenset[str], int] = {}
    by_lemma: dict[str, list[int]] = defaultdict(list)
    for place, lemmas in enumerate(wishes):
        at = by_set.get(lemmas) if lemmas else None
        if at is None:
            at = nearest(lemmas, wishes, groups, by_lemma, near)
        if at is None:
            at = len(groups)
            groups.append([])
            for lemma in lemmas:
                by_lemma[lemma].append(at)
        groups[at].append(place)
        by_set.setdefault(lemmas, at)
    return groups


def nearest(
    lemmas: frozenset[str], wishes: Sequence[frozenset[str]], groups: list[list[int]], by_lemma: dict[str, list[int]], near: float
) -> int | None:
    """Return the first group whose leader is near, among those that share a lemma."""
    candidates = sorted({at for lemma in lemmas for at in by_lemma[lemma]})
    return next((at for at in candidates if likeness(lemmas, wishes[groups[at][0]]) >= near), None)
