"""Where an attack looks: a table with a row for each person and one with a row for each answer, as the database knows them."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

Claims = Mapping[str, str]
WHOLE_NUMBERS = {"smallint", "integer", "bigint"}
MOMENTS = {"timestamp with time zone", "timestamp without time zone", "date"}
NOISE = 0.98  # what is sealed hardly shrinks when it is compressed


@dataclass(frozen=True)
class Target:
    """Two tables of one survey: who was asked, and what was answered.

    `answered` is the column that says that somebody has answered, if there is one. What lies in a `shared` table is the same for all
    answers of a survey, so a path through it leads to nobody; a path to a table of `persons` leads to somebody.
    """

    people: str
    person: str
    answers: str
    answered: str = ""
    wave: str = "wave_id"
    shared: frozenset[str] = frozenset({"surveys_staffwave"})
    persons: frozenset[str] = frozenset({"company_employee", "company_user"})


TICKETS, SEATS = ("surveys_staffticket", "id"), ("surveys_staffseat", "id")
LIVE = tuple(
    Target(people, person, answers, answered)
    for (people, person), answered in ((TICKETS, "answered"), (SEATS, ""))
    for answers in ("surveys_staffballot", "surveys_staffcomment")
)


def fetched(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def columns_of(table: str) -> dict[str, str]:
    """Return the type of each column of a table."""
    sql = "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s"
    return dict(fetched(f"{sql} ORDER BY ordinal_position", table))


def waves_in(target: Target) -> list[int]:
    """Return the surveys of which there are answers."""
    return [wave for (wave,) in fetched(f"SELECT DISTINCT {target.wave} FROM {target.answers} ORDER BY 1")]


def answers_in(target: Target, wave: int) -> list[str]:
    """Return the answers of a survey by their numbers, in no order."""
    return [row for (row,) in fetched(f"SELECT id::text FROM {target.answers} WHERE {target.wave} = %s", wave)]


def of_those_who_answered(target: Target) -> str:
    """Return the condition for the people of a survey, as far as it is known those who answered."""
    return f"{target.wave} = %s" + (f" AND {target.answered}" if target.answered else "")


def is_sealed(target: Target, wave: int) -> bool:
    """Say whether the answers are bytes of one length that look like noise, so that a link to them says nothing yet."""
    content = [name for name in columns_of(target.answers) if name not in ("id", target.wave)]
    if len(content) != 1 or columns_of(target.answers)[content[0]] != "bytea":
        return False
    texts = [bytes(row) for (row,) in fetched(f"SELECT {content[0]} FROM {target.answers} WHERE {target.wave} = %s", wave)]
    return len({len(text) for text in texts}) == 1 and all(len(zlib.compress(text)) > NOISE * len(text) for text in texts)
