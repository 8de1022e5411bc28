"""Which short texts say the same: TF-IDF over dictionary forms, cosine, average linkage.

Words are taken to their dictionary forms (`surveys.formulas.lemmas`), words everybody uses are left out. A word weighs the more, the
fewer texts have it: ln((1 + texts) / (1 + texts with it)) + 1. Two texts are alike by the cosine of their weighted words; two piles by
the mean over all pairs between them, and they are joined while that is at least `ALIKE`. A text without any such word stands alone.
"""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from scipy.cluster.hierarchy import fcluster, linkage

from surveys.formulas.lemmas import content_lemmas

ALIKE = 0.3
MOST_WORDS = 4
Weights = dict[str, float]


def weights_of(texts: Sequence[frozenset[str]]) -> list[Weights]:
    """Return the words of each text with their weights, each text of length one."""
    having = Counter(word for text in texts for word in text)
    found = []
    for text in texts:
        raw = {word: math.log((1 + len(texts)) / (1 + having[word])) + 1 for word in sorted(text)}
        length = math.hypot(*raw.values())
        found.append({word: weight / length for word, weight in raw.items()})
    return found


def likeness(one: Weights, other: Weights) -> float:
    """Return the cosine of two weighted texts, from 0 to 1."""
    return sum(weight * other[word] for word, weight in one.items() if word in other)


def piles_of(texts: Sequence[str]) -> list[int]:
    """Return the number of each text's pile, from 1 on; larger piles first, then in the order of the texts.

    >>> piles_of(["Помогаем Клиенту решить задачу", "Решаем задачи Клиента", "Держим слово"])
    [1, 1, 2]
    """
    if len(texts) < 2:
        return [1] * len(texts)
    weights = weights_of([content_lemmas(text) for text in texts])
    distances = [max(0.0, 1 - likeness(one, other)) for one, other in combinations(weights, 2)]
    raw = [int(label) for label in fcluster(linkage(distances, "average"), 1 - ALIKE, "distance")]
    sizes = Counter(raw)
    order = sorted(sizes, key=lambda label: (-sizes[label], raw.index(label)))
    return [order.index(label) + 1 for label in raw]


def common_words(texts: Sequence[str]) -> list[str]:
    """Return the words that at least half of the texts have, and more than one of them; the most common first."""
    having = Counter(word for text in texts for word in content_lemmas(text))
    shared = [(-count, word) for word, count in having.items() if count > 1 and 2 * count >= len(texts)]
    return [word for _count, word in sorted(shared)][:MOST_WORDS]
