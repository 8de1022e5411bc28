"""First names: how to address a person by the name in a table, where the word surely is a first name."""

import re
from functools import lru_cache

from company.formulas.morphology import analyzer

WORD = re.compile(r"[A-ZА-ЯЁ][a-zа-яё]+(?:-[A-ZА-ЯЁ][a-zа-яё]+)?")
ENGLISH_NAME = re.compile(r"[A-Z][a-z]+")
COMMON_SHARE = 0.2
FIRM_ENDINGS = {"Ltd", "Inc", "Llc", "Gmbh", "Corp", "Co"}


@lru_cache(maxsize=20_000)
def is_first_name(word: str) -> bool:
    """Say whether the dictionary knows the word as a first name in the nominative, and hardly as anything else."""
    parses = analyzer().parse(word.lower())
    names = [parse for parse in parses if "Name" in parse.tag and "nomn" in parse.tag and "sing" in parse.tag]
    return bool(names) and parses[0].normal_form == word.lower() and sum(parse.score for parse in names) > COMMON_SHARE


@lru_cache(maxsize=20_000)
def first_name(name: str) -> str:
    """Return the first name hidden in a full one: `Мельник Ольга` gives `Ольга`, `ООО «Луч»` gives nothing."""
    words = name.split()
    if not words or not all(WORD.fullmatch(word) for word in words):
        return ""
    found = [word for word in words if is_first_name(word)]
    if len(found) == 1:
        return found[0]
    is_english = len(words) == 2 and words[1] not in FIRM_ENDINGS and all(ENGLISH_NAME.fullmatch(word) for word in words)
    return words[0] if is_english else ""
