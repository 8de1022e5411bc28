"""Which row is the header and what each column is: by the synonyms of `synonyms.json`, else by what stands in the column."""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from clients.enums import ImportField
from common.tables.cells import looks_like_day, looks_like_email, looks_like_money, looks_like_phone
from common.tables.headers import normal

MANY = {ImportField.PHONE, ImportField.EMAIL, ImportField.NAME}
"""Fields that several columns may fill: the first sound phone and e-mail count, names are put together."""
ENOUGH_SIGNS = 3


@dataclass(frozen=True)
class Guess:
    """What the columns seem to be, and whose export it looks like (empty: nobody's we know)."""

    mapping: dict[int, ImportField]
    preset: str = ""


@cache
def synonyms() -> dict[str, Any]:
    """Return the synonym lists; a new program is a new entry in that file, never a branch in code."""
    content: dict[str, Any] = json.loads((Path(__file__).parent / "synonyms.json").read_text())
    return content


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Return the row that is the header: the one with most known words, else the first with most texts; titles have few cells."""
    return max(range(len(rows)), key=lambda number: (likeness(rows[number]), -number), default=0)


def likeness(cells: Sequence[str]) -> int:
    """Say how much a row looks like a header."""
    filled = [cell for cell in cells if cell.strip()]
    known = sum(field_of(normal(cell)) is not None for cell in filled)
    texts = sum(not (looks_like_day(cell) or looks_like_money(cell) or looks_like_phone(cell) or looks_like_email(cell)) for cell in filled)
    return 10 * known + (texts if texts == len(filled) else 0)


@cache
def field_of(header: str) -> ImportField | None:
    """Return the field a normalised header names in the general lists."""
    for field, words in synonyms()["fields"].items():
        if header in words["exact"]:
            return ImportField(field)
    for field, words in synonyms()["fields"].items():
        if any(header.startswith(prefix) for prefix in words["prefix"]):
            return ImportField(field)
    return None


def guess_mapping(headers: Sequence[str], examples: Sequence[Sequence[str]]) -> Guess:
    """Guess what every column is; a field other than phone, e-mail and name is given to one column only."""
    plain = [normal(re.sub(r" \(\d+\)$", "", header)) for header in headers]
    preset = guess_preset(plain)
    known = preset["columns"] if preset else {}
    mapping: dict[int, ImportField] = {}
    for number, header in enumerate(plain):
        field = ImportField(known[header]) if header in known else field_of(header)
        if field and (field in MANY or field not in mapping.values()):
            mapping[number] = field
    keep_one_name(mapping, plain)
    guess_by_content(mapping, [header in known or field_of(header) is not None for header in plain], examples)
    return Guess(mapping, preset["code"] if preset else "")


def keep_one_name(mapping: dict[int, ImportField], headers: Sequence[str]) -> None:
    """Leave several name columns only where they are parts of one name."""
    names = [number for number, field in mapping.items() if field == ImportField.NAME]
    parts = [number for number in names if headers[number] in {"имя", "фамилия", "отчество"}]
    kept = parts if len(parts) > 1 else names[:1]
    for number in names:
        if number not in kept:
            del mapping[number]


def guess_preset(headers: Sequence[str]) -> dict[str, Any] | None:
    """Return the program whose export has most of these headers, if enough of them agree."""
    found = [(len(set(preset["signs"]) & set(headers)), preset) for preset in synonyms()["presets"]]
    signs, best = max(found, key=lambda item: item[0])
    return best if signs >= ENOUGH_SIGNS else None


def guess_by_content(mapping: dict[int, ImportField], understood: Sequence[bool], examples: Sequence[Sequence[str]]) -> None:
    """Give columns with unknown headers the fields that are still free, by their examples."""
    kinds: list[tuple[ImportField, Callable[[str], bool]]] = [
        (ImportField.EMAIL, looks_like_email),
        (ImportField.PHONE, looks_like_phone),
        (ImportField.DAY, looks_like_day),
        (ImportField.AMOUNT, looks_like_money),
    ]
    for field, looks_right in kinds:
        free = [number for number, known in enumerate(understood) if not known and number not in mapping and examples[number]]
        fitting = [number for number in free if all(looks_right(value) for value in examples[number])]
        if fitting and field not in mapping.values():
            mapping[fitting[0]] = field


def signature(headers: Sequence[str]) -> str:
    """Return what is the same for files with the same headers."""
    return hashlib.sha256("\n".join(normal(header) for header in headers).encode()).hexdigest()


def preset_name(code: str) -> str:
    """Return a program's name for people."""
    return next((str(preset["name"]) for preset in synonyms()["presets"] if preset["code"] == code), "")
