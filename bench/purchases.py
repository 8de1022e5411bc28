"""Purchases like those of the CDNOW customers: a BG/NBD process (Fader, Hardie, Lee 2005), weeks as the unit."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

# Maximum likelihood estimates for CDNOW in "Counting Your Customers the Easy Way", table 2.
R, ALPHA, A, B = 0.243, 4.414, 0.793, 2.426
WEEKS = 156
HEADER = "client_id;date;amount;quantity\n"


def visits(random: np.random.Generator, clients: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (client numbers, days since the start), one pair per ordinal of the purchase: firsts, seconds and so on."""
    rate = random.gamma(R, 1 / ALPHA, clients).clip(1e-9)
    drop_out = random.beta(A, B, clients)
    numbers, weeks = np.arange(clients), random.uniform(0, WEEKS, clients)
    while numbers.size:
        yield numbers, (weeks * 7).astype(int)
        stays = random.random(numbers.size) > drop_out[numbers]
        later = weeks + random.exponential(1 / rate[numbers])
        goes_on = stays & (later < WEEKS)
        numbers, weeks = numbers[goes_on], later[goes_on]


def write(path: Path, rows: int, today: date, seed: int = 7) -> int:
    """Write a file of about the wanted number of purchases, oldest day first; return how many there are."""
    random = np.random.default_rng(seed)
    per_client = sum(part.size for part, _ in visits(np.random.default_rng(seed), 20_000)) / 20_000
    parts = list(visits(random, round(rows / per_client)))
    numbers, days = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    order = np.argsort(days, kind="stable")
    cents = (random.gamma(6.25, 600, numbers.size) + 300).astype(int)
    quantities = random.geometric(0.45, numbers.size)
    names = [(today - timedelta(days=WEEKS * 7 - day)).isoformat() for day in range(WEEKS * 7 + 1)]
    with path.open("w") as file:
        file.write(HEADER)
        file.writelines(f"C{numbers[i]};{names[days[i]]};{cents[i] / 100:.2f};{quantities[i]}\n" for i in order)
    return int(numbers.size)
