"""Attacks on what is written beside an answer: foreign keys, equal values, and what triggers have kept."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from surveys.attacks.target import WHOLE_NUMBERS, Claims, Target, answers_in, columns_of, fetched, of_those_who_answered

LONGEST_PATH = 4
MOST_ROWS = 200_000
FOREIGN_KEYS = """
SELECT r.relname, a.attname, f.relname, b.attname FROM pg_constraint c
JOIN pg_class r ON r.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid JOIN pg_namespace n ON n.oid = r.relnamespace
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
WHERE c.contype = 'f' AND n.nspname = current_schema() ORDER BY 1, 2
"""
HISTORIES = """
SELECT DISTINCT t.relname FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE t.relkind IN ('r', 'p') AND n.nspname = current_schema() AND (
    t.relname ~ '(event|history|historical|audit|_log|log_|revision|version)'
    OR EXISTS (
        SELECT FROM pg_trigger g JOIN pg_class a ON a.oid = g.tgrelid JOIN pg_proc p ON p.oid = g.tgfoid
        WHERE NOT g.tgisinternal AND a.relname = ANY(%s) AND p.prosrc ILIKE '%%insert into%%' || t.relname || '%%'))
ORDER BY 1
"""


class ForeignKey(NamedTuple):
    """A column of a table that names a row of another."""

    table: str
    column: str
    other: str
    key: str


def foreign_keys(target: Target, wave: int) -> Claims:
    """Follow every chain of foreign keys from an answer, or from a row that names an answer, to a person."""
    claims: dict[str, str] = {}
    every = [ForeignKey(*row) for row in fetched(FOREIGN_KEYS)]
    for path in paths(target, every, {target.people, *target.persons}):
        found = fetched(joined(target, path), wave)
        people = Counter(person for person, _answer in found)
        claims |= {person: answer for person, answer in found if people[person] == 1}
    return claims


def paths(target: Target, every: list[ForeignKey], ends: set[str]) -> Iterator[list[ForeignKey]]:
    """Yield chains of foreign keys from the answers, or from a table that names them, to a table of people."""
    starts = [[key] for key in every if target.answers in (key.table, key.other)]
    while starts:
        path = starts.pop()
        here = path[0].table if len(path) == 1 and path[0].other == target.answers else path[-1].other
        if here in target.shared:
            continue
        if here in ends:
            yield path
        elif len(path) < LONGEST_PATH:
            starts += [[*path, key] for key in every if key.table == here and key not in path]


def joined(target: Target, path: list[ForeignKey]) -> str:
    """Return the query that follows a chain."""
    joins, here = [f"FROM {target.answers} t0"], "t0"
    for number, key in enumerate(path, start=1):
        mine = f"t{number}"
        backwards = number == 1 and key.other == target.answers
        table, theirs, ours = (key.table, key.column, key.key) if backwards else (key.other, key.key, key.column)
        joins.append(f"JOIN {table} {mine} ON {mine}.{theirs} = {here}.{ours}")
        here = mine
    return f"SELECT {here}.id::text, t0.id::text {' '.join(joins)} WHERE t0.{target.wave} = %s"


def equal_values(target: Target, wave: int) -> Claims:
    """Look for columns with the same values on both sides: a person's number, a token, a key that no constraint declares."""
    claims: dict[str, str] = {}
    people = telling_columns(target.people, target.wave, of_those_who_answered(target), wave)
    for kind, answers in telling_columns(target.answers, target.wave, f"{target.wave} = %s", wave):
        for other, persons in people:
            common = answers.keys() & persons.keys() if kind == other else set[str]()
            if len(common) > 1 and 2 * len(common) >= len(answers):
                claims |= {persons[value]: answers[value] for value in common}
    return claims


def telling_columns(table: str, wave_column: str, condition: str, wave: int) -> list[tuple[str, dict[str, str]]]:
    """Return, by column that could name somebody, its kind and the rows by their values, those values that occur once."""
    found = []
    for name, kind in columns_of(table).items():
        if name == wave_column or not can_name(name, kind):
            continue
        rows = fetched(f"SELECT {name}::text, id::text FROM {table} WHERE {condition} AND {name} IS NOT NULL", wave)
        counts = Counter(value for value, _row in rows)
        found.append(("number" if kind in WHOLE_NUMBERS else "text", {value: row for value, row in rows if value and counts[value] == 1}))
    return found


def can_name(name: str, kind: str) -> bool:
    """Say whether a column might hold somebody's key; a serial number or a count does not."""
    return kind in ("uuid", "text", "bytea", "character varying") or (kind in WHOLE_NUMBERS and name.endswith("_id"))


def history(target: Target, wave: int) -> Claims:
    """Read what triggers and audit tables have kept: rows of one transaction that name one person and one answer."""
    people = {row for (row,) in fetched(f"SELECT id::text FROM {target.people} WHERE {target.wave} = %s", wave)}
    answers = set(answers_in(target, wave))
    claims: dict[str, str] = {}
    if not people or not answers:
        return claims
    for (table,) in fetched(HISTORIES, [target.people, target.answers]):
        if table in (target.people, target.answers, "django_migrations"):
            continue
        together = defaultdict[str, set[str]](set)
        for transaction, content in fetched(f"SELECT t.xmin::text, to_jsonb(t)::text FROM {table} t LIMIT {MOST_ROWS}"):
            together[transaction] |= set(words(json.loads(content)))
        for named in together.values():
            if len(named & people) == len(named & answers) == 1 and named & people != named & answers:
                claims[next(iter(named & people))] = next(iter(named & answers))
    return claims


def words(content: Any) -> Iterator[str]:
    """Yield every value in nested data as text."""
    if isinstance(content, dict | list):
        for value in content.values() if isinstance(content, dict) else content:
            yield from words(value)
    elif content is not None:
        yield str(content)
