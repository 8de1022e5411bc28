"""The code of manners as rules, and what differs between two wordings of it."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_RULES = 30
LONGEST_RULE = 160
ALIKE = 0.6
"""From this likeness on, two rules are one rule said otherwise; below it they are two different ones."""


@dataclass(frozen=True)
class Rule:
    """One rule: a sentence to keep in mind, and how it looks at work."""

    title: str
    body: str = ""


@dataclass(frozen=True)
class RuleChange:
    """A rule of the newer wording: `kind` is same, mended or new; of a mended one `was` is the earlier title."""

    rule: Rule
    kind: str
    was: str = ""


def rules_of(text: str) -> list[Rule]:
    """Return the rules of a text: empty lines part them, the first line of each is the rule."""
    paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    found = [[line.strip() for line in paragraph.strip().splitlines()] for paragraph in paragraphs if paragraph.strip()]
    return [Rule(lines[0], " ".join(lines[1:])) for lines in found]


def text_of(rules: list[Rule]) -> str:
    """Return the rules as the text they are kept in."""
    return "\n\n".join("\n".join(filter(None, (rule.title, rule.body))) for rule in rules)


def changes(earlier: list[Rule], newer: list[Rule]) -> tuple[list[RuleChange], list[Rule]]:
    """Return what each newer rule is beside the earlier wording, and which earlier rules are gone.

    Equal rules are paired first, then the most alike by their titles (the share of common runs of letters, 2·M/T of Ratcliff and
    Obershelp), from 0.6 on. A moved rule is the same rule.
    """
    left = list(earlier)
    paired: dict[int, Rule] = {}
    for index, rule in enumerate(newer):
        if rule in left:
            left.remove(rule)
            paired[index] = rule
    open_ones = [index for index in range(len(newer)) if index not in paired]
    likeness = sorted(
        ((alike(newer[index].title, old.title), -index, number) for index in open_ones for number, old in enumerate(left)), reverse=True
    )
    taken: set[int] = set()
    for share, minus, number in likeness:
        if share >= ALIKE and -minus not in paired and number not in taken:
            paired[-minus] = left[number]
            taken.add(number)
    gone = [rule for number, rule in enumerate(left) if number not in taken]
    return [change_of(rule, paired.get(index)) for index, rule in enumerate(newer)], gone


def change_of(rule: Rule, earlier: Rule | None) -> RuleChange:
    """Name what a rule is beside the one it was paired with."""
    if earlier is None:
        return RuleChange(rule, "new")
    return RuleChange(rule, "same") if rule == earlier else RuleChange(rule, "mended", earlier.title)


def alike(one: str, other: str) -> float:
    """Return how alike two titles are, 0 to 1."""
    return SequenceMatcher(None, one.lower(), other.lower(), autojunk=False).ratio()
