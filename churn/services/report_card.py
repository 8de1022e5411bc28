"""Judging the ways of noticing by the company's own past; the better one of each group is in force from then on."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
from django.db import transaction

from churn.enums import Detector, DetectorGroup
from churn.formulas.detection import (
    ENOUGH_FOR_MODEL,
    Days,
    Past,
    Scores,
    best_limit,
    choose,
    histories_of,
    mark_of,
    model_patiences,
    ranking,
    rhythm_patience,
)
from churn.models import DetectorCheck
from churn.queries.finding import current_model
from churn.queries.report_card import ORDER, check_span, last_check_at, past_rows
from churn.services.finding import FINDING_LOCK
from churn.services.setup import wait_for_turn
from metrics.formulas.buying import MBG_NBD, NoFitError, Params
from metrics.models import BuyingModel

OFTEN = dt.timedelta(days=7)
SLACK = dt.timedelta(hours=12)


@dataclass(frozen=True)
class Way:
    """One way of noticing, applied to Clients of the past."""

    detector: Detector
    patience: Days
    scores: Scores
    limit_days: int | None = None
    model: BuyingModel | None = None


@dataclass(frozen=True)
class Grounds:
    """What the ways are made from: the time before the cut for the limit, the model in force, and its like fitted up to the cut."""

    earlier: Past
    model: BuyingModel | None
    params: Params | None


@transaction.atomic
def judge_detectors(*, today: dt.date, now: dt.datetime, is_asked: bool = False) -> int:
    """Judge every way and choose the better of each group; return how many marks were written.

    Once a week, at any time when somebody asks. No look-ahead: as of the cut every way sees purchases up to the cut only, the limit is
    chosen at an earlier cut by what followed until the cut. A history too short for it changes nothing.
    """
    wait_for_turn(FINDING_LOCK)
    last, span = last_check_at(), check_span(today)
    if span is None or (last and not is_asked and now - last < OFTEN - SLACK):
        return 0
    past = past_of(span.cut_on, span.until)
    grounds = Grounds(past_of(span.chosen_on, span.cut_on), current_model(), fitted(past))
    checks = [check for group in DetectorGroup for check in group_checks(group, in_group(past, group), grounds)]
    for check in checks:
        check.made_at, check.cut_on, check.horizon_days = now, span.cut_on, span.horizon_days
    return len(DetectorCheck.objects.bulk_create(checks))


def past_of(cut: dt.date, until: dt.date) -> Past:
    """Read the past as of a day."""
    parts = list(past_rows(cut=cut, until=until))
    x, t_x, silence, bought, n = np.concatenate(parts).T if parts else np.zeros((5, 0), np.int64)
    return Past(x, t_x, silence, bought.astype(bool), n)


def fitted(past: Past) -> Params | None:
    """Fit MBG/NBD to what was known on the cut; None with too few Clients, or when they do not settle it."""
    if past.n.sum() < ENOUGH_FOR_MODEL:
        return None
    try:
        return MBG_NBD.fit(histories_of(past)).params
    except NoFitError:
        return None


def group_checks(group: DetectorGroup, past: Past, grounds: Grounds) -> list[DetectorCheck]:
    """Return the marks of one group, the best of them chosen; nothing when nobody is in it."""
    limit = best_limit(in_group(grounds.earlier, group))
    ways = [way for way in ways_of(past, limit, grounds) if way.detector in ORDER[group]] if past.n.size else []
    marks = {way.detector: mark_of(past, way.patience) for way in ways}
    chosen = choose(marks, ORDER[group])
    return [
        DetectorCheck(
            detector=way.detector,
            group=group,
            limit_days=way.limit_days,
            model=way.model,
            auc=ranking(way.scores, past),
            is_chosen=way.detector == chosen,
            **asdict(marks[way.detector]),
        )
        for way in ways
    ]


def ways_of(past: Past, limit: int, grounds: Grounds) -> Iterator[Way]:
    """Yield every way with the patience it allows each Client, and the score it ranks them by: who is likelier to buy stands higher."""
    own = rhythm_patience(past)
    yield Way(Detector.RHYTHM, own, -past.silence / own)
    yield Way(Detector.RECENCY, np.full_like(own, limit), -past.silence.astype(float), limit_days=limit)
    if grounds.model and grounds.params:
        alive = MBG_NBD.p_alive(grounds.params, histories_of(past))
        yield Way(Detector.MODEL, model_patiences(past, grounds.params), alive, model=grounds.model)


def in_group(past: Past, group: DetectorGroup) -> Past:
    """Return the Clients of a group, by the purchases they had then."""
    return past.part(past.has_few == (group == DetectorGroup.FEW))
