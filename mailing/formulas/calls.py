"""Whether a letter calls its reader to do anything (R44)."""

import re
from enum import Enum

from company.formulas.morphology import analyzer

CYRILLIC = re.compile(r"[А-Яа-яЁё]")
WORD = re.compile(r"[А-Яа-яЁё]+")
VERBS = ({"INFN"}, {"impr"})


class Silence(Enum):
    """Why a letter calls to nothing."""

    NO_BUTTON = "no_button"
    NO_ADDRESS = "no_address"
    NO_VERB = "no_verb"


def silence_of(button: str, *, has_address: bool) -> Silence | None:
    """Return what keeps the letter from calling to anything; None when its button says what to do and leads somewhere."""
    if not button.strip():
        return Silence.NO_BUTTON
    if not has_address:
        return Silence.NO_ADDRESS
    return None if says_what_to_do(button) else Silence.NO_VERB


def says_what_to_do(words: str) -> bool:
    """Say whether a Russian text holds a verb that asks or names an action; of other languages nothing is claimed.

    >>> says_what_to_do("Записаться"), says_what_to_do("Подробнее")
    (True, False)
    """
    if not CYRILLIC.search(words):
        return True
    return any(grammemes in parse.tag for word in WORD.findall(words) for parse in analyzer().parse(word.lower()) for grammemes in VERBS)
