"""First names: how to address a person by the name in a table, where the word surely is a first name."""

import re
from dataclasses import dataclass
from functools import lru_cache

from company.formulas.morphology import analyzer

WORD = re.compile(r"[A-ZА-ЯЁ][a-zа-яё]+(?:-[A-ZА-ЯЁ][a-zа-яё]+)?")
ENGLISH_NAME = re.compile(r"[A-Z][a-z]+")
COMMON_SHARE = 0.2
FIRM_ENDINGS = {"Ltd", "Inc", "Llc", "Gmbh", "Corp", "Co"}


@dataclass(frozen=True)
class Reading:
    """What the dictionary takes a word for, in the nominative: how surely a first name, perhaps a family name, a patronymic."""

    share: float
    is_family: bool
    is_patronymic: bool


@lru_cache(maxsize=20_000)
def reading(word: str) -> Reading:
    """Look a word up."""
    parses = [parse for parse in analyzer().parse(word.lower()) if {"nomn", "sing"} in parse.tag]
    share = sum(parse.score for parse in parses if "Name" in parse.tag and without_dots(parse.normal_form) == without_dots(word.lower()))
    return Reading(share, any("Surn" in parse.tag for parse in parses), any("Patr" in parse.tag for parse in parses))


def without_dots(word: str) -> str:
    """Write a word as most people type it: `артем` for `артём`."""
    return word.replace("ё", "е")


@lru_cache(maxsize=20_000)
def first_name(name: str) -> str:
    """Return the first name hidden in a full one: `Мельник Ольга` gives `Ольга`, `ООО «Луч»` gives nothing."""
    words = name.split()
    if not words or not all(WORD.fullmatch(word) for word in words):
        return ""
    known = {word: reading(word) for word in words}
    if likely := [word for word in words if known[word].share > COMMON_SHARE and not known[word].is_family]:
        return likely[0] if len(likely) == 1 else ""
    return beside_family_names(words, known) or english_name(words)


def beside_family_names(words: list[str], known: dict[str, Reading]) -> str:
    """Return the one word that may be a first name where all others are a family name or a patronymic: `Роман Иванов`."""
    found = [word for word in words if known[word].share > 0]
    others = [known[word] for word in words if word not in found]
    is_full = bool(others) and all(other.is_family or other.is_patronymic for other in others)
    return found[0] if len(found) == 1 and is_full else ""


def english_name(words: list[str]) -> str:
    """Return the first of two Latin words that are no firm."""
    is_english = len(words) == 2 and words[1] not in FIRM_ENDINGS and all(ENGLISH_NAME.fullmatch(word) for word in words)
    return words[0] if is_english else ""
