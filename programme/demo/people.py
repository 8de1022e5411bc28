"""Invented people: names that agree in gender, phones and addresses nobody has."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

NAMES = tomllib.loads((Path(__file__).parent / "names.toml").read_text())
WOMEN, MEN, SURNAMES, COMPANIES = NAMES["women"], NAMES["men"], NAMES["surnames"], NAMES["companies"]
# These surnames are the same for women and men.
UNCHANGED = {"Мельник", "Ким"}


@dataclass(frozen=True)
class Person:
    """A private Client as the till knows them."""

    name: str
    is_woman: bool


def draw_person(random: np.random.Generator) -> Person:
    """Return a person whose surname agrees with the first name."""
    is_woman = bool(random.random() < 0.64)
    surname = str(random.choice(SURNAMES))
    if is_woman and surname not in UNCHANGED:
        surname += "а"
    return Person(f"{random.choice(WOMEN if is_woman else MEN)} {surname}", is_woman)


def phone_number(index: int) -> str:
    """Return an E.164 number from a range that is not given to anybody."""
    return f"+7900{index:07d}"
