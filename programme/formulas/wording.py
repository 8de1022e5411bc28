"""Where a text writes the company's word for a Client with a small letter, and where it already has a capital one."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from programme.formulas.wording_spans import HYPHENS, Spans, guarded_spans, is_in_address
from programme.formulas.wording_things import Things, is_idiom

# What may stand before a hyphen and still mean a person, and after it.
PERSONS_BEFORE = re.compile(r"(?:vip|вип|экс|ex|топ|супер|премиум|псевдо|не|b2b|b2c)\Z", re.IGNORECASE)
PERSONS_AFTER = re.compile(
    r"(?:то|таки|юр|физ|компани|организаци|партн|пенсион|новичк|новичок|женщин|мужчин|студент|иностран|частник|предприн|миллион)"
)
LETTER = re.compile(r"[^\W_]")
EMPHASISED = re.compile(r"(?<![^\W_])_+\Z"), re.compile(r"_+(?![^\W_])")
SPLIT = re.compile(r"(\w+)(?:-\r?\n[ \t]*)(\w+)")
CONTEXT_CHARS = 60


@dataclass(frozen=True)
class Hit:
    """A form with a small letter: where it stands and which letters become capital ones."""

    start: int
    end: int
    letters: tuple[int, ...]


@dataclass(frozen=True)
class Findings:
    """What one text holds: places to mend, and how many are right already."""

    hits: tuple[Hit, ...]
    right: int


class Lexicon:
    """The forms of the company's word, ready for the search. Texts may be in both languages, so both are looked for."""

    def __init__(self, word_forms: Mapping[str, Mapping[str, str]]) -> None:
        written = {form.lower() for forms in word_forms.values() for form in forms.values() if form.strip()}
        written |= {form.replace("ё", "е") for form in written}
        self.forms = frozenset(form for form in written if len(form.split()) == 1)
        phrases = sorted((form for form in written if len(form.split()) > 1), key=len, reverse=True)
        self.phrases = [re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, form.split())) + r"(?!\w)", re.IGNORECASE) for form in phrases]
        self.prefixes = prefixes_of(self.forms)
        parts = (f"[{prefix[0]}{prefix[0].upper()}]{re.escape(prefix[1:])}\\w*" for prefix in self.prefixes)
        self.words = re.compile("|".join(parts)) if self.prefixes else None

    def candidates(self, text: str) -> Iterator[tuple[int, int, bool]]:
        """Yield (start, end, whether it is right) of every form in the text, whatever stands around it."""
        for found in self.words.finditer(text) if self.words else ():
            start, word = found.start(), found.group().rstrip("_")
            if start and LETTER.match(text[start - 1]):
                continue
            if word in self.forms:
                yield start, start + len(word), False
            elif word[:1].isupper() and word.lower() in self.forms and word[1:] == word[1:].lower():
                yield start, start + len(word), True
        for split in SPLIT.finditer(text) if self.prefixes else ():
            joined = split[1] + split[2]
            if joined.lower() in self.forms and joined[1:] == joined[1:].lower() and split[1] not in self.forms:
                yield split.start(), split.end(), joined[0].isupper()
        for phrase in self.phrases:
            for found in phrase.finditer(text):
                if not found.group().isupper():
                    yield found.start(), found.end(), not small_letters(text, found.start(), found.end())


def prefixes_of(forms: Iterable[str]) -> list[str]:
    """Return the beginnings shared by forms of one word: a search for a few of them is much faster than one for all."""
    left, prefixes = sorted(forms), []
    while left:
        head = left[0]
        family = [form for form in left if form[:3] == head[:3]]
        length = next((n for n in range(len(min(family, key=len)), 0, -1) if len({form[:n] for form in family}) == 1), 1)
        prefixes.append(head[:length])
        left = [form for form in left if form not in family]
    return prefixes


def small_letters(text: str, start: int, end: int) -> tuple[int, ...]:
    """Return where the words of a form begin with a small letter."""
    begins = [start + found.start() for found in re.finditer(r"(?<!\S)\S", text[start:end])]
    return tuple(at for at in begins if text[at].islower())


def find_places(text: str, lexicon: Lexicon, *, is_markdown: bool = False, guarded: Spans | None = None) -> Findings:
    """Find every form with a small letter that means a person and is neither code, a link nor somebody's own words."""
    found = sorted(lexicon.candidates(text))
    if not found:
        return Findings((), 0)
    spans = guarded_spans(text, is_markdown=is_markdown)
    things = Things(text)
    hits: list[Hit] = []
    right = last = 0
    for start, end, is_right in found:
        if start < last or spans.holds(start) or (guarded and guarded.holds(start)) or is_compound(text, start, end):
            continue
        if is_in_address(text, start, end) or things.is_thing(start, end) or is_idiom(text, start, end):
            continue
        last = end
        if is_right:
            right += 1
        else:
            hits.append(Hit(start, end, small_letters(text, start, end) if " " in text[start:end] else (start,)))
    return Findings(tuple(hits), right)


def is_compound(text: str, start: int, end: int) -> bool:
    """Say whether the form is part of a longer word, a file name, a tag or a name in code."""
    before, after = text[max(start - 24, 0) : start], text[end : end + 24]
    if EMPHASISED[0].search(before) and (closing := EMPHASISED[1].match(after)):
        before, after = before.rstrip("_"), after[closing.end() :]
    if before.endswith(tuple(HYPHENS)) and (earlier := re.search(r"(\w+).\Z", before)) and not PERSONS_BEFORE.match(earlier[1]):
        return True
    if after.startswith(tuple(HYPHENS)) and not after.startswith(("-\n", "-\r")) and not PERSONS_AFTER.match(after[1:]):
        return after[1:2] != "" and not re.match(r"[)\]]", after[1:])
    return before.endswith(("_", "#", "@", "$", "\\", "%", "->", "::")) or bool(
        re.match(r"\.[a-zа-яё0-9]|_|\w|::|\(\)|[\\/]сервер|=\S|@\w", after) or re.search(r"[A-Za-z]\.\Z|сервер[\\/]\Z", before)
    )


def mend(text: str, hits: Iterable[Hit]) -> str:
    """Give the places capital letters; nothing else changes, not even the length."""
    letters = sorted(at for hit in hits for at in hit.letters)
    parts, last = [], 0
    for at in letters:
        parts += [text[last:at], text[at].upper()]
        last = at + 1
    return "".join([*parts, text[last:]])


@dataclass(frozen=True)
class Context:
    """A place with the words around it."""

    before: str
    word: str
    after: str


def context_of(text: str, hit: Hit) -> Context:
    """Return the place with the words around it, on one line."""
    before, after = text[max(hit.start - CONTEXT_CHARS, 0) : hit.start], text[hit.end : hit.end + CONTEXT_CHARS]
    if hit.start > CONTEXT_CHARS:
        before = "…" + before.partition(" ")[2]
    if hit.end + CONTEXT_CHARS < len(text):
        after = after.rpartition(" ")[0] + "…"
    return Context(flat(before), flat(text[hit.start : hit.end]), flat(after))


def flat(text: str) -> str:
    """Write runs of blanks as one, keeping those at the ends."""
    return re.sub(r"\s+", " ", text)


def share_right(right: int, wrong: int) -> float | None:
    """Return which part of all forms has a capital letter; None where there is no form at all.

    >>> share_right(3, 1)
    0.75
    """
    return right / (right + wrong) if right + wrong else None
