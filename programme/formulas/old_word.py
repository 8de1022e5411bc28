"""Says a saved text with the company's new word: form by form, and shows each place before and after."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from company.formulas.respeaking import LANGUAGES, Rule, agrees, doubtful_forms, rule_of
from company.formulas.words import forms_in
from programme.formulas.wording import Context, Hit, Lexicon, context_of, is_compound
from programme.formulas.wording_spans import Spans, is_in_address, patterns

WordForms = Mapping[str, Mapping[str, str]]
WORD = re.compile(r"\s*\S+\s*|\s+")


@dataclass(frozen=True)
class Change:
    """A place of a text as it is, with the words around it, and what it becomes."""

    context: Context
    becomes: str


class NewWord:
    """The change from the words spoken before to the one in force. Code, links and addresses are left alone.

    A Russian word that does not decline as «Клиент» does names no case by its form, so it is not replaced in Russian.
    """

    def __init__(self, former: Sequence[WordForms], current: WordForms) -> None:
        self.steps = [(Lexicon(word), rules_between(word, current)) for word in former]
        self.doubtful = frozenset(form for word in former for form in doubtful_forms(word, current))

    def said(self, text: str) -> str:
        """Return the text with the new word."""
        for lexicon, rules in self.steps:
            for rule in rules:
                text = "".join(part if stays else rule(part) for part, stays in pieces(text, lexicon))
        return text

    def is_doubtful(self, text: str) -> bool:
        """Say whether the text holds a form that may stand for two cases of the new word."""
        return any(form in re.findall(r"\w+", text) for form in self.doubtful)


def rules_between(old: WordForms, new: WordForms) -> list[Rule]:
    """Return what says a text with another word, in each language that can be said without doubt about the gender."""
    can_decline = agrees(forms_in(old, "ru")) and agrees(forms_in(new, "ru"))
    return [rule_of(old, new, language) for language in LANGUAGES if can_decline or language != "ru"]


def pieces(text: str, lexicon: Lexicon) -> Iterator[tuple[str, bool]]:
    """Yield (piece, whether it stays as it is): a form in code, in a link or in a longer word stays."""
    spans, last = Spans(found.span() for pattern in patterns(is_markdown=False) for found in pattern.finditer(text)), 0
    for start, end, _is_right in sorted(lexicon.candidates(text)):
        if start >= last and (spans.holds(start) or is_compound(text, start, end) or is_in_address(text, start, end)):
            yield text[last:start], False
            yield text[start:end], True
            last = end
    yield text[last:], False


def changes_between(before: str, after: str) -> list[Change]:
    """Return the places that differ, word by word."""
    old, new = WORD.findall(before), WORD.findall(after)
    found = []
    for what, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            at, was = len("".join(old[:start])), "".join(old[start:end]).rstrip()
            found.append(Change(context_of(before, Hit(at, at + len(was), ())), "".join(new[new_start:new_end]).rstrip()))
    return found
