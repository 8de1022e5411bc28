"""The release audit: nothing small can be computed from what it lets out, checked by brute force that shares no code with it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product
from random import Random

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.formulas import row_space
from surveys.formulas.ballots import Cell
from surveys.formulas.release import CellTally, GroupKey, Ruling, band_of, rule_on
from surveys.formulas.row_space import lightest, lightest_by_programme

SLICES = ("branch", "department", "tenure")
Cells = Mapping[Cell, CellTally]
Groups = dict[GroupKey, frozenset[Cell]]


def seeded(seed: int) -> Random:
    """Return chance that repeats itself."""
    return Random(seed)  # noqa: S311 - a test must repeat itself


def groups_by(cells: Cells, slices: Sequence[str] = SLICES) -> Groups:
    """Return everybody and each value of each slice."""
    groups = {GroupKey(): frozenset(cells)}
    for slice_ in slices:
        for value in {getattr(cell, slice_) for cell in cells} - {""}:
            groups[GroupKey(slice_, value)] = frozenset(cell for cell in cells if getattr(cell, slice_) == value)
    return groups


def cells_from(*rows: tuple[str, str, int, tuple[int, ...]]) -> Cells:
    """Return cells of (branch, department, people, counts), with people numbered on."""
    cells, first = {}, 0
    for branch, department, size, counts in rows:
        cells[Cell(branch, department)] = CellTally(frozenset(range(first, first + size)), counts)
        first += size
    return cells


def ruled(cells: Cells, history: Sequence[frozenset[int]] = (), threshold: int = 5) -> dict[GroupKey, Ruling]:
    """Return the rulings by group."""
    return {one.key: one for one in rule_on(cells=cells, groups=groups_by(cells), history=history, threshold=threshold)}


def said(cells: Cells, history: Sequence[frozenset[int]] = (), threshold: int = 5) -> dict[str, str]:
    """Return status and reason by value, everybody under an empty name."""
    return {key.value: " ".join(filter(None, [one.status, one.reason])) for key, one in ruled(cells, history, threshold).items()}


def test_large_groups_are_shown_with_their_counts() -> None:
    rulings = ruled(cells_from(("a", "", 20, (5, 5, 5)), ("b", "", 10, (2, 3, 4))))
    assert rulings[GroupKey()] == Ruling(GroupKey(), "exact", "", 24, (7, 8, 9))
    assert rulings[GroupKey("branch", "b")] == Ruling(GroupKey("branch", "b"), "exact", "", 9, (2, 3, 4))


def test_everybody_stands_first() -> None:
    cells = cells_from(("a", "x", 20, (5, 5, 5)), ("b", "y", 10, (2, 3, 4)))
    assert rule_on(cells=cells, groups=groups_by(cells), history=[], threshold=5)[0].key == GroupKey()


def test_a_small_branch_takes_the_next_smallest_with_it() -> None:
    cells = cells_from(("a", "", 30, (9, 9, 9)), ("b", "", 20, (6, 6, 6)), ("c", "", 4, (1, 1, 2)))
    assert said(cells) == {"": "exact", "a": "exact", "b": "withheld subtraction", "c": "withheld too_few"}


def test_few_answers_count_as_few_people() -> None:
    cells = cells_from(("a", "", 30, (9, 9, 9)), ("b", "", 30, (1, 1, 2)))
    assert said(cells) == {"": "exact", "a": "withheld subtraction", "b": "withheld too_few"}


def test_groups_that_overlap_in_all_but_two_people_are_not_both_shown() -> None:
    cells = cells_from(("a", "x", 20, (6, 6, 6)), ("a", "y", 2, (1, 1, 0)), ("b", "x", 2, (0, 1, 1)), ("b", "y", 20, (6, 6, 6)))
    assert set(said(cells).values()) == {"exact", "withheld subtraction"}
    assert sum(said(cells)[one] == "exact" for one in ("a", "x")) == 1


def test_a_branch_of_one_department_is_shown_under_both_names() -> None:
    cells = cells_from(("a", "x", 20, (6, 6, 6)), ("b", "y", 10, (3, 3, 3)))
    assert set(said(cells).values()) == {"exact"}


def test_one_branch_is_everybody() -> None:
    assert said(cells_from(("a", "", 9, (3, 3, 3)))) == {"": "exact", "a": "exact"}


def test_nobody_answered() -> None:
    assert said(cells_from(("a", "", 9, (0, 0, 0)), ("b", "", 9, (0, 0, 0)))) == dict.fromkeys(["", "a", "b"], "withheld too_few")


def test_no_cells_at_all() -> None:
    assert rule_on(cells={}, groups={GroupKey(): frozenset()}, history=[], threshold=5) == [Ruling(GroupKey(), "withheld", "too_few")]


@pytest.mark.parametrize("counts", [(0, 0, 9), (0, 1, 9), (9, 1, 0)])
def test_who_answers_alike_is_shown_as_a_band(counts: tuple[int, ...]) -> None:
    ruling = ruled(cells_from(("a", "", 12, counts), ("b", "", 12, (4, 4, 4))))[GroupKey("branch", "a")]
    assert (ruling.status, ruling.reason, ruling.counts, ruling.answered) == ("band", "alike", None, None)
    assert ruling.band == band_of(counts)


def test_a_band_cannot_be_worked_out_by_subtraction() -> None:
    cells = cells_from(("a", "", 12, (0, 0, 9)), ("b", "", 12, (4, 4, 4)), ("c", "", 15, (5, 5, 5)))
    assert said(cells) == {"": "exact", "a": "band alike", "b": "withheld subtraction", "c": "exact"}


def test_motives_know_neither_alike_nor_bands() -> None:
    cells = cells_from(("a", "", 12, (9,)), ("b", "", 12, (9,)))
    everybody = frozenset(range(24))
    assert said(cells) == {"": "exact", "a": "exact", "b": "exact"}
    assert said(cells, [everybody - {23}]) == {"": "withheld between_waves", "a": "exact", "b": "withheld between_waves"}


def test_a_newcomer_makes_the_company_figure_a_band() -> None:
    cells = cells_from(("a", "", 20, (6, 6, 6)), ("b", "", 21, (6, 6, 6)))
    history = [frozenset(range(40)), frozenset(range(20)), frozenset(range(20, 40))]
    assert said(cells, history) == {"": "band between_waves", "a": "exact", "b": "band between_waves"}


def test_five_newcomers_are_enough() -> None:
    cells = cells_from(("a", "", 20, (6, 6, 6)), ("b", "", 25, (6, 6, 6)))
    assert set(said(cells, [frozenset(range(40)), frozenset(range(20))]).values()) == {"exact"}


def test_what_earlier_waves_give_away_anyway_does_not_count_again() -> None:
    cells = cells_from(("a", "", 20, (6, 6, 6)))
    assert set(said(cells, [frozenset(range(20)), frozenset(range(17))]).values()) == {"exact"}


@pytest.mark.parametrize(
    ("counts", "band"),
    [
        ((10, 0, 0), (-100, -50)),
        ((5, 5, 0), (-50, 0)),
        ((3, 4, 3), (0, 50)),
        ((0, 5, 5), (50, 100)),
        ((0, 0, 9), (50, 100)),
        ((9, 0), (0, 25)),
        ((7, 3), (25, 50)),
        ((0, 9), (75, 100)),
    ],
)
def test_bands(counts: tuple[int, ...], band: tuple[int, int]) -> None:
    assert band_of(counts) == band


def orthogonal(rows: Sequence[Sequence[int]], width: int) -> list[list[Fraction]]:
    """Return a basis of everything orthogonal to the rows: a vector is a combination of the rows if it is orthogonal to all of it."""
    work, pivots = [[Fraction(entry) for entry in row] for row in rows], list[int]()
    for column in range(width):
        place = next((index for index in range(len(pivots), len(work)) if work[index][column]), None)
        if place is None:
            continue
        top = len(pivots)
        work[top], work[place] = work[place], work[top]
        work[top] = [entry / work[top][column] for entry in work[top]]
        for index in range(len(work)):
            if index != top and work[index][column]:
                factor = work[index][column]
                work[index] = [mine - factor * theirs for mine, theirs in zip(work[index], work[top], strict=True)]
        pivots.append(column)
    basis = []
    for column in sorted(set(range(width)) - set(pivots)):
        vector = [Fraction(0)] * width
        vector[column] = Fraction(1)
        for index, pivot in enumerate(pivots):
            vector[pivot] = -work[index][column]
        basis.append(vector)
    return basis


def computable(rows: Sequence[Sequence[int]], width: int, entries: Sequence[int]) -> list[tuple[int, ...]]:
    """Return every nonzero vector of these entries that is a combination of the rows."""
    basis = orthogonal(rows, width)
    denominators = [np.lcm.reduce([entry.denominator for entry in vector]) for vector in basis]
    whole = np.array([[int(e * d) for e in vector] for vector, d in zip(basis, denominators, strict=True)]).reshape(len(basis), width)
    every = np.array(list(product(entries, repeat=width)), dtype=np.int64)
    return [tuple(map(int, vector)) for vector in every[(every @ whole.T == 0).all(axis=1)] if vector.any()]


def exact_rows(rulings: Iterable[Ruling], groups: Groups, cells: Sequence[Cell]) -> list[list[int]]:
    """Return the groups shown exactly as rows over cells."""
    return [[int(cell in groups[one.key]) for cell in cells] for one in rulings if one.status == "exact"]


def leaks_within(cells: Cells, rulings: list[Ruling], groups: Groups, threshold: int) -> list[tuple[int, ...]]:
    """Return every too small or alike set that the groups shown give away, by trying all sets and all differences of two."""
    order = sorted(cells)
    tallies = np.array([cells[cell].counts for cell in order])
    rows = exact_rows(rulings, groups, order)
    small = [one for one in computable(rows, len(order), (-1, 0, 1)) if (np.abs(one) @ tallies).sum() < threshold]
    return small + [one for one in computable(rows, len(order), (0, 1)) if (counts := one @ tallies).sum() - counts.max() <= 1]


def people_of(key: GroupKey, cells: Cells, groups: Groups) -> frozenset[int]:
    """Return the people of a group."""
    return frozenset().union(*(cells[cell].people for cell in groups[key]))


def leaks_between(shown: Sequence[frozenset[int]], history: Sequence[frozenset[int]], threshold: int) -> list[frozenset[int]]:
    """Return every set of fewer people than the threshold that both together give away and history alone does not."""
    kinds = defaultdict(set)
    for person in frozenset().union(*shown, *history):
        kinds[tuple(person in people for people in [*history, *shown])].add(person)
    atoms = [frozenset(people) for people in kinds.values() if len(people) < threshold]
    large = [frozenset(people) for people in kinds.values() if len(people) >= threshold]
    if len(atoms) > 13:
        return pairs_between(shown, history, threshold)

    def rows(sets: Sequence[frozenset[int]]) -> list[list[int]]:
        return [[int(atom <= one) for atom in [*atoms, *large]] for one in sets]

    found = set(small_in(rows([*history, *shown]), len(atoms), len(large))) - set(small_in(rows(history), len(atoms), len(large)))
    sets = [frozenset().union(*(atom for atom, entry in zip(atoms, one, strict=True) if entry)) for one in found]
    return [one for one in sets if len(one) < threshold]


def small_in(rows: list[list[int]], small: int, large: int) -> list[tuple[int, ...]]:
    """Return the sets of small atoms that are combinations of the rows, with no large atom in them."""
    basis = orthogonal(rows, small + large)
    every = np.array(list(product((0, 1), repeat=small)), dtype=np.int64)
    denominators = [np.lcm.reduce([entry.denominator for entry in vector]) for vector in basis]
    whole = np.array([[int(e * d) for e in vector[:small]] for vector, d in zip(basis, denominators, strict=True)], dtype=np.int64)
    return [tuple(map(int, one)) for one in every[(every @ whole.reshape(len(basis), small).T == 0).all(axis=1)] if one.any()]


def pairs_between(shown: Sequence[frozenset[int]], history: Sequence[frozenset[int]], threshold: int) -> list[frozenset[int]]:
    """Return small differences of any new set with any other, where all is too much to try."""
    every = [*history, *shown]
    known = {one - other for one, other in product(history, repeat=2)}
    differences = {one - other for one, other in product(every, repeat=2) if other < one}
    return [one for one in differences - known if len(one) < threshold]


@st.composite
def organisations(draw: st.DrawFn, most_cells: int = 8) -> tuple[Cells, int]:
    """Draw cells of up to three slices, people and answers of two or three categories."""
    categories = draw(st.sampled_from([1, 2, 3]))
    names = st.builds(Cell, *(st.sampled_from(values) for values in (["a", "b", "c"], ["", "x", "y"], ["", "old", "new"])), st.booleans())
    cells, first = {}, 0
    for cell in draw(st.lists(names, min_size=1, max_size=most_cells, unique=True)):
        counts = draw(st.tuples(*[st.integers(0, 8)] * categories))
        size = sum(counts) + draw(st.integers(0, 3))
        cells[cell] = CellTally(frozenset(range(first, first + size)), counts)
        first += size
    return cells, draw(st.sampled_from([5, 5, 7]))


@given(organisations(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_no_small_set_can_be_computed_from_what_is_shown(organisation: tuple[Cells, int], random: Random) -> None:
    cells, threshold = organisation
    groups = groups_by(cells)
    rulings = rule_on(cells=cells, groups=groups, history=[], threshold=threshold)
    peopled = {cell: tally for cell, tally in cells.items() if tally.people}
    leaks = leaks_within(peopled, rulings, groups, threshold) if peopled else []
    assert [one for one in leaks if len(next(iter(cells.values())).counts) > 1 or few(one, peopled, threshold)] == []
    mixed = random.sample(sorted(cells), len(cells))
    shuffled = dict(sorted(groups.items(), key=lambda _: random.random()))
    assert rule_on(cells={cell: cells[cell] for cell in mixed}, groups=shuffled, history=[], threshold=threshold) == rulings


def few(one: tuple[int, ...], cells: Cells, threshold: int) -> bool:
    """Say whether a set has too few answers, which is all that counts when there is one category."""
    return bool(sum(abs(entry) * sum(cells[cell].counts) for entry, cell in zip(one, sorted(cells), strict=True)) < threshold)


def company(random: Random, size: int, slices: int) -> dict[int, Cell]:
    """Return people with their cells."""
    branches = ["a", "b", "c", "d"][: random.randint(1, 4)]
    departments = ["x", "y", "z"] if slices > 1 else [""]
    tenures = ["first_year", "to_three", "over_three"] if slices > 2 else [""]
    return {person: Cell(random.choice(branches), random.choice(departments), random.choice(tenures)) for person in range(size)}


def moved(random: Random, staff: dict[int, Cell], step: int) -> dict[int, Cell]:
    """Return the staff of the next wave: some left, some moved, some joined."""
    kept = {person: cell for person, cell in staff.items() if random.random() > 0.04}
    cells = sorted(set(staff.values()))
    for person in kept:
        if random.random() < 0.03:
            kept[person] = random.choice(cells)
    return kept | {10_000 * step + number: random.choice(cells) for number in range(random.choice([0, 0, 1, 2, 6]))}


def answers(random: Random, staff: Mapping[int, Cell], rate: float) -> Cells:
    """Return what these people answered."""
    people, counts = defaultdict[Cell, set[int]](set), defaultdict[Cell, list[int]](lambda: [0, 0, 0])
    for person, cell in staff.items():
        people[cell].add(person)
        if random.random() < rate:
            counts[cell][random.choices((0, 1, 2), (2, 3, 4))[0]] += 1
    return {cell: CellTally(frozenset(each), tuple(counts[cell])) for cell, each in people.items()}


@given(st.integers(0, 10**9), st.integers(2, 200), st.integers(1, 3), st.sampled_from([0.3, 0.7, 1.0]))
@settings(max_examples=60, deadline=None)
def test_nor_by_comparing_waves(seed: int, size: int, slices: int, rate: float) -> None:
    random, history = seeded(seed), list[frozenset[int]]()
    staff = company(random, size, slices)
    for step in range(1, 4):
        cells = answers(random, staff, rate)
        groups = groups_by(cells, SLICES[:slices])
        rulings = rule_on(cells=cells, groups=groups, history=history, threshold=5)
        shown = [people_of(one.key, cells, groups) for one in rulings if one.status == "exact"]
        assert leaks_between(shown, history, 5) == []
        assert crude_leaks(cells, rulings, groups, 5) == []
        history += shown
        staff = moved(random, staff, step)


def crude_leaks(cells: Cells, rulings: list[Ruling], groups: Groups, threshold: int) -> list[object]:
    """Return single small cells in the span of what is shown, and small differences, unions' complements of pairs, in large companies."""
    order = sorted(cells)
    rows = np.array(exact_rows(rulings, groups, order)).reshape(-1, len(order))
    answered = np.array([sum(cells[cell].counts) for cell in order])
    full = np.linalg.matrix_rank(rows) if rows.size else 0
    units = [np.eye(len(order), dtype=int)[place] for place in np.flatnonzero(answered < threshold)]
    leaks: list[object] = [order[unit.argmax()] for unit in units if rows.size and np.linalg.matrix_rank(np.vstack([rows, unit])) == full]
    for one, other in combinations(rows, 2):
        rests = [one - other, rows.max(axis=0) - one - other]
        small = [rest for rest in rests if rest.any() and answered[rest != 0].sum() < threshold]
        leaks += [(one, other) for rest in small if is_combination(rest, rows, int(full))]
    return leaks


def is_combination(vector: npt.NDArray[np.int64], rows: npt.NDArray[np.int64], full: int) -> bool:
    """Say whether a vector lies in the span of the rows."""
    return bool(np.linalg.matrix_rank(np.vstack([rows, vector])) == full)


@given(
    st.integers(1, 6).flatmap(
        lambda height: st.lists(st.lists(st.integers(0, 1), min_size=7, max_size=7), min_size=height, max_size=height)
    ),
    st.lists(st.integers(0, 6), min_size=7, max_size=7),
    st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_trying_and_the_integer_programme_find_equally_light_sets(rows: list[list[int]], weights: list[int], signed: bool) -> None:
    matrix, loads = np.array(rows), np.array(weights)
    tried = lightest(matrix, loads, 5, signed=signed)
    planned = lightest_by_programme(matrix, loads, 5, signed=signed, without=[])
    every = [one for one in computable(rows, 7, (-1, 0, 1) if signed else (0, 1)) if np.abs(one) @ loads < 5]
    least = min((int(np.abs(one) @ loads) for one in every), default=None)
    assert [None if one is None else int(np.abs(one) @ loads) for one in (tried, planned)] == [least, least]


def test_the_integer_programme_rules_like_trying(monkeypatch: pytest.MonkeyPatch) -> None:
    staff = company(seeded(4), 60, 3)
    cells = answers(seeded(4), staff, 0.7)
    history = [frozenset(list(staff)[:-1])]
    by_trying = {key: one.status for key, one in ruled(cells, history).items()}
    monkeypatch.setattr(row_space, "MANY", 0)
    assert {key: one.status for key, one in ruled(cells, history).items()} == by_trying
