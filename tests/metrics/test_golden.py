"""The golden table of reference figures: every model gives what was published for the CDNOW customers, and what other programs give.

Weeks are days divided by 7, money is in dollars, as in the sources: Fader, Hardie, Lee (2005), Fader and Hardie (2013), the tests of
CLVTools and of lifetimes. All 23 570 customers come with `lifetimes`, which only tests and the bench may read.
"""

import csv
import datetime as dt
from collections import defaultdict
from fractions import Fraction
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from metrics.formulas.buying import BG_NBD, GAMMA_GAMMA, MBG_NBD, PARETO_NBD, Array, Fit, Histories, Spending
from metrics.formulas.buying.beta_geometric import BetaGeometric
from metrics.formulas.buying.pareto_nbd import ParetoNbd
from metrics.formulas.ltv import ThreeNumbers
from tests.metrics.cdnow import CUT, FILE, WEEK, bought_after, in_weeks

WEEKS_AFTER = 39
END = CUT + dt.timedelta(7 * WEEKS_AFTER)
MODELS: dict[str, BetaGeometric | ParetoNbd] = {"bg": BG_NBD, "mbg": MBG_NBD, "pareto": PARETO_NBD}
EXPECTED = {
    "bg": ([0.242595, 4.413602, 0.792922, 2.425907], -9582.4292),
    "mbg": ([0.5248, 6.1831, 0.8914, 1.6140], -9582.14),
    "pareto": ([0.55328, 10.57761, 0.60621, 11.66791], -9594.9739),
}
ERRORS = {"bg": [0.01256, 0.37822, 0.18572, 0.70535], "pareto": [0.047629, 0.842724, 0.187282, 6.211108]}
MASTER = {
    "bg": ([0.2516, 4.7889, 0.7234, 2.1611], -95368.44),
    "mbg": (None, -95336.96),
    "pareto": (None, -95415.12),
}


def weeks_of(people: dict[str, dict[dt.date, float]]) -> tuple[Histories, Array]:
    """Return what the models see of customers at the cut: histories in weeks, and the mean money of days after the first."""
    rows = []
    for bought in people.values():
        days = sorted(day for day in bought if day <= CUT)
        if days:
            later = [bought[day] for day in days[1:]]
            mean = sum(later) / len(later) if later else 0
            rows.append((len(days) - 1, (days[-1] - days[0]).days / WEEK, (CUT - days[0]).days / WEEK, mean))
    repeats, recency, age, mean_money = np.array(rows, dtype=float).T
    return Histories(repeats, recency, age, np.ones(repeats.size)), mean_money


@cache
def sample() -> tuple[Histories, Array]:
    people: dict[str, dict[dt.date, float]] = defaultdict(lambda: defaultdict(float))
    with FILE.open() as file:
        for row in csv.DictReader(file):
            people[row["client_id"]][dt.date.fromisoformat(row["date"])] += float(row["amount_usd"])
    return weeks_of(people)


@cache
def master() -> Histories:
    people: dict[str, dict[dt.date, float]] = defaultdict(lambda: defaultdict(float))
    package = find_spec("lifetimes")
    assert package is not None
    lines = (Path(str(package.origin)).parent / "datasets" / "CDNOW_master.txt").read_text().splitlines()[1:]
    for line in lines:
        number, day, _count, money = line.split()
        people[number][dt.date.fromisoformat(day)] += float(money)
    return weeks_of(people)[0]


def spending() -> Spending:
    known, mean = sample()
    kept = (known.repeats > 0) & (mean > 0)
    return Spending(known.repeats[kept], mean[kept])


@cache
def fitted(name: str) -> Fit:
    return MODELS[name].fit(in_weeks())


@cache
def fitted_money() -> Fit:
    return GAMMA_GAMMA.fit(spending())


def one(repeats: float, recency: float, age: float) -> Histories:
    return Histories(*(np.array([float(value)]) for value in (repeats, recency, age, 1)))


def test_the_sample_is_the_published_one() -> None:
    known, mean = sample()
    assert (known.clients, int((known.repeats > 0).sum())) == (2357, 946)
    assert (bought_after(CUT, END).sum(), (bought_after(CUT, END) > 0).sum()) == (1882, 684)
    assert mean[known.repeats > 0].min() > 0


@pytest.mark.parametrize("name", MODELS)
def test_parameters_and_likelihood(name: str) -> None:
    params, likelihood = EXPECTED[name]
    assert list(fitted(name).params.values()) == pytest.approx(params, rel=1e-3)
    assert fitted(name).log_likelihood == pytest.approx(likelihood, abs=0.01)


@pytest.mark.parametrize("name", ERRORS)
def test_standard_errors(name: str) -> None:
    assert list(fitted(name).errors.values()) == pytest.approx(ERRORS[name], rel=1e-3)


def test_nbd_is_where_nobody_ever_leaves() -> None:
    """With a chance of leaving that is next to nothing BG/NBD is NBD, whose likelihood was published."""
    params = np.array([0.38477, 12.07209, 1e-6, 1e6])
    known = in_weeks()
    value = BG_NBD.of_time(params, known)[0] + BG_NBD.of_repeats(params, known.repeats, known.weight)[0]
    assert value == pytest.approx(-9763.66, abs=0.01)


def test_bg_nbd_conditional_values() -> None:
    params, known = fitted("bg").params, one(2, 30.43, 38.86)
    assert BG_NBD.expected(params, known, 39)[0] == pytest.approx(1.2259, abs=1e-3)
    assert BG_NBD.p_alive(params, known)[0] == pytest.approx(0.72661, abs=1e-3)
    times = [0.1429, 1, 3, 31.8571, 32, 78]
    values = [float(BG_NBD.expected(params, one(0, 0, 0), time)[0]) for time in times]
    assert values == pytest.approx([0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8580], abs=1e-3)


def test_pareto_nbd_conditional_values() -> None:
    params, known = fitted("pareto").params, one(26, 30.86, 31)
    assert PARETO_NBD.expected(params, known, 52)[0] == pytest.approx(25.4565, abs=1e-3)
    assert PARETO_NBD.p_alive(params, known)[0] == pytest.approx(0.997918, abs=1e-3)
    assert PARETO_NBD.expected(params, one(0, 0, 0), 52)[0] == pytest.approx(1.473441, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "total", "correlation", "mean_error", "square_error"),
    [("bg", 1653.4, 0.6256, 0.7855, 1.608), ("pareto", 1665.5, 0.6302, 0.7545, 1.603)],
)
def test_the_holdout(name: str, total: float, correlation: float, mean_error: float, square_error: float) -> None:
    foretold, bought = MODELS[name].expected(fitted(name).params, in_weeks(), WEEKS_AFTER), bought_after(CUT, END)
    assert foretold.sum() == pytest.approx(total, abs=0.1)
    assert np.corrcoef(foretold, bought)[0, 1] == pytest.approx(correlation, abs=1e-3)
    assert np.abs(foretold - bought).mean() == pytest.approx(mean_error, abs=1e-3)
    assert np.sqrt(((foretold - bought) ** 2).mean()) == pytest.approx(square_error, abs=1e-3)


def test_the_calibration_by_tenths() -> None:
    chances, bought = BG_NBD.p_buys(fitted("bg").params, in_weeks(), WEEKS_AFTER), bought_after(CUT, END) > 0
    parts = np.array_split(np.argsort(chances, kind="stable"), 10)
    assert [float(chances[part].mean()) for part in parts] == pytest.approx(
        [0.12, 0.15, 0.15, 0.16, 0.17, 0.17, 0.18, 0.31, 0.47, 0.74], abs=0.006
    )
    # Parts of the middle share ties, which may fall on either side: only the ends are held.
    assert [float(bought[part].mean()) for part in parts[7:]] == pytest.approx([0.43, 0.54, 0.81], abs=0.02)


def test_silent_clients_by_pareto_nbd() -> None:
    silent = PARETO_NBD.p_alive(fitted("pareto").params, in_weeks()) < 0.5
    bought = bought_after(CUT, END) > 0
    assert silent.mean() == pytest.approx(0.756, abs=1e-3)
    assert 1 - bought[silent].mean() == pytest.approx(0.820, abs=1e-3)
    assert 1 - bought.mean() == pytest.approx(0.71, abs=1e-3)


def test_gamma_gamma_parameters_and_likelihood() -> None:
    assert list(fitted_money().params.values()) == pytest.approx([6.25, 3.744, 15.44], rel=1e-3)
    assert fitted_money().log_likelihood == pytest.approx(-4055.9177, abs=0.01)


def test_gamma_gamma_slopes_are_those_of_its_likelihood() -> None:
    """The errors rest on the slopes: moving a parameter by one standard error costs about half a unit of likelihood."""
    assert all(error is not None and error > 0 for error in fitted_money().errors.values())
    assert spending().correlation == pytest.approx(0.1139, abs=1e-3)


def test_gamma_gamma_expected_money() -> None:
    params, (known, mean) = fitted_money().params, sample()
    assert GAMMA_GAMMA.of_new_client(params) == pytest.approx(35.17, abs=1e-2)
    published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert GAMMA_GAMMA.expected(params, known.repeats[:10], mean[:10]).tolist() == pytest.approx(published, abs=0.01)


@pytest.mark.parametrize("name", MASTER)
def test_all_customers(name: str) -> None:
    params, likelihood = MASTER[name]
    found = MODELS[name].fit(grouped_weeks(master()))
    assert master().clients == 23570
    assert found.log_likelihood == pytest.approx(likelihood, abs=0.01)
    if params:
        assert list(found.params.values()) == pytest.approx(params, rel=1e-3)


def grouped_weeks(known: Histories) -> Histories:
    """Merge customers with the same history; it changes nothing but the time."""
    rows, weight = np.unique(np.stack([known.repeats, known.recency, known.age]), axis=1, return_counts=True)
    return Histories(rows[0], rows[1], rows[2], weight.astype(float))


def test_three_numbers_are_exact() -> None:
    assert ThreeNumbers(Fraction(1, 3), Fraction(30_000), Fraction(9)).revenue == 90_000
