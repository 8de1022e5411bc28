"""All attacks one after another, and what came of each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from surveys.attacks import groups, keys, order, traces
from surveys.attacks.target import LIVE, Claims, Target, answers_in, is_sealed, waves_in

Attack = Callable[[Target, int], Claims]
ATTACKS: dict[str, Attack] = {
    "foreign keys": keys.foreign_keys,
    "equal values": keys.equal_values,
    "history and triggers": keys.history,
    "serial numbers": order.serial_ids,
    "times": order.times,
    "heap order": order.heap_order,
    "order of transactions": order.transaction_order,
    "same transaction": order.same_transaction,
}


@dataclass(frozen=True)
class Finding:
    """What an attack claims, how many claims would be right by chance, and how many lead only to a sealed ballot."""

    attack: str
    claims: int
    chance: float = 0
    sealed: int = 0
    examples: tuple[str, ...] = ()

    @property
    def is_link(self) -> bool:
        """Say whether somebody's answer can be read."""
        return self.claims > self.sealed

    @property
    def verdict(self) -> str:
        """Return the outcome in words."""
        if self.is_link:
            return "FOUND: " + ", ".join(self.examples)
        return "leads to sealed ballots only, until the tally" if self.sealed else "nothing found"


def everything(log: Iterable[str] | None = None) -> Iterator[Finding]:
    """Make every attack on the live database, and on a log if there is one."""
    for name, attack in ATTACKS.items():
        yield attacked(name, attack, LIVE)
    sought = traces.secrets()
    yield left_behind("links and codes in other tables", traces.in_tables(sought))
    if log is not None:
        yield left_behind("links and codes in the log", traces.in_lines(log, sought))
    yield from published()


def attacked(name: str, attack: Attack, targets: Sequence[Target]) -> Finding:
    """Make one attack on each survey."""
    claims, sealed, chance, examples = 0, 0, 0.0, list[str]()
    for target in targets:
        for wave in waves_in(target):
            made = attack(target, wave)
            claims += len(made)
            chance += len(made) / max(len(answers_in(target, wave)), 1)
            if made and is_sealed(target, wave):
                sealed += len(made)
            elif made:
                examples.append(f"{target.people} to {target.answers} in survey {wave}")
    return Finding(name, claims, chance, sealed, tuple(examples[:3]))


def left_behind(name: str, found: Iterable[tuple[str, str]]) -> Finding:
    """Say what was found where it has no business."""
    every = list(found)
    return Finding(name, len(every), examples=tuple(sorted({f"{what} ({where})" for what, where in every}))[:3])


def published() -> Iterator[Finding]:
    """Attack the published figures."""
    waves = list(groups.closed_waves())
    shown = {wave: groups.shown_in(wave) for wave in waves}
    yield figures("small groups", [f"{wave.name}: {label}" for wave in waves for label in groups.small_groups(shown[wave], wave.threshold)])
    within = [(wave, people) for wave in waves for people in groups.differences(shown[wave], wave.threshold)]
    yield figures("differences within a survey", [f"{wave.name}: {len(people)} people" for wave, people in within])
    pairs = [(one, other) for one, other in combinations(waves, 2) if one.kind == other.kind]
    between = [
        f"{one.name} and {other.name}: {len(people)} people"
        for one, other in pairs
        for people in groups.differences_between(shown[one], shown[other], min(one.threshold, other.threshold))
    ]
    yield figures("differences between surveys", between)


def figures(name: str, found: list[str]) -> Finding:
    """Say which published figures are too small."""
    return Finding(name, len(found), examples=tuple(found[:3]))
