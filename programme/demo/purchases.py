"""Who buys when, for how much: the process behind the BG/NBD model with steadier gaps, so that the demo has real rhythms and real leavers.

Each Client buys at a rate of their own drawn from a Gamma distribution; after each purchase they leave for good with a
chance of their own drawn from a Beta distribution (Fader, Hardie, Lee 2005). Branches differ in that chance: «Заводская»
loses more, which is what the owner should discover.
"""

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

DAYS = 3 * 365
KNOWN_SHARE = 0.6
BRANCHES = ("На Садовой", "Речной вокзал", "Доставка", "Заводская")
BRANCH_SHARES = (0.33, 0.26, 0.17, 0.24)
LEAVING = {"На Садовой": (0.9, 24.0), "Речной вокзал": (0.9, 17.0), "Доставка": (0.9, 15.0), "Заводская": (1.2, 8.0)}
CHECK_FACTOR = {"На Садовой": 1.03, "Речной вокзал": 1.0, "Доставка": 1.05, "Заводская": 0.97}
PRIVATE_GOODS = (
    ("Рубашки", 900),
    ("Пальто", 2600),
    ("Пуховик", 2400),
    ("Ковёр", 3900),
    ("Костюм", 1900),
    ("Платье", 1700),
    ("Обувь", 1600),
    ("Шторы", 3200),
    ("Постельное бельё", 1100),
    ("Свадебное платье", 6900),
)
FIRM_GOODS = (("Фартуки", 4300), ("Скатерти", 5200), ("Постельное бельё", 7400), ("Форма", 4800), ("Полотенца", 3600))


@dataclass
class History:
    """One Client's purchases: day, minor units, what it was."""

    branch: str
    is_firm: bool
    first_day: dt.date
    rows: list[tuple[dt.date, int, str]] = field(default_factory=list)


def draw_histories(random: np.random.Generator, today: dt.date, people: int, firms: int) -> list[History]:
    """Return the purchase histories of so many private Clients and firms over the three years before today."""
    return [draw_history(random, today, is_firm=index < firms) for index in range(people + firms)]


def draw_history(random: np.random.Generator, today: dt.date, *, is_firm: bool) -> History:
    """Follow one Client from the first purchase until they leave or today comes."""
    branch = str(random.choice(BRANCHES, p=BRANCH_SHARES))
    # The books open three years ago: most Clients were there already and show up in the first months, others come later.
    offset = int(random.gamma(1.2, 75) if random.random() < KNOWN_SHARE else DAYS * random.random())
    offset = min(offset, DAYS - 1)
    history = History(branch, is_firm, today - dt.timedelta(days=DAYS - offset))
    rate = random.gamma(9.0, 1 / 280) if is_firm else random.gamma(3.0, 1 / 262)
    leaving = random.beta(0.6, 60.0) if is_firm else random.beta(*LEAVING[branch])
    day: float = 0.0
    while (date := history.first_day + dt.timedelta(days=int(day))) < today:
        history.rows.append(draw_purchase(random, date, history))
        if random.random() < leaving:
            break
        day += max(1.0, draw_gap(random, rate, is_firm=history.is_firm))
    return history


def draw_gap(random: np.random.Generator, rate: float, *, is_firm: bool) -> float:
    """Return the days until the next visit: people come fairly regularly, firms almost by the clock."""
    shape = 30.0 if is_firm else 4.0
    return float(random.gamma(shape, 1 / (shape * max(rate, 1 / 300))))


def draw_purchase(random: np.random.Generator, date: dt.date, history: History) -> tuple[dt.date, int, str]:
    """Return one purchase: things in their season, a price spread around the usual one."""
    goods = FIRM_GOODS if history.is_firm else PRIVATE_GOODS
    weights = np.array([season_weight(name, date.month) for name, _price in goods])
    name, price = goods[int(random.choice(len(goods), p=weights / weights.sum()))]
    roubles = price * CHECK_FACTOR[history.branch] * random.lognormal(0.0, 0.35)
    return date, max(200, int(round(roubles / 10) * 10)) * 100, name


def season_weight(goods: str, month: int) -> float:
    """Coats and down jackets come in spring and autumn, wedding dresses after summer."""
    if goods in {"Пальто", "Пуховик"}:
        return 3.0 if month in {3, 4, 5, 10, 11} else 0.8
    if goods == "Свадебное платье":
        return 0.4 if month in {7, 8, 9} else 0.06
    return 3.0 if goods == "Рубашки" else 1.0
