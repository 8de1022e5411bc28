"""The ready catalogue of touchpoints: data in `catalogue.json`, in both languages."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.utils import translation

from common.speech import per_word, say
from touchpoints.enums import JourneyStage, TouchpointClass

SOURCE = Path(__file__).with_name("catalogue.json")


@dataclass(frozen=True)
class Entry:
    """One ready touchpoint with what to look at."""

    key: str
    kind: TouchpointClass
    name: str
    hint: str
    stage: JourneyStage


@per_word
def read_entries(language: str) -> tuple[Entry, ...]:
    """Return the whole catalogue in one language, in the order of the file."""
    rows = json.loads(SOURCE.read_text(encoding="utf-8"))
    return tuple(read_entry(row, *(say(text, language) for text in row[language])) for row in rows)


def read_entry(row: dict[str, str], name: str, hint: str) -> Entry:
    """Return one row of the file with its texts in the language asked for."""
    return Entry(row["key"], TouchpointClass(row["kind"]), name, hint, JourneyStage(row["stage"]))


def entries() -> tuple[Entry, ...]:
    """Return the catalogue in the language in use; Russian for any other than English."""
    return read_entries("en" if (translation.get_language() or "").startswith("en") else "ru")
