"""`python -m bench.releases`: which share of groups of an anonymous survey the release audit shows, and how long it takes."""

import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from random import Random

from surveys.formulas.ballots import Cell
from surveys.formulas.release import CellTally, GroupKey, Ruling, rule_on

SLICES = ("branch", "department", "tenure")
SIZES, SURVEYS, FIRMS = (30, 60, 150, 500), 5, 20
LEAVE, MOVE, JOIN, ANSWER = 0.03, 0.02, 0.06, 0.7
MIX = (25, 30, 45)  # critics, neutrals, fans


def staff_of(random: Random, size: int, slices: int) -> dict[int, Cell]:
    """Return people in branches of about 25, up to four departments, three lengths of service."""
    branches = [f"branch {number}" for number in range(max(1, round(size / 25)))]
    weights = [random.uniform(0.5, 1.5) for _branch in branches]
    departments = ["sales", "service", "store", "office"][: max(2, min(4, size // 12))]

    def cell() -> Cell:
        (branch,) = random.choices(branches, weights)
        (department,) = random.choices(departments, (4, 3, 2, 1)[: len(departments)])
        (tenure,) = random.choices(("first_year", "to_three", "over_three"), (3, 4, 3))
        return Cell(branch, department if slices > 1 else "", tenure if slices > 2 else "")

    return {person: cell() for person in range(size)}


def answered(random: Random, staff: Mapping[int, Cell]) -> dict[Cell, CellTally]:
    """Return what these people answer."""
    people, counts = defaultdict[Cell, set[int]](set), defaultdict[Cell, list[int]](lambda: [0, 0, 0])
    for person, cell in staff.items():
        people[cell].add(person)
        if random.random() < ANSWER:
            counts[cell][random.choices((0, 1, 2), MIX)[0]] += 1
    return {cell: CellTally(frozenset(each), tuple(counts[cell])) for cell, each in people.items()}


def groups_in(cells: Mapping[Cell, CellTally], slices: int) -> dict[GroupKey, frozenset[Cell]]:
    """Return everybody and each value of each slice."""
    groups = {GroupKey(): frozenset(cells)}
    for name in SLICES[:slices]:
        for value in {getattr(cell, name) for cell in cells}:
            groups[GroupKey(name, value)] = frozenset(cell for cell in cells if getattr(cell, name) == value)
    return groups


def changed(random: Random, staff: Mapping[int, Cell], size: int, first: int) -> dict[int, Cell]:
    """Return the staff of the next survey: some have left, moved or joined."""
    cells = sorted(set(staff.values()))
    kept = {person: random.choice(cells) if random.random() < MOVE else cell for person, cell in staff.items() if random.random() > LEAVE}
    return kept | {first + number: random.choice(cells) for number in range(random.randint(0, round(JOIN * size)))}


def surveyed(random: Random, size: int, slices: int, surveys: int) -> tuple[list[list[Ruling]], float]:
    """Return the rulings of surveys in a row, and the seconds the last one took."""
    staff, history, rulings, seconds = staff_of(random, size, slices), list[frozenset[int]](), list[list[Ruling]](), 0.0
    for number in range(surveys):
        cells = answered(random, staff)
        groups = groups_in(cells, slices)
        begun = time.perf_counter()
        rulings.append(rule_on(cells=cells, groups=groups, history=history, threshold=5))
        seconds = time.perf_counter() - begun
        exact = [groups[ruling.key] for ruling in rulings[-1] if ruling.status == "exact"]
        history += [frozenset().union(*(cells[cell].people for cell in members)) for members in exact]
        staff = changed(random, staff, size, 100_000 * (number + 1))
    return rulings, seconds


def line(size: int, slices: int, surveys: int, firms: int) -> str:
    """Return the figures of firms of a size, of the last survey of each."""
    runs = [surveyed(Random(number), size, slices, surveys) for number in range(firms)]  # noqa: S311 - the same firms each time
    last = [ruling for rulings, _seconds in runs for ruling in rulings[-1]]
    shown = sum(ruling.status == "exact" for ruling in last) / len(last)
    slowest = max(seconds for _rulings, seconds in runs)
    return f"{size:6} people {slices:3} slices {surveys:3} surveys {shown:6.0%} shown, slowest {slowest:.2f} s"


def main() -> None:
    """Print a line for each size of firm, number of slices, and for surveys in a row."""
    for surveys, slices, firms in ((1, 1, FIRMS), (1, 2, FIRMS), (1, 3, FIRMS), (SURVEYS, 3, FIRMS // 4)):
        for size in SIZES:
            sys.stdout.write(line(size, slices, surveys, firms) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
