"""Attacks on what is left behind beside the tables: links and codes in logs, in letters, in any other table."""

import re
from collections.abc import Iterable, Iterator, Mapping

from surveys.attacks.target import columns_of, fetched
from surveys.links import staff_link
from surveys.models import StaffBallot, StaffComment, StaffSeat, StaffTicket
from surveys.staff_codes import code_of

TOKEN = re.compile(r"[A-Za-z0-9_-]{10,}")
OWN = ("surveys_staffticket", "surveys_staffballot", "surveys_staffcomment")
TEXTS = ("text", "character varying", "uuid", "jsonb", "json", "bytea", "ARRAY")
MOST_ROWS = 200_000
TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = current_schema() AND NOT c.relispartition AND NOT c.relname = ANY(%s) ORDER BY 1
"""


def secrets() -> dict[str, str]:
    """Return everything that stands for a person's ticket, or for an answer, with what it stands for."""
    seats = StaffSeat.objects.select_related("wave")
    found = {staff_link(seat.wave.public_token, seat.pk).token: f"link of seat {seat.pk}" for seat in seats.iterator()}
    for ticket in StaffTicket.objects.iterator():
        found |= dict.fromkeys([code_of(ticket.pk), str(ticket.pk), bytes(ticket.token_hash).hex()], f"ticket {ticket.pk}")
    found |= {str(pk): f"ballot {pk}" for pk in StaffBallot.objects.values_list("pk", flat=True)}
    return found | {str(pk): f"comment {pk}" for pk in StaffComment.objects.values_list("pk", flat=True)}


def in_lines(lines: Iterable[str], sought: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (what was found, in which line) for every secret in a text."""
    for number, line in enumerate(lines, start=1):
        for word in TOKEN.findall(line):
            if word in sought:
                yield sought[word], f"line {number}"


def in_tables(sought: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (what was found, in which table) for every secret in tables that have no business with it."""
    for (table,) in fetched(TABLES, list(OWN)):
        names = [name for name, kind in columns_of(table).items() if kind in TEXTS]
        if names and sought:
            row = " || ' ' || ".join(f"coalesce(\"{name}\"::text, '')" for name in names)
            texts = (text for (text,) in fetched(f"SELECT {row} FROM {table} LIMIT {MOST_ROWS}"))
            yield from ((what, table) for what, _line in in_lines(texts, sought))
