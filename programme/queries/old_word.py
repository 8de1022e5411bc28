"""The saved texts that still say a word the company has given up."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from company.queries import the_company
from programme.formulas.old_word import Change, NewWord, changes_between
from programme.queries.saved_texts import SavedText, saved_texts


@dataclass(frozen=True)
class OldText:
    """A saved text with an old word in it, and how it would read with the new one."""

    saved: SavedText
    parts: Mapping[str, str]
    is_doubtful: bool

    @property
    def changes(self) -> list[Change]:
        """Every place before and after."""
        return [change for name, before in self.saved.parts.items() for change in changes_between(before, self.parts[name])]

    @property
    def too_long_by(self) -> int:
        """By how many characters the longest part would outgrow its place; such a text is shortened by a person."""
        over = [len(text) - (self.saved.longest(name) or len(text)) for name, text in self.parts.items()]
        return max([0, *over])

    @property
    def fingerprint(self) -> str:
        """What is the same only while both the text and what it would become are: nothing unseen is replaced."""
        seen = [self.saved.key, dict(self.saved.parts), dict(self.parts)]
        return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()[:32]


def old_texts() -> list[OldText]:
    """Return the saved texts that say a word spoken before, in the order of the registry."""
    company = the_company()
    if not company.former_words:
        return []
    word, found = NewWord(company.former_words, company.word_forms), []
    for saved in saved_texts():
        parts = {name: word.said(text) for name, text in saved.parts.items()}
        if parts != saved.parts:
            found.append(OldText(saved, parts, any(word.is_doubtful(text) for text in saved.parts.values())))
    return found
