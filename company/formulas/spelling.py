"""Names of branches, departments and people: the same name however it is typed."""

from collections.abc import Iterable


def tidy(text: str) -> str:
    """Leave single spaces between words and none around."""
    return " ".join(text.split())


def comparable(text: str) -> str:
    """Return what is the same for spellings of one name.

    >>> comparable(" Приём  заказов ") == comparable("прием заказов")
    True
    """
    return tidy(text).casefold().replace("ё", "е")


def spellings(known: Iterable[str]) -> dict[str, str]:
    """Return the names by what is the same for their spellings; of several the first one counts."""
    found: dict[str, str] = {}
    for name in known:
        found.setdefault(comparable(name), name)
    return found


def known_spelling(text: str, known: Iterable[str]) -> str:
    """Return the first known name that is the same as this one, else the name itself, tidied.

    >>> known_spelling("продажи ", ["Приёмка", "Продажи"])
    'Продажи'
    """
    return spellings(known).get(comparable(text), tidy(text))
