"""The ready catalogue is complete in both languages."""

import re
from collections import Counter

import pytest

from touchpoints.catalogue import read_entries
from touchpoints.enums import JourneyStage, TouchpointClass


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_class_is_full_and_every_entry_says_what_to_look_at(language: str) -> None:
    found = read_entries(language)
    assert Counter(entry.kind for entry in found) == {
        TouchpointClass.BUSINESS: 19,
        TouchpointClass.PRODUCT: 14,
        TouchpointClass.SERVICE: 18,
        TouchpointClass.EMPLOYEE: 13,
    }
    assert {entry.stage for entry in found} == set(JourneyStage)
    assert len({entry.key for entry in found}) == len({(entry.kind, entry.name) for entry in found}) == len(found)
    assert [entry.key for entry in found if not (0 < len(entry.name) <= 120 and 0 < len(entry.hint) <= 300)] == []


def test_client_has_a_capital_letter() -> None:
    texts = [f"{entry.name} {entry.hint}" for language in ("ru", "en") for entry in read_entries(language)]
    assert [text for text in texts if re.search(r"\bклиент|\bclient", text)] == []
