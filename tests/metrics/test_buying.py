"""The models give the figures published for the CDNOW customers, and behave."""

import datetime as dt
from functools import cache

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta, rankdata

from metrics.formulas.buying import (
    BG_NBD,
    MBG_NBD,
    PARETO_NBD,
    Fit,
    Histories,
    Model,
    NoFitError,
    fit_both,
    fitting,
    grouped,
    scores_at,
    scores_of,
)
from metrics.formulas.buying.beta_geometric import BetaGeometric
from metrics.formulas.buying.fitting import maximise
from metrics.formulas.buying.histories import roughly
from metrics.formulas.buying.pareto_nbd import ParetoNbd, Rates, gone_between
from metrics.formulas.ranking import auc
from tests.metrics.cdnow import CUT, bought_after, in_weeks, known_at

END = CUT + dt.timedelta(273)
MODELS: dict[str, BetaGeometric | ParetoNbd] = {"bg": BG_NBD, "mbg": MBG_NBD, "pareto": PARETO_NBD}
# Fader, Hardie, Lee (2005); tests of CLVTools and lifetimes; weeks.
PARAMS = {
    "bg": {"r": 0.2425945, "alpha": 4.4136019, "a": 0.7929199, "b": 2.4258881},
    "mbg": {"r": 0.5248, "alpha": 6.1831, "a": 0.8914, "b": 1.6140},
    "pareto": {"r": 0.55328, "alpha": 10.57761, "s": 0.60621, "beta": 11.66791},
}
ERRORS = {
    "bg": [0.01256, 0.37822, 0.18572, 0.70535],
    "pareto": [0.0476264, 0.8427222, 0.1872594, 6.2105448],
}
LIKELIHOODS = {"bg": -9582.429, "mbg": -9582.14, "pareto": -9594.976}


@cache
def fitted(name: str) -> Fit:
    return MODELS[name].fit(in_weeks())


def one(repeats: float, recency: float, age: float) -> Histories:
    return Histories(*(np.array([float(value)]) for value in (repeats, recency, age, 1)))


@pytest.mark.parametrize("name", MODELS)
def test_parameters_are_the_published_ones(name: str) -> None:
    assert fitted(name).params == pytest.approx(PARAMS[name], rel=1e-3)
    assert fitted(name).log_likelihood == pytest.approx(LIKELIHOODS[name], abs=0.01)


@pytest.mark.parametrize("name", ERRORS)
def test_standard_errors_are_the_published_ones(name: str) -> None:
    assert list(fitted(name).errors.values()) == pytest.approx(ERRORS[name], rel=1e-3)


def test_bg_nbd_expects_what_was_published() -> None:
    params = fitted("bg").params
    assert BG_NBD.expected(params, one(2, 30.43, 38.86), 39)[0] == pytest.approx(1.22591, abs=1e-3)
    assert BG_NBD.p_alive(params, one(2, 30.43, 38.86))[0] == pytest.approx(0.72661, abs=1e-3)
    times = [0.1429, 1, 3, 31.8571, 32, 78]
    expected = [float(BG_NBD.expected(params, one(0, 0, 0), time)[0]) for time in times]
    assert expected == pytest.approx([0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8580], abs=1e-3)


def test_pareto_nbd_expects_what_was_published() -> None:
    params = fitted("pareto").params
    assert PARETO_NBD.expected(params, one(26, 30.86, 31), 52)[0] == pytest.approx(25.4565, abs=1e-3)
    assert PARETO_NBD.p_alive(params, one(26, 30.86, 31))[0] == pytest.approx(0.997918, abs=1e-3)
    assert PARETO_NBD.expected(params, one(0, 0, 0), 52)[0] == pytest.approx(1.473441, abs=1e-3)


@pytest.mark.parametrize(("name", "total"), [("bg", 1653.4), ("pareto", 1665.5)])
def test_the_next_weeks_are_foretold_as_published(name: str, total: float) -> None:
    assert MODELS[name].expected(fitted(name).params, in_weeks(), 39).sum() == pytest.approx(total, abs=0.1)


def test_buyers_foretold_by_bg_nbd_stand_beside_those_who_came() -> None:
    assert round(BG_NBD.p_buys(fitted("bg").params, in_weeks(), 39).sum()) == 617
    assert (bought_after(CUT, END) > 0).sum() == 684


def test_bg_nbd_holds_one_time_buyers_for_alive_whatever_the_silence() -> None:
    assert BG_NBD.p_alive(fitted("bg").params, one(0, 0, 5000))[0] == 1
    assert MBG_NBD.p_alive(fitted("mbg").params, one(0, 0, 5000))[0] < 0.06
    assert PARETO_NBD.p_alive(fitted("pareto").params, one(0, 0, 5000))[0] < 0.05


@pytest.mark.parametrize("name", MODELS)
def test_grouped_clients_give_the_same_fit(name: str) -> None:
    known, row_of = grouped(*known_at(CUT))
    assert (known.weight.size, known.clients, row_of.size) == (1016, 2357, 2357)
    assert (known.repeats[row_of] == known_at(CUT)[0]).all()
    in_days = MODELS[name].fit(known).params
    weeks = {key: value / 7 if key in {"alpha", "beta"} else value for key, value in in_days.items()}
    assert weeks == pytest.approx(fitted(name).params, rel=1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_scores_keep_their_bounds_and_their_order(name: str) -> None:
    model, params, known = MODELS[name], fitted(name).params, in_weeks()
    alive, soon, later = model.p_alive(params, known), model.p_buys(params, known, 13), model.p_buys(params, known, 39)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert ((soon >= 0) & (soon <= later) & (later <= alive)).all()
    assert (later <= model.expected(params, known, 39)).all()


def test_silence_makes_a_departure_likelier() -> None:
    for name in ("mbg", "pareto"):
        chances = [float(MODELS[name].p_alive(fitted(name).params, one(3, 10, age))[0]) for age in (10, 20, 40, 80)]
        assert chances == sorted(chances, reverse=True)


def test_expected_purchases_are_the_sum_of_their_chances_for_short_times() -> None:
    for name, model in MODELS.items():
        params = fitted(name).params
        chance, expected = model.p_buys(params, one(2, 20, 30), 1e-4)[0], model.expected(params, one(2, 20, 30), 1e-4)[0]
        assert chance == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("a", [1 - 1e-9, 1.0, 1 + 1e-9])
def test_expected_purchases_pass_smoothly_where_the_formula_divides_by_zero(a: float) -> None:
    params = {"r": 0.5, "alpha": 6.0, "a": a, "b": 1.6}
    near = {**params, "a": 1.001}
    assert MBG_NBD.expected(params, one(2, 20, 30), 39)[0] == pytest.approx(MBG_NBD.expected(near, one(2, 20, 30), 39)[0], rel=1e-3)
    pareto = {"r": 0.5, "alpha": 10.0, "s": a, "beta": 12.0}
    near = {**pareto, "s": 1.001}
    assert PARETO_NBD.expected(pareto, one(2, 20, 30), 39)[0] == pytest.approx(PARETO_NBD.expected(near, one(2, 20, 30), 39)[0], rel=1e-3)


@pytest.mark.parametrize("leaving", [(99.0, 1200.0), (101.0, 1200.0), (101.0, 30.0), (5000.0, 90_000.0)])
@pytest.mark.parametrize(("repeats", "age", "within"), [(0, 5, 90), (3, 200, 1825), (60, 1000, 1825)])
@pytest.mark.parametrize("model", [BG_NBD, MBG_NBD])
def test_chances_that_hardly_differ_are_averaged_to_the_digit(
    model: BetaGeometric, repeats: float, age: float, within: float, leaving: tuple[float, float]
) -> None:
    a, stays = leaving[0], leaving[1] + repeats + model.first

    def bought(p: float) -> float:
        return -float(np.expm1(-(0.8 + repeats) * np.log1p(p * within / (60 + age)))) / p

    exact, _ = quad(lambda p: bought(p) * beta.pdf(p, a, stays), 0, 1, epsabs=0, epsrel=1e-10, limit=300, points=[a / (a + stays)])
    params = {"r": 0.8, "alpha": 60.0, "a": a, "b": leaving[1]}
    ours = model.bought_if_alive(params, np.array([float(repeats)]), np.array([float(age)]), within)[0]
    assert ours == pytest.approx(exact, rel=1e-9)


def test_with_one_chance_of_leaving_for_everybody_money_to_come_stays_a_number() -> None:
    params, chance = {"r": 1.9, "alpha": 65.0, "a": 7e6, "b": 1.2e8}, 7 / 127
    ours = MBG_NBD.expected(params, one(12, 400, 420), 1825)[0]
    alive = MBG_NBD.p_alive(params, one(12, 400, 420))[0]
    assert ours == pytest.approx(alive * (1 - (1 + chance * 1825 / 485) ** -13.9) / chance, rel=1e-4)


@pytest.mark.parametrize(
    "case",
    [
        (0.5, 10, 0.6, 11, 0, 39),
        (26, 10, 0.6, 11, 30.86, 31),
        (300, 74, 0.6, 82, 900, 1090),
        (0.05, 1000, 5, 30, 0, 3650),
        (3, 80, 0.1, 2000, 200, 2000),
        (3, 2000, 4, 20, 0, 1000),
        (40, 30, 0.05, 1, 10, 4000),
    ],
)
def test_departures_are_integrated_to_the_digit(case: tuple[float, ...]) -> None:
    power, alpha, s, scale, start, end = case
    exact, _ = quad(lambda t: s * (scale + t) ** -(s + 1) * ((alpha + t) / (alpha + start)) ** -power, start, end, epsabs=0, epsrel=1e-11)
    rates = Rates(*(np.array([float(value)]) for value in (power, alpha, s, scale)))
    ours = gone_between(rates, np.array([float(start)]), np.array([float(end)])).log_value[0]
    assert ours + power * np.log(alpha + start) == pytest.approx(np.log(exact), abs=2e-5)


def test_scores_of_a_day_come_in_the_order_of_the_clients() -> None:
    repeats, recency, age = known_at(CUT)
    scores = scores_at(repeats, recency, age, soon=273, far=273)
    weeks = in_weeks()
    assert scores.p_alive == pytest.approx(MBG_NBD.p_alive(fitted("mbg").params, weeks), abs=1e-5)
    assert scores.p_alive_pareto == pytest.approx(PARETO_NBD.p_alive(fitted("pareto").params, weeks), abs=1e-5)
    assert scores.expected == pytest.approx(MBG_NBD.expected(fitted("mbg").params, weeks, 39), abs=1e-4)
    assert scores.expected_pareto == pytest.approx(PARETO_NBD.expected(fitted("pareto").params, weeks, 39), abs=1e-4)


def test_the_silent_score_tells_who_will_not_buy() -> None:
    scores, buys = scores_at(*known_at(CUT), soon=273, far=273), bought_after(CUT, END) > 0
    assert auc(scores.p_alive, buys) == pytest.approx(0.687, abs=0.001)
    assert scores.p_alive_pareto is not None
    assert auc(scores.p_alive_pareto, buys) == pytest.approx(0.726, abs=0.001)
    assert auc(BG_NBD.p_alive(fitted("bg").params, in_weeks()), buys) == pytest.approx(0.316, abs=0.001)


def test_clients_who_all_bought_once_on_one_day_settle_nothing_or_little() -> None:
    zeros = np.zeros(600, dtype=np.int64)
    known, _ = grouped(zeros, zeros, zeros + 100)
    try:
        fits = fit_both(known)
    except NoFitError:
        return
    scores = scores_of(fits, known)
    assert all(np.isfinite(values).all() for values in scores.values() if values is not None)


def test_a_likelihood_without_a_top_is_refused() -> None:
    with pytest.raises(NoFitError):
        maximise(lambda params: (float(params.sum()), np.ones(2)), ["p", "q"], np.ones(2), 1)


@pytest.mark.parametrize(
    ("repeats", "recency", "age"),
    [([1], [5], [4]), ([-1], [0], [4]), ([0], [-1], [4]), ([], [], [])],
)
def test_impossible_histories_are_refused(repeats: list[int], recency: list[int], age: list[int]) -> None:
    with pytest.raises(ValueError, match="histories"):
        scores_at(*(np.array(values, dtype=np.int64) for values in (repeats, recency, age)))


def test_equal_histories_have_equal_fingerprints() -> None:
    repeats, recency, age = known_at(CUT)
    shuffled = np.random.default_rng(1).permutation(repeats.size)
    first = grouped(repeats, recency, age)[0].fingerprint
    assert grouped(repeats[shuffled], recency[shuffled], age[shuffled])[0].fingerprint == first
    assert grouped(repeats, recency, age + 1)[0].fingerprint != first


def test_auc_counts_ties_half() -> None:
    hits = np.array([True, True, False, False])
    assert auc(np.array([4.0, 3.0, 2.0, 1.0]), hits) == 1
    assert auc(np.array([1.0, 2.0, 3.0, 4.0]), hits) == 0
    assert auc(np.array([1.0, 1.0, 1.0, 1.0]), hits) == 0.5
    assert auc(np.array([2.0, 1.0, 1.0, 0.0]), hits) == 0.875
    assert auc(np.array([1.0, 2.0]), np.array([True, True])) is None


def test_auc_of_alike_clients_is_that_of_each_of_them() -> None:
    rng = np.random.default_rng(5)
    scores, clients = rng.integers(0, 40, 200) / 8, rng.integers(1, 9, 200)
    hits = rng.binomial(clients, 0.3)
    each = np.concatenate([np.arange(n) < hit for n, hit in zip(clients, hits, strict=True)])
    ranks = rankdata(np.repeat(scores, clients))[each]
    by_ranks = (ranks.sum() - each.sum() * (each.sum() + 1) / 2) / (each.sum() * (~each).sum())
    assert auc(scores, hits, clients) == pytest.approx(by_ranks, abs=1e-12)


@pytest.mark.parametrize("model", [MBG_NBD, PARETO_NBD, BG_NBD])
def test_many_rows_are_climbed_roughly_first_and_end_on_the_same_top(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    known = in_weeks()

    at_once = model.fit(known)
    monkeypatch.setattr(fitting, "MANY_ROWS", 100)
    in_two = model.fit(known)

    assert in_two.params == pytest.approx(at_once.params, rel=1e-5)
    assert in_two.errors == pytest.approx(at_once.errors, rel=1e-4)
    assert in_two.log_likelihood == pytest.approx(at_once.log_likelihood, abs=1e-5)


def test_rough_histories_are_fewer_and_have_the_same_clients_purchases_and_mean_times() -> None:
    random = np.random.default_rng(5)
    age = random.integers(1, 1000, 5000)
    repeats = random.integers(0, 3, 5000)
    known, _row_of = grouped(repeats, np.where(repeats > 0, age // 2, 0), age)

    rough = roughly(known)

    assert rough.age.size < known.age.size / 4
    assert (rough.clients, (rough.weight * rough.repeats).sum()) == (5000, repeats.sum())
    assert (rough.weight * rough.age).sum() == pytest.approx(age.sum())
