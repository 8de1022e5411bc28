"""Fitting the models of buying and scoring everybody by them."""

import datetime as dt
import io
from typing import Any

import numpy as np
from django.db import connection, transaction

from company.queries import company_day
from metrics.enums import ModelKind
from metrics.formulas.buying import SOON_DAYS, Array, Fit, Fits, Histories, NoFitError, Scores, Whole, fit_both, grouped, scores_of
from metrics.formulas.judgement import Judgement, judge
from metrics.models import BuyingModel, ClientScore
from metrics.queries import scores as queries

SCORING_LOCK = 7_241_001
COPY_SCORES = """
COPY metrics_clientscore (client_id, until, p_alive, p_buys, expected{more}) FROM STDIN (FORMAT binary)
"""
MORE = ", p_alive_pareto, expected_pareto"
AT_ONCE = 100_000
"""Rows of one COPY: all at once would take a quarter of a gigabyte."""
COPY_START = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_END = b"\xff\xff"
FIRST_DAY = dt.date(2000, 1, 1)
"""PostgreSQL counts days from here."""
FORGET_STRANGERS = "DELETE FROM metrics_clientscore s WHERE NOT EXISTS (SELECT FROM clients_client c WHERE c.id = s.client_id)"


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
    if current and (current.until, company_day(current.made_at)) == (until, today):
        return current
    return score_known(queries.known_clients(until=until), until, current)


def score_known(known: queries.Known, until: dt.date, current: BuyingModel | None) -> BuyingModel | None:
    """Score the Clients that were read, unless the model in force has seen just them."""
    rows, row_of = grouped(known.repeats, known.recency, known.age)
    if current and (current.until, current.data_hash) == (until, rows.fingerprint):
        return current
    try:
        fits = fit_both(rows)
    except NoFitError:
        forget()
        return None
    judgement = judge_past(until)
    write_scores(known.clients, scores_of(fits, rows), row_of, until)
    return keep_models(fits, rows, until, judgement)


def take_turn() -> bool:
    """Return whether nobody else is scoring; holds until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SCORING_LOCK])
        return bool(cursor.fetchone()[0])


def forget() -> None:
    """Leave no model in force and no scores."""
    BuyingModel.objects.filter(is_current=True).update(is_current=False)
    ClientScore.objects.all().delete()


def judge_past(until: dt.date) -> Judgement | None:
    """Check both models on the last 90 days, if there were data for a model before them."""
    cut = until - dt.timedelta(SOON_DAYS)
    past = queries.past_of(cut=cut, days=SOON_DAYS)
    if past is None or past.repeats.size < queries.BUYERS_NEEDED or int(past.age.max()) < queries.DAYS_NEEDED:
        return None
    return judge(past)


def keep_models(fits: Fits, rows: Histories, until: dt.date, judgement: Judgement | None) -> BuyingModel:
    """Put the new models in force."""
    BuyingModel.objects.filter(is_current=True).update(is_current=False)
    if fits.pareto:
        keep_model(ModelKind.PARETO_NBD, fits.pareto, rows, until, judgement)
    return keep_model(ModelKind.MBG_NBD, fits.mbg, rows, until, judgement)


def keep_model(kind: ModelKind, fit: Fit, rows: Histories, until: dt.date, judgement: Judgement | None) -> BuyingModel:
    """Add the row of one fit."""
    return BuyingModel.objects.create(
        kind=kind,
        until=until,
        params=fit.params,
        standard_errors=fit.errors,
        log_likelihood=fit.log_likelihood,
        n_clients=rows.clients,
        n_rows=rows.weight.size,
        data_hash=rows.fingerprint,
        holdout=holdout_of(kind, until, judgement),
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
        "tenths": [[tenth.clients, tenth.predicted, tenth.bought] for tenth in opinion.tenths],
    }


def write_scores(clients: Whole, scores: Scores, row_of: Whole, until: dt.date) -> None:
    """Replace all scores in one go; whoever was deleted meanwhile is left out."""
    columns: list[Array] = [scores.p_alive, scores.p_buys, scores.expected]
    if scores.p_alive_pareto is not None and scores.expected_pareto is not None:
        columns += [scores.p_alive_pareto, scores.expected_pareto]
    statement = COPY_SCORES.format(more="" if scores.p_alive_pareto is None else MORE)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM metrics_clientscore")
        for first in range(0, clients.size, AT_ONCE):
            part = slice(first, first + AT_ONCE)
            data = packed(clients[part], (until - FIRST_DAY).days, [column[row_of[part]] for column in columns])
            cursor.copy_expert(statement, io.BytesIO(COPY_START + data + COPY_END))
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
