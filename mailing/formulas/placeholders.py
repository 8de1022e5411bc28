"""Places such as `{greeting}` in texts people write: which are allowed, and what is done with any other brace."""

import re
from collections.abc import Collection
from dataclasses import dataclass

BRACED = re.compile(r"\{[^{}\n]*\}|[{}]")
CONTEXT = 12


@dataclass(frozen=True)
class Stray:
    """A brace that is no allowed place: the line it stands in, counted from 1, and what stands there."""

    line: int
    piece: str


def strays(text: str, allowed: Collection[str]) -> list[Stray]:
    """Return every place that is not on the list and every lonely brace.

    >>> strays("{greeting} {nmae}", ["greeting"])
    [Stray(line=1, piece='{nmae}')]
    """
    return [
        Stray(number, found[0] if len(found[0]) > 1 else line[max(found.start() - CONTEXT, 0) : found.end() + CONTEXT].strip())
        for number, line in enumerate(text.splitlines(), start=1)
        for found in BRACED.finditer(line)
        if found[0][1:-1] not in allowed or len(found[0]) == 1
    ]


def neutral(text: str, allowed: Collection[str]) -> str:
    """Turn the braces of everything that is no allowed place into brackets, so that nothing in a letter stays unfilled.

    >>> neutral("{greeting} {nmae} }", ["greeting"])
    '{greeting} (nmae) )'
    """

    def kept(match: re.Match[str]) -> str:
        is_allowed = len(match[0]) > 1 and match[0][1:-1] in allowed
        return match[0] if is_allowed else match[0].replace("{", "(").replace("}", ")")

    return BRACED.sub(kept, text)


def names_in(text: str) -> set[str]:
    """Return the names that stand in braces."""
    return {match[0][1:-1] for match in BRACED.finditer(text) if len(match[0]) > 1}
