"""Fitting the models of buying and scoring everybody by them."""

import datetime as dt
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from django.db import connection, transaction

from company.queries import company_day
from metrics.enums import ModelKind
from metrics.formulas.buying import BG_NBD, SOON_DAYS, Array, Fit, Fits, Histories, NoFitError, Scores, Whole, fit_both, grouped, scores_of
from metrics.formulas.judgement import Judgement, Past, judge
from metrics.formulas.spending import Checks, checks_to_come
from metrics.models import BuyingModel, ClientScore, LostMonth, ScoreGroup
from metrics.queries import latest_version
from metrics.queries import scores as queries
from metrics.queries.scores import discount_in_force
from metrics.services.score_money import MoneyScores, money_notes, money_scores, roll_up_scores, sight_of

SCORING_LOCK = 7_241_001
COPY_SCORES = """
COPY metrics_clientscore (client_id, until, {columns}) FROM STDIN (FORMAT binary)
"""
AT_ONCE = 50_000
"""Rows of one COPY: all at once would take a quarter of a gigabyte."""
PIECE = 1 << 20
"""Bytes handed over at once."""
COPY_START = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_END = b"\xff\xff"
FORGET_STRANGERS = "DELETE FROM metrics_clientscore s WHERE NOT EXISTS (SELECT FROM clients_client c WHERE c.id = s.client_id)"


@dataclass(frozen=True)
class Fitted:
    """What a night made of the purchases."""

    fits: Fits
    reference: Fit | None
    checks: Checks | None
    rows: Histories
    until: dt.date
    judgement: Judgement | None


@transaction.atomic
def score_clients(*, today: dt.date) -> BuyingModel | None:
    """Fit the models to all purchases, check them on the last 90 days, score everybody; return the main model in force.

    Readers see the old scores until the new ones are whole. Safe to repeat: nothing is done twice for the same purchases, nor by two
    workers at once. Too few data, or data without a fit, leave no model and no scores.
    """
    until, current = queries.last_known_day(today=today), queries.score_model(ModelKind.MBG_NBD)
    if not take_turn():
        return current
    if until is None or queries.data_gap():
        forget()
        return None
    if current and current.money and (current.until, company_day(current.made_at)) == (until, today):
        return current
    sums, later = queries.sums_and_later(cut=until - dt.timedelta(SOON_DAYS), days=SOON_DAYS)
    return score_known(sums, later, until, current)


def score_known(sums: queries.Sums, later: queries.Later, until: dt.date, current: BuyingModel | None) -> BuyingModel | None:
    """Score the Clients that were read, unless the model in force has seen just them."""
    known = queries.known_of(sums, until=until)
    rows, row_of = grouped(known.repeats, known.recency, known.age)
    if current and (current.until, current.data_hash, current.money.get("seen")) == (until, rows.fingerprint, sight_of(known)):
        return current
    past = enough_past(sums, later, until)
    del sums, later  # a million Clients are as many as fit into the memory a worker should have
    with ThreadPoolExecutor(max_workers=1) as beside:  # what nobody waits for is counted while the database writes
        judging, reference = beside.submit(judged, past), beside.submit(fit_reference, rows)
        try:
            fits = fit_both(rows)
        except NoFitError:
            forget()
            return None
        checks = checks_to_come(known.repeats, known.later_cents, known.segments)
        money = money_scores(checks, fits.mbg.params, rows, discount_in_force()) if checks else None
        write_scores(known.clients, partial(columns_of, scores_of(fits, rows), money, row_of), until)
        roll_up_scores()
    return keep_models(Fitted(fits, reference.result(), checks, rows, until, judging.result()), known)


def take_turn() -> bool:
    """Return whether nobody else is scoring; holds until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SCORING_LOCK])
        return bool(cursor.fetchone()[0])


def forget() -> None:
    """Leave no model in force and no scores."""
    BuyingModel.objects.filter(is_current=True).update(is_current=False)
    ClientScore.objects.all().delete()
    ScoreGroup.objects.all().delete()
    LostMonth.objects.all().delete()


def enough_past(sums: queries.Sums, later: queries.Later, until: dt.date) -> Past | None:
    """Return what was known before the last 90 days, if there were data for a model then."""
    past = queries.past_from(sums, later, cut=until - dt.timedelta(SOON_DAYS), days=SOON_DAYS)
    if past is None or past.repeats.size < queries.BUYERS_NEEDED or int(past.age.max()) < queries.DAYS_NEEDED:
        return None
    return past


def judged(past: Past | None) -> Judgement | None:
    """Check both models on what happened after the past they are shown."""
    return judge(past) if past else None


def fit_reference(rows: Histories) -> Fit | None:
    """Fit BG/NBD, which nothing depends on."""
    try:
        return BG_NBD.fit(rows)
    except NoFitError:
        return None


def keep_models(fitted: Fitted, known: queries.Known) -> BuyingModel:
    """Put the new models in force."""
    BuyingModel.objects.filter(is_current=True).update(is_current=False)
    if fitted.fits.pareto:
        keep_model(ModelKind.PARETO_NBD, fitted.fits.pareto, fitted)
    if fitted.reference:
        keep_model(ModelKind.BG_NBD, fitted.reference, fitted)
    if fitted.checks and fitted.checks.fit:
        keep_money_model(fitted.checks, fitted.checks.fit, fitted.until)
    return keep_model(ModelKind.MBG_NBD, fitted.fits.mbg, fitted, money_notes(fitted.checks, known, latest_version()))


def keep_model(kind: ModelKind, fit: Fit, fitted: Fitted, money: dict[str, Any] | None = None) -> BuyingModel:
    """Add the row of one fit of when Clients buy."""
    return BuyingModel.objects.create(
        kind=kind,
        until=fitted.until,
        params=fit.params,
        standard_errors=fit.errors,
        covariance=fit.covariance,
        log_likelihood=fit.log_likelihood,
        n_clients=fitted.rows.clients,
        n_rows=fitted.rows.weight.size,
        data_hash=fitted.rows.fingerprint,
        holdout=holdout_of(kind, fitted.until, fitted.judgement),
        money=money or {},
        is_current=True,
    )


def keep_money_model(checks: Checks, fit: Fit, until: dt.date) -> BuyingModel:
    """Add the row of the fit of how much Clients spend."""
    return BuyingModel.objects.create(
        kind=ModelKind.GAMMA_GAMMA,
        until=until,
        params=fit.params,
        standard_errors=fit.errors,
        covariance=fit.covariance,
        log_likelihood=fit.log_likelihood,
        n_clients=checks.spending.mean.size,
        n_rows=checks.spending.mean.size,
        data_hash=checks.spending.fingerprint,
        is_current=True,
    )


def holdout_of(kind: ModelKind, until: dt.date, judgement: Judgement | None) -> dict[str, Any]:
    """Write down how a model did on the last days; nothing when it could not be checked."""
    opinion = judgement and judgement.opinions.get(kind)
    if not judgement or not opinion:
        return {}
    aucs = {"alive": opinion.auc_alive, "buys": opinion.auc_buys, "expected": opinion.auc_expected, "recency": judgement.auc_recency}
    return {
        "cut": (until - dt.timedelta(judgement.days)).isoformat(),
        "days": judgement.days,
        "clients": judgement.clients,
        "buyers": judgement.buyers,
        "predicted": opinion.buyers,
        "purchases": judgement.purchases,
        "predicted_purchases": opinion.purchases,
        "auc": aucs,
        "money": money_of(judgement) if kind == ModelKind.MBG_NBD else None,
        "tenths": [[tenth.clients, tenth.predicted, tenth.bought] for tenth in opinion.tenths],
    }


def money_of(judgement: Judgement) -> dict[str, Any] | None:
    """Write down the money foretold and paid."""
    money = judgement.money
    return {"predicted": money.predicted, "paid": money.paid, "source": money.source.value} if money else None


def columns_of(scores: Scores, money: MoneyScores | None, row_of: Whole, part: slice) -> dict[str, Array]:
    """Put the columns to write of a part of the Clients under their names; what was not counted stays empty."""
    rows = row_of[part]
    by_row: dict[str, Array | None] = {"p_alive": scores.p_alive, "p_buys": scores.p_buys, "expected": scores.expected}
    second = {"p_alive_pareto": scores.p_alive_pareto, "expected_pareto": scores.expected_pareto}
    columns = {name: values[rows] for name, values in (by_row | second).items() if values is not None}
    if money:
        check, worth = money.check[part], money.worth
        columns |= {"check_cents": check, "year_cents": worth.year[rows] * check}
        columns |= {"far_cents": worth.far[rows] * check, "far_today_cents": worth.far_today[rows] * check}
    return columns


def write_scores(clients: Whole, columns_of_part: Callable[[slice], dict[str, Array]], until: dt.date) -> None:
    """Replace all scores in one go; whoever was deleted meanwhile is left out."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM metrics_clientscore")
        for first in range(0, clients.size, AT_ONCE):
            part = slice(first, first + AT_ONCE)
            columns = columns_of_part(part)
            data = packed(clients[part], queries.day_number(until), list(columns.values()))
            statement = COPY_SCORES.format(columns=", ".join(columns))
            cursor.copy_expert(statement, io.BytesIO(COPY_START + data + COPY_END), size=PIECE)
        cursor.execute(FORGET_STRANGERS)


def packed(clients: Whole, until: int, columns: list[Array]) -> bytes:
    """Write rows as binary COPY wants them: the number of values, then each value after its length."""
    layout = [("count", ">i2"), ("id length", ">i4"), ("id", ">i8"), ("until length", ">i4"), ("until", ">i4")]
    for number in range(len(columns)):
        layout += [(f"{number} length", ">i4"), (str(number), ">f8")]
    rows = np.zeros(clients.size, dtype=np.dtype(layout))
    rows["count"], rows["id length"], rows["id"], rows["until length"], rows["until"] = 2 + len(columns), 8, clients, 4, until
    for number, column in enumerate(columns):
        rows[f"{number} length"], rows[str(number)] = 8, column
    return rows.tobytes()
