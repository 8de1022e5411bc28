"""What the worksheets begin with on the first day: data in `starters.json`, in both languages."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import translation

from common.speech import per_word, say
from touchpoints.enums import FearKind, HoldKind, TalkKind

SOURCE = Path(__file__).with_name("starters.json")


@dataclass(frozen=True)
class FearStart:
    """A fear of the method in a Client's words."""

    kind: FearKind
    words: str


@dataclass(frozen=True)
class GuaranteeStart:
    """A ready guarantee with the kinds of fear it answers."""

    key: str
    kinds: tuple[FearKind, ...]
    promise: str


@dataclass(frozen=True)
class TalkStart:
    """An example of something people tell each other."""

    key: str
    kind: TalkKind
    text: str


@per_word
def read(language: str) -> dict[str, Any]:
    """Return everything in one language, in the order of the file."""
    rows = json.loads(SOURCE.read_text(encoding="utf-8"))
    return {
        "fears": tuple(FearStart(FearKind(row["kind"]), say(row[language], language)) for row in rows["fears"]),
        "guarantees": tuple(
            GuaranteeStart(row["key"], tuple(FearKind(kind) for kind in row["kinds"]), say(row[language], language))
            for row in rows["guarantees"]
        ),
        "ideas": tuple(TalkStart(row["key"], TalkKind(row["kind"]), say(row[language], language)) for row in rows["ideas"]),
        "holds": {HoldKind(row["kind"]): say(row[language], language) for row in rows["holds"]},
    }


def in_use() -> dict[str, Any]:
    """Return everything in the language in use; Russian for any other than English."""
    return read("en" if (translation.get_language() or "").startswith("en") else "ru")


def fears() -> tuple[FearStart, ...]:
    """Return one fear of each kind of the method."""
    return tuple(in_use()["fears"])


def guarantees() -> tuple[GuaranteeStart, ...]:
    """Return the ready guarantees."""
    return tuple(in_use()["guarantees"])


def ideas() -> tuple[TalkStart, ...]:
    """Return examples of reasons to talk, several of each kind."""
    return tuple(in_use()["ideas"])


def hold_hints() -> dict[HoldKind, str]:
    """Return the question to ask of each thing that may hold a Client."""
    return dict(in_use()["holds"])
