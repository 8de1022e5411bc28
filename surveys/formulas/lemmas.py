"""Words by their dictionary forms, and the finding of themes in a text.

Russian words are taken to all their normal forms by pymorphy3 (OpenCorpora), English ones to their Snowball stem; ё is е.
A word of the text matches a word of a theme if any reading of it does: in «стали» both «стать» and «сталь» are found.
A phrase is several words in a row; the end of a sentence breaks the row.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Self

import snowballstemmer

from company.formulas.morphology import analyzer

TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*|[.!?…;\n]")
BREAK: frozenset[str] = frozenset()
CONTENT = {"NOUN", "ADJF", "ADJS", "COMP", "VERB", "INFN", "PRTF", "PRTS", "GRND", "ADVB"}
Lemmas = frozenset[str]
STOP_RUSSIAN = (
    "быть мочь стать весь этот который такой очень просто ещё уже только всегда никогда иногда теперь сейчас сегодня потом тогда "
    "там тут здесь где когда почему хотеть хотеться сделать делать год день раз человек вообще почти довольно более менее так как "
    "больше меньше нужно надо можно нельзя самый другой каждый любой ваш наш свой мой ничто чтобы спасибо хороший хорошо плохой "
    "плохо нравиться понравиться всё пока"
)
STOP_ENGLISH = (
    "a about after again all also always am an and any are as at be because been before being but by can could did do does done "
    "for from get give go good got had has have he her here him his how i if in into is it its just like made make many me more "
    "most much my need no not now of on only or other our out over please really she should so some such than thank thanks that "
    "the their them then there these they thing this those time to too up us use very want was way we well were what when where "
    "which while who why will with would you your day year"
)


@cache
def stemmer() -> Any:
    """Build the English stemmer on first use."""
    return snowballstemmer.stemmer("english")


@cache
def stop_words() -> Lemmas:
    """Return the lemmas that say nothing about a subject."""
    return frozenset(lemma_of(word) for word in f"{STOP_RUSSIAN} {STOP_ENGLISH}".split())


def plain(lemma: str) -> str:
    """Write a lemma with е for ё."""
    return lemma.replace("ё", "е")


@lru_cache(maxsize=100_000)
def lemmas_of(word: str) -> Lemmas:
    """Return every dictionary form the word may be of.

    >>> sorted(lemmas_of("стали"))
    ['сталь', 'стать']
    """
    if word.isdigit():
        return frozenset([word])
    if word.isascii():
        return frozenset([str(stemmer().stemWord(word.removesuffix("'s")))])
    return frozenset(plain(reading.normal_form) for reading in analyzer().parse(word))


@lru_cache(maxsize=100_000)
def lemma_of(word: str) -> str:
    """Return the likeliest dictionary form of a word."""
    word = word.lower()
    return next(iter(lemmas_of(word))) if word.isascii() else plain(analyzer().parse(word)[0].normal_form)


@lru_cache(maxsize=100_000)
def says_something(word: str) -> bool:
    """Say whether a word may name a subject: no number, no particle, none of the words everybody uses."""
    word = word.lower()
    if len(word) < 3 or word.isdigit() or lemma_of(word) in stop_words():
        return False
    return word.isascii() or analyzer().parse(word)[0].tag.POS in CONTENT


def words_of(text: str) -> list[str]:
    """Return the words of a text in order; marks that end a sentence stand between them."""
    return TOKEN.findall(text.lower().replace("’", "'"))


def readings(text: str) -> list[Lemmas]:
    """Return the possible lemmas of each word of a text; an end of a sentence has none."""
    return [lemmas_of(word) if word[0].isalnum() else BREAK for word in words_of(text)]


def content_lemmas(text: str) -> Lemmas:
    """Return what a text is about: the likeliest lemmas of its words that say something."""
    return frozenset(lemma_of(word) for word in words_of(text) if word[0].isalnum() and says_something(word))


def meant(word: str) -> Lemmas:
    """Return the lemmas somebody means who typed the word in a dictionary: itself, if it is a lemma already."""
    found = lemmas_of(word)
    return frozenset([plain(word)]) if plain(word) in found else found


def phrase_of(typed: str) -> tuple[Lemmas, ...]:
    """Return a word or a phrase of a dictionary as the lemmas to find in a row; empty when nothing in it is a word."""
    return tuple(meant(word) for word in words_of(typed) if word[0].isalnum())


@dataclass
class Matcher:
    """A dictionary ready to be looked up: for the first lemma of each phrase, whose phrase it is and what must follow."""

    starts: dict[str, list[tuple[int, tuple[Lemmas, ...]]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, themes: Mapping[int, Iterable[str]]) -> Self:
        """Prepare themes given as {key: words and phrases as typed}."""
        matcher = cls()
        for key, words in themes.items():
            for phrase in filter(None, map(phrase_of, words)):
                for lemma in phrase[0]:
                    matcher.starts[lemma].append((key, phrase[1:]))
        return matcher

    def find(self, text: str) -> list[int]:
        """Return the keys of the themes a text speaks of, in order of their first word."""
        row = readings(text)
        found: dict[int, None] = {}
        for place, lemmas in enumerate(row):
            for lemma in lemmas:
                for key, rest in self.starts.get(lemma, ()):
                    if key not in found and follows(row, place + 1, rest):
                        found[key] = None
        return list(found)

    def covers(self, lemma: str) -> bool:
        """Say whether some theme has this single word."""
        return any(not rest for _key, rest in self.starts.get(lemma, ()))


def follows(row: Sequence[Lemmas], place: int, rest: tuple[Lemmas, ...]) -> bool:
    """Say whether the rest of a phrase stands at this place."""
    return len(row) >= place + len(rest) and all(row[place + step] & wanted for step, wanted in enumerate(rest))
