"""What may be shown of a vote: nothing small can be computed from it, checked by trying every way people could have voted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import pytest

from surveys.formulas.ballots import Cell
from surveys.formulas.release import CellTally, GroupKey, Ruling
from surveys.formulas.vote import BY_FAR, rule_on_vote, wins_by_far

EVERYBODY = GroupKey()
Votes = Mapping[int, int]


def ruled(people: Iterable[int], *cells: tuple[int, ...], history: Sequence[frozenset[int]] = (), threshold: int = 5) -> Ruling:
    """Rule on the votes of some cells; all people sit in the first one."""
    everybody = frozenset(people)
    tallies = {Cell(by_code=bool(place)): CellTally(frozenset() if place else everybody, counts) for place, counts in enumerate(cells)}
    groups = {EVERYBODY: frozenset(tallies)}
    (ruling,) = rule_on_vote(cells=tallies, groups=groups, history=history, threshold=threshold)
    return ruling


def voted(people: frozenset[int], votes: Votes, options: int, history: Sequence[frozenset[int]] = ()) -> Ruling:
    """Rule on a vote in which these people voted so."""
    found = Counter(votes[person] for person in people)
    return ruled(people, tuple(found[option] for option in range(options)), history=history)


def test_votes_of_letters_and_codes_are_counted_together() -> None:
    assert ruled(range(12), (3, 2, 1), (1, 0, 2)) == Ruling(EVERYBODY, "exact", "", 9, (4, 2, 3))


@pytest.mark.parametrize("counts", [(8, 0, 0), (7, 1, 0), (6, 2, 0), (6, 1, 1)])
def test_who_wins_by_far_is_named_and_nobody_learns_whether_all_agree(counts: tuple[int, ...]) -> None:
    assert ruled(range(8), counts) == Ruling(EVERYBODY, "band", "landslide", band=BY_FAR, leader=0)


def test_all_but_one_is_always_by_far() -> None:
    assert all(wins_by_far((n - 1, 1)) and wins_by_far((n, 0)) for n in range(5, 200))


@pytest.mark.parametrize(("people", "counts"), [(8, (2, 2, 0)), (8, (4, 0, 0)), (4, (2, 2, 0)), (8, (0, 0, 0))])
def test_of_too_few_nothing_is_told_not_even_the_order(people: int, counts: tuple[int, ...]) -> None:
    assert ruled(range(people), counts) == Ruling(EVERYBODY, "withheld", "too_few")


@pytest.mark.parametrize("counts", [(5, 4, 0), (9, 0, 0)])
@pytest.mark.parametrize("earlier", [range(8), range(1, 10), range(12)])
def test_beside_an_earlier_vote_of_almost_the_same_people_nothing_is_told(earlier: range, counts: tuple[int, ...]) -> None:
    assert ruled(range(9), counts, history=[frozenset(earlier)]) == Ruling(EVERYBODY, "withheld", "between_waves")


def test_the_same_people_or_quite_other_ones_may_vote_again() -> None:
    for earlier in (range(9), range(20, 30)):
        assert ruled(range(9), (5, 4, 0), history=[frozenset(earlier)]).status == "exact"


ROUNDS: list[tuple[list[range], int]] = [
    ([range(5)], 3),  # five people
    ([range(7)], 3),  # seven people
    ([range(6), range(7)], 3),  # one joins
    ([range(5), range(8)], 2),  # three join
    ([range(7), range(6)], 3),  # one leaves
    ([range(7), range(1, 8)], 2),  # one comes, one goes
    ([range(6), range(7), range(8)], 2),  # one joins, then another
    ([range(6), range(7), range(6)], 3),  # one joins and goes
]


@pytest.mark.parametrize(("rounds", "options"), ROUNDS)
def test_no_way_to_read_the_results_tells_how_anybody_voted(rounds: Sequence[range], options: int) -> None:
    """Everybody votes alike every time, the best case of an attacker who has all that was ever told."""
    people = sorted(set().union(*rounds))
    worlds: dict[tuple[Ruling, ...], list[tuple[int, ...]]] = defaultdict(list)
    for world in product(range(options), repeat=len(people)):
        worlds[told_in(rounds, dict(zip(people, world, strict=True)), options)].append(world)
    for alike in worlds.values():
        assert all(len(set(choices)) > 1 for choices in zip(*alike, strict=True))


@pytest.mark.parametrize(("rounds", "options"), [case for case in ROUNDS if len(case[0]) > 1])
def test_no_later_vote_tells_how_those_few_voted_who_joined_or_left(rounds: Sequence[range], options: int) -> None:
    people = sorted(set().union(*rounds))
    few = sorted(set().union(*rounds) - set(rounds[0]).intersection(*map(set, rounds[1:])))
    sums: dict[tuple[Ruling, ...], set[tuple[int, ...]]] = defaultdict(set)
    for world in product(range(options), repeat=len(people)):
        votes = dict(zip(people, world, strict=True))
        sums[told_in(rounds, votes, options)].add(tuple(sorted(votes[person] for person in few)))
    assert all(len(possible) > 1 for possible in sums.values())


def told_in(rounds: Sequence[range], votes: Votes, options: int) -> tuple[Ruling, ...]:
    """Return what is told of each round, every one held against what was told before."""
    told, history = list[Ruling](), list[frozenset[int]]()
    for people in map(frozenset, rounds):
        ruling = voted(people, votes, options, history)
        told.append(ruling)
        history += [people] if ruling.status != "withheld" else []
    return tuple(told)
