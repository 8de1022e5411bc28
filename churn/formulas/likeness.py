"""How much two letters are alike: by their words, without the names and numbers that any machine could fill in."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

WORD = re.compile(r"[^\W\d_]+")
SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
RUN = 3
TOO_LIKE = 0.6
SHORTEST_SENTENCE = 4
"""Sentences of fewer words, such as a greeting or thanks, are alike in any two letters."""


@dataclass(frozen=True)
class Likeness:
    """The letter most like this one: how much (0 to 1), whose it is, and the sentences that stand in both."""

    share: float
    whose: str
    sentences: list[str]

    @property
    def is_too_much(self) -> bool:
        """Say whether a reader who saw both would take them for one."""
        return self.share >= TOO_LIKE


def words_of(text: str, names: Iterable[str] = ()) -> list[str]:
    """Return the words in lower case, `ё` as `е`, without numbers and without the words of the names.

    >>> words_of("Здравствуйте, Ирина! Ждём 12 мая.", ["Ирина Соколова"])
    ['здравствуйте', 'ждем', 'мая']
    """
    known = {word for name in names for word in plain(name)}
    return [word for word in plain(text) if word not in known]


def plain(text: str) -> list[str]:
    """Return all words in lower case."""
    return WORD.findall(text.lower().replace("ё", "е"))


def letter_hash(text: str, names: Iterable[str]) -> bytes:
    """Return SHA-256 of the words: equal for letters that differ only by names, numbers and signs."""
    return hashlib.sha256(" ".join(words_of(text, names)).encode()).digest()


def runs_of(words: list[str]) -> set[tuple[str, ...]]:
    """Return all runs of three words in a row; a shorter text is one run."""
    return {tuple(words[start : start + RUN]) for start in range(max(len(words) - RUN + 1, 1))} if words else set()


def likeness(first: list[str], second: list[str]) -> float:
    """Return which share of the runs of either text stands in both, from 0 to 1 (Jaccard).

    >>> likeness(["a", "b", "c", "d"], ["a", "b", "c", "e"])
    0.3333333333333333
    """
    one, other = runs_of(first), runs_of(second)
    return len(one & other) / len(one | other) if one | other else 0.0


def shared_sentences(text: str, other: str) -> list[str]:
    """Return the longer sentences of the text whose words stand in the other text too, in the same order."""
    theirs = f" {' '.join(words_of(other))} "
    sentences = [found.strip() for found in SENTENCE.findall(text)]
    return [one for one in sentences if len(words_of(one)) >= SHORTEST_SENTENCE and f" {' '.join(words_of(one))} " in theirs]


def greets(text: str, own: str, others: Iterable[str]) -> str:
    """Return whom the first line names instead of its own Client; nothing when it names nobody else.

    >>> greets("Здравствуйте, Зоя!", "Вадим Рогов", ["Зоя Ершова"])
    'Зоя Ершова'
    """
    first_line = set(plain(text.strip().partition("\n")[0]))
    if first_line & set(plain(own)):
        return ""
    return next((other for other in others if plain(other)[:1] and plain(other)[0] in first_line), "")


def most_like(text: str, names: Iterable[str], others: Iterable[tuple[str, str]]) -> Likeness | None:
    """Return the letter most like this one among (whose, text); None when there are no others."""
    own = words_of(text, names)
    ranked = [(likeness(own, words_of(other, [whose])), whose, other) for whose, other in others]
    if not ranked:
        return None
    share, whose, other = max(ranked)
    return Likeness(share, whose, shared_sentences(text, other))
