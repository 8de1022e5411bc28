"""How a person is spelled in free texts: one pattern for a search by PostgreSQL and for striking out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

STRUCK = "—"
SHORTEST_NUMBER = 5
"""A shorter number in somebody's system is no name: it would strike out every such figure."""
PHONE_TAIL = 10
ENDING = re.compile(r"(?<=..)[аеёиоуыэюяьй]{1,2}$", re.IGNORECASE)
CYRILLIC = re.compile(r"[а-яё]+", re.IGNORECASE)


@dataclass(frozen=True)
class Identity:
    """Everything somebody is known by: names, phones (E.164), e-mails, numbers in other systems; past ones too."""

    names: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()

    @property
    def pattern(self) -> str:
        """Return a pattern that finds them, understood by Python and PostgreSQL alike; empty when there is nothing to look for."""
        return "|".join(f"(?:{part})" for part in self.parts())

    def parts(self) -> list[str]:
        """Return the pattern of each thing they are known by; the longest first, so that nothing is struck by half."""
        found = [name_pattern(name) for name in self.names] + [phone_pattern(phone) for phone in self.phones]
        found += [re.escape(text) for text in self.emails if text]
        found += [rf"(?<!\w){re.escape(text)}(?!\w)" for text in self.numbers if len(text) >= SHORTEST_NUMBER]
        return sorted({part for part in found if part}, key=lambda part: (-len(part), part))

    def struck(self, text: str) -> str:
        """Return the text with the person struck out of it."""
        return re.sub(self.pattern, STRUCK, text, flags=re.IGNORECASE) if self.pattern else text


def name_pattern(name: str) -> str:
    """Return what finds two or more words of a name in a row, in any order and case of declension; empty for a single word.

    A single word is a first name or a noun: striking it out everywhere would spoil texts about others.
    """
    words = [word for word in re.findall(r"\w+", name) if len(word) > 1]
    if len(words) < 2:
        return ""
    one = "|".join(dict.fromkeys(word_pattern(word) for word in words))
    return rf"(?<!\w)(?:{one})(?:\W{{1,3}}(?:{one}))+(?!\w)"


def word_pattern(word: str) -> str:
    """Return what finds a word of a name; a Russian one in every case of declension."""
    if not CYRILLIC.fullmatch(word):
        return re.escape(word)
    return re.sub("[её]", "[её]", ENDING.sub("", word.lower())) + r"\w{0,3}"


def phone_pattern(phone: str) -> str:
    """Return what finds a phone however it is written: brackets, spaces, hyphens, 8 in the place of a code of a country."""
    digits = re.sub(r"\D", "", phone)
    code, tail = digits[:-PHONE_TAIL], digits[-PHONE_TAIL:]
    before = rf"\+?(?:{code}|8)?\D{{0,3}}" if code else ""
    return before + r"\D{0,3}".join(tail) if tail else ""


def identity(*, names: Iterable[str] = (), phones: Iterable[str] = (), emails: Iterable[str] = (), numbers: Iterable[str] = ()) -> Identity:
    """Return an identity without what is empty."""
    return Identity(*(frozenset(text.strip() for text in texts if text and text.strip()) for texts in (names, phones, emails, numbers)))
