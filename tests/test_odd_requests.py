"""Odd addresses and parameters: whatever a visitor types into the address bar, a page answers and never breaks."""

import uuid
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client as Browser
from django.urls import converters, reverse

from tests.test_access_matrix import ADDRESSES, CONVERTERS, matrix, sample, url_of

READABLE = sorted(name for name in ADDRESSES if "GET" in matrix().get(name, ("", ""))[1].split(","))
PARAMETERS = """
    action active_within_days as_of audience band bill branch branches by cut day days details focus format group kind locale mark marked
    month months more motive next of order owner page plug point power presence q rating reason responsible score segment show sign since
    sort split state tab talked text title touchpoint until value version view wave who whose width worse
""".split()  # noqa: SIM905 - seventy names read better so
ODD_VALUES = (
    "\0",
    "a\0b",
    str(10**30),
    "9" * 5_000,
    "-1",
    "0",
    "²",
    "😀" * 50,
    "' OR 1=1 --",
    "ё" * 5_000,
    "0001-01-01",
    "9999-12-31",
    "2026-02-31",
)


def odd_addresses(name: str) -> list[str]:
    """Return the address with huge numbers and strange texts for what it names."""
    kinds = CONVERTERS[name]
    odd: dict[type[Any], list[Any]] = {converters.IntConverter: [0, 2**31, 2**63, 10**40], converters.UUIDConverter: [uuid.UUID(int=0)]}
    if not kinds:
        return []
    found = []
    for number in range(4):
        values = {key: pick(odd, kind, number) for key, kind in kinds.items()}
        found.append(reverse(name, kwargs=values))
    return found


def pick(odd: dict[type[Any], list[Any]], kind: Any, number: int) -> Any:
    """Return the odd value of this number for a converter."""
    for base, values in odd.items():
        if isinstance(kind, base):
            return values[number % len(values)]
    return ["\0", "😀", "x" * 3_000, "a\0b"][number] if type(kind) is converters.StringConverter else sample(kind)


def is_broken(browser: Browser, address: str) -> bool:
    """Say whether the page answers with a fault of ours."""
    return bool(browser.get(address).status_code >= 500)


@pytest.mark.parametrize("name", READABLE)
def test_odd_parameters_break_no_page(name: str, as_owner: Browser) -> None:
    url = url_of(name)
    queries = ["&".join(f"{parameter}={quote(value)}" for parameter in PARAMETERS) for value in ODD_VALUES]
    queries += ["&".join(f"{parameter}[]=1&{parameter}=1&{parameter}=x" for parameter in PARAMETERS), "&&==%FF%FE&%00=%00"]
    assert [query[:60] for query in queries if is_broken(as_owner, f"{url}?{query}")] == []


@pytest.mark.parametrize("name", [name for name in READABLE if CONVERTERS[name]])
def test_odd_addresses_break_no_page(name: str, as_owner: Browser) -> None:
    assert [address[:80] for address in odd_addresses(name) if is_broken(as_owner, address)] == []
