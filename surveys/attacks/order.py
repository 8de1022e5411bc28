"""Attacks on order and time: whoever answered k-th gave the k-th answer, and what was written together belongs together."""

from bisect import bisect_left
from collections import defaultdict
from typing import Any

from surveys.attacks.target import MOMENTS, WHOLE_NUMBERS, Claims, Target, columns_of, fetched, of_those_who_answered

TRANSACTION = "xmin::text::bigint"


def serial_ids(target: Target, wave: int) -> Claims:
    """Take the answers by their numbers, if these are given out one after another."""
    is_number = columns_of(target.answers)["id"] in WHOLE_NUMBERS
    return paired(target, wave, "id") if is_number else {}


def heap_order(target: Target, wave: int) -> Claims:
    """Take the answers in the order in which they lie on the disk."""
    return paired(target, wave, "ctid")


def transaction_order(target: Target, wave: int) -> Claims:
    """Take the answers in the order of their transactions, if there were several."""
    return paired(target, wave, TRANSACTION) if are_several(target.answers, TRANSACTION, f"{target.wave} = %s", wave) else {}


def paired(target: Target, wave: int, order: str) -> Claims:
    """Pair the k-th who answered with the k-th answer; nobody, where nothing says who answered when."""
    clock = clock_of(target, wave)
    if clock is None:
        return {}
    condition = of_those_who_answered(target)
    people = fetched(f"SELECT {target.person}::text AS person FROM {target.people} WHERE {condition} ORDER BY {clock}", wave)
    answers = fetched(f"SELECT id::text AS answer FROM {target.answers} WHERE {target.wave} = %s ORDER BY {order}", wave)
    if len(people) != len(answers):
        return {}
    return {person: answer for (person,), (answer,) in zip(people, answers, strict=True)}


def clock_of(target: Target, wave: int) -> str | None:
    """Return what tells the order in which people answered: times, else transactions; None where all is the same."""
    moments = [name for name, kind in columns_of(target.people).items() if kind in MOMENTS]
    condition = of_those_who_answered(target)
    return next((each for each in [*moments, TRANSACTION] if are_several(target.people, each, condition, wave)), None)


def are_several(table: str, value: str, condition: str, wave: int) -> bool:
    """Say whether the rows differ in a value."""
    return bool(fetched(f"SELECT count(DISTINCT {value}) > 1 FROM {table} WHERE {condition}", wave)[0][0])


def times(target: Target, wave: int) -> Claims:
    """Take the answer that is nearest in time to when somebody answered."""
    mine, theirs = ([name for name, kind in columns_of(table).items() if kind in MOMENTS] for table in (target.people, target.answers))
    for moment in theirs:
        answers = fetched(f"SELECT {moment}, id::text FROM {target.answers} WHERE {target.wave} = %s ORDER BY 1", wave)
        if len({when for when, _answer in answers}) < 2:
            continue
        for other in mine:
            condition = f"{of_those_who_answered(target)} AND {other} IS NOT NULL"
            people = fetched(f"SELECT {target.person}::text, {other} FROM {target.people} WHERE {condition}", wave)
            if people:
                guesses = [{person: guess(answers, when) for person, when in people} for guess in (nearest, following)]
                return max(guesses, key=lambda claims: len(set(claims.values())))
    return {}


def nearest(answers: list[tuple[Any, ...]], when: Any) -> str:
    """Return the answer nearest to a moment."""
    place = bisect_left(answers, (when, ""))
    around = answers[max(place - 1, 0) : place + 1]
    return str(min(around, key=lambda answer: abs(answer[0] - when))[1])


def following(answers: list[tuple[Any, ...]], when: Any) -> str:
    """Return the first answer from a moment on, or the last of all."""
    return str(answers[min(bisect_left(answers, (when, "")), len(answers) - 1)][1])


def same_transaction(target: Target, wave: int) -> Claims:
    """Take the answer that the same transaction wrote."""
    together = defaultdict[str, tuple[list[str], list[str]]](lambda: ([], []))
    condition = of_those_who_answered(target)
    for person, xmin in fetched(f"SELECT {target.person}::text, xmin::text FROM {target.people} WHERE {condition}", wave):
        together[xmin][0].append(person)
    for answer, xmin in fetched(f"SELECT id::text, xmin::text FROM {target.answers} WHERE {target.wave} = %s", wave):
        together[xmin][1].append(answer)
    return {people[0]: answers[0] for people, answers in together.values() if len(people) == len(answers) == 1}
