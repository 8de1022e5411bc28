"""Whether a change is larger than chance, where one thing is rated twice.

Of pairs that changed, half would go each way if nothing but chance moved them: the exact two-sided sign test (McNemar, 1947).
"""

from math import comb

ALPHA = 0.05


def sign_test(better: int, worse: int) -> float:
    """Return the chance of so uneven a split of changed pairs, or a more uneven one; 1 without changes.

    >>> sign_test(8, 1)
    0.0390625
    """
    changed = better + worse
    tail = sum(comb(changed, number) for number in range(min(better, worse) + 1))
    return float(min(2 * tail / 2**changed, 1.0))


def is_seen(better: int, worse: int) -> bool:
    """Say whether the change is larger than chance at 5 %."""
    return sign_test(better, worse) < ALPHA
