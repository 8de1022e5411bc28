"""Headers of columns."""

import re
from collections import Counter
from collections.abc import Sequence

PUNCTUATION = re.compile(r"[\W_]+")


def normal(header: str) -> str:
    """Write a header as lists of known ones have it: lower case, `е` for `ё`, no punctuation."""
    return PUNCTUATION.sub(" ", header.lower().replace("ё", "е")).strip()


def tidy_headers(cells: Sequence[str]) -> list[str]:
    """Name every column; the second column of one name becomes `Name (2)`, a nameless one stays empty. Empty ends are cut off."""
    named = [" ".join(cell.split())[:120] for cell in cells]
    while named and not named[-1]:
        named.pop()
    seen: Counter[str] = Counter()
    for number, header in enumerate(named):
        seen[header] += 1
        if header and seen[header] > 1:
            named[number] = f"{header} ({seen[header]})"
    return named
