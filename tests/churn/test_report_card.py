"""The ways of noticing are judged by the company's own past, without look-ahead, and the better one fills the queue."""

import datetime as dt
import os
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from churn.enums import Detection, Detector, DetectorGroup
from churn.models import DetectorCheck, Leaver
from churn.queries import history_gap, report_card, report_cards, rules_in_force
from churn.services import find_leavers, judge_detectors
from churn.tasks import judge_detectors as task
from clients.models import Client, Purchase
from clients.services import rebuild_rollups
from metrics.enums import ModelKind
from metrics.models import BuyingModel
from tests.churn.world import RUBLE, TODAY, ago, make_client
from tests.conftest import signed_in

pytestmark = pytest.mark.usefixtures("company")
PARAMS = {"r": 0.525, "alpha": 43.28, "a": 0.891, "b": 1.614}
NOW = dt.datetime(2026, 5, 20, 9, tzinfo=dt.UTC)


def fill(*histories: tuple[int, list[int]]) -> None:
    """Save so many Clients who bought so many days ago."""
    people = [client for n, _days in histories for client in [Client(name=f"Клиент {number}") for number in range(n)]]
    Client.objects.bulk_create(people)
    rows, who = [], iter(people)
    for n, days in histories:
        for client in [next(who) for _ in range(n)]:
            rows += [Purchase(client=client, day=ago(day), cents=100 * RUBLE, fingerprint=os.urandom(16)) for day in days]
    Purchase.objects.bulk_create(rows)
    rebuild_rollups()


def make_check(detector: Detector, group: DetectorGroup = DetectorGroup.FEW, **fields: Any) -> DetectorCheck:
    values = {"made_at": NOW, "cut_on": ago(180), "horizon_days": 180, "called": 9, "came_back": 2, "kept": 6, "left_unnoticed": 1}
    return DetectorCheck.objects.create(detector=detector, group=group, **(values | fields))


def make_model(**fields: Any) -> BuyingModel:
    values = {"kind": ModelKind.MBG_NBD, "until": TODAY, "params": PARAMS, "log_likelihood": -1.0, "n_clients": 600, "n_rows": 9}
    return BuyingModel.objects.create(**(values | {"data_hash": "x", "is_current": True} | fields))


def test_a_short_history_is_not_judged() -> None:
    fill((50, [179, 0]))
    assert judge_detectors(today=TODAY, now=NOW) == 0
    assert DetectorCheck.objects.count() == 0
    gap = history_gap(TODAY)
    assert gap is not None
    assert (gap.days, gap.needed) == (179, 180)


def test_no_purchases_at_all_are_no_history() -> None:
    assert judge_detectors(today=TODAY, now=NOW) == 0
    gap = history_gap(TODAY)
    assert gap is not None
    assert gap.days == 0


def test_what_is_dated_after_today_is_no_history() -> None:
    fill((50, [100, -400]))
    assert judge_detectors(today=TODAY, now=NOW) == 0


def test_every_way_is_marked_by_what_followed() -> None:
    fill((3, [600, 250]), (2, [600, 250, 90]), (4, [600, 190]), (1, [600, 190, 20]), (1, [0]))
    assert judge_detectors(today=TODAY, now=NOW) == 1
    check = DetectorCheck.objects.get()
    # The cut is 180 days ago: all have two purchases then, silent for 70 and 10 days.
    assert (check.cut_on, check.horizon_days, check.detector, check.group) == (ago(180), 180, Detector.RECENCY, DetectorGroup.FEW)
    assert (check.limit_days, check.called, check.came_back, check.kept, check.left_unnoticed) == (180, 0, 0, 10, 7)
    assert check.is_chosen


def test_purchases_after_the_cut_are_not_seen() -> None:
    fill((1, [700, 600, 500, 170, 160, 150, 140, 0]))
    judge_detectors(today=TODAY, now=NOW)
    rhythm = DetectorCheck.objects.get(detector=Detector.RHYTHM)
    # Known on the cut: gaps of 100 days, 320 of silence. With later purchases the patience would be 245.
    assert (rhythm.called, rhythm.came_back) == (1, 1)


def test_the_limit_is_chosen_by_the_time_before_the_cut() -> None:
    """360 days ago 40 of two purchases were silent for 200 days and came within the half-year, 40 were silent for 340 and did not."""
    fill((40, [760, 560, 300]), (40, [760, 700]), (1, [0]))
    judge_detectors(today=TODAY, now=NOW)
    assert DetectorCheck.objects.get(group=DetectorGroup.FEW).limit_days == 210


def test_the_better_way_is_chosen_and_the_queue_filled_by_it() -> None:
    """Of those who come every 20 days, 40 pause for 100 days and come again: their own rhythm, 60 days, cries wolf; 180 days do not."""
    fill((40, [320, 300, 280, 50]), (40, [520, 500, 480]), (1, [900]), (1, [0]))
    assert [rule.detector for rule in rules_in_force()] == [Detector.RECENCY, Detector.RHYTHM]
    judge_detectors(today=TODAY, now=NOW)
    card = report_card()
    assert card is not None
    several = card.groups[-1]
    assert [(row.check.detector, row.mark.called, row.mark.came_back, row.mark.error, row.is_chosen) for row in several.rows] == [
        (Detector.RHYTHM, 80, 40, 0.5, False),
        (Detector.RECENCY, 40, 0, 0.0, True),
    ]
    assert (several.is_enough, several.is_default, several.rows[0].is_worse) == (True, False, True)
    assert [rule.detector for rule in rules_in_force()] == [Detector.RECENCY, Detector.RECENCY]
    find_leavers(today=TODAY)
    assert {(leaver.left_on, leaver.detection) for leaver in Leaver.objects.all()} == {(ago(299), Detection.RECENCY)}


def test_who_is_silent_for_longer_than_the_limit_in_force_is_queued() -> None:
    make_check(Detector.RECENCY, limit_days=90, is_chosen=True)
    make_check(Detector.RECENCY, DetectorGroup.RHYTHM, limit_days=120, is_chosen=True)
    for name, days in {"два, 90": (100, 90), "два, 91": (100, 91), "три, 120": (140, 130, 120), "три, 121": (141, 131, 121)}.items():
        make_client(name, *days)
    assert find_leavers(today=TODAY) == 2
    found = {leaver.client.name: (leaver.left_on, leaver.detection) for leaver in Leaver.objects.all()}
    assert found == {"два, 91": (TODAY, Detection.RECENCY), "три, 121": (TODAY, Detection.RECENCY)}


def test_who_has_left_by_the_model_in_force_is_queued() -> None:
    make_check(Detector.MODEL, is_chosen=True, model=make_model())
    make_client("Молчит 91", 91)
    make_client("Молчит 92", 92)
    assert find_leavers(today=TODAY) == 1
    leaver = Leaver.objects.get()
    assert (leaver.client.name, leaver.left_on, leaver.detection) == ("Молчит 92", TODAY, Detection.MODEL)


def test_a_model_that_is_gone_gives_way_to_the_usual_rule() -> None:
    make_check(Detector.MODEL, is_chosen=True, model=make_model(is_current=False))
    assert [rule.detector for rule in rules_in_force()] == [Detector.RECENCY, Detector.RHYTHM]
    make_client("Молчит 92", 92)
    assert find_leavers(today=TODAY) == 0


def test_the_newest_choice_is_in_force() -> None:
    make_check(Detector.RECENCY, DetectorGroup.RHYTHM, limit_days=90, is_chosen=True, made_at=NOW - dt.timedelta(7))
    make_check(Detector.RHYTHM, DetectorGroup.RHYTHM, is_chosen=True)
    assert [rule.detector for rule in rules_in_force()] == [Detector.RECENCY, Detector.RHYTHM]


def test_the_model_is_judged_once_it_is_there_and_enough_clients_are_known() -> None:
    random = np.random.default_rng(5)
    fill(*[(1, sorted({int(day) for day in random.uniform(0, 900, random.integers(1, 6))}, reverse=True)) for _ in range(700)])
    judge_detectors(today=TODAY, now=NOW)
    assert not DetectorCheck.objects.filter(detector=Detector.MODEL).exists()
    model = make_model()
    judge_detectors(today=TODAY, now=NOW + dt.timedelta(7))
    checks = DetectorCheck.objects.filter(detector=Detector.MODEL)
    assert {check.group for check in checks} == set(DetectorGroup.values)
    assert {check.model for check in checks} == {model}


def test_the_ways_are_judged_once_a_week_or_when_asked() -> None:
    fill((1, [600, 0]))
    later = NOW + dt.timedelta(6)
    assert [judge_detectors(today=TODAY, now=moment) for moment in (NOW, later, NOW + dt.timedelta(7))] == [1, 0, 1]
    assert judge_detectors(today=TODAY, now=later, is_asked=True) == 1
    assert [card.made_at for card in report_cards()] == [NOW + dt.timedelta(7), later, NOW]


def test_beat_judges_by_the_companys_day() -> None:
    fill((1, [600, 0]))
    assert task() == 1
    assert DetectorCheck.objects.get().made_at <= timezone.now()


def test_the_database_keeps_marks_sane() -> None:
    with pytest.raises(IntegrityError):
        make_check(Detector.RECENCY, came_back=10)


def test_the_page_shows_the_card_and_judges_when_asked(as_manager: Any) -> None:
    fill((40, [600, 250]), (40, [600, 250, 90]), (40, [700, 600, 500]), (1, [0]))
    assert as_manager.get(reverse("churn:finding")).context["card"] is None
    assert as_manager.post(reverse("churn:judge_detectors"))["Location"] == reverse("churn:finding")
    assert DetectorCheck.objects.count() == 3
    page = as_manager.get(reverse("churn:finding"))
    assert page.context["card"].cut_on == ago(180)
    assert page.status_code == 200


def test_the_page_of_a_short_history_says_so(as_manager: Any) -> None:
    fill((2, [10, 0]))
    page = as_manager.get(reverse("churn:finding"))
    assert (page.context["card"], page.context["gap"].days) == (None, 10)
    as_manager.post(reverse("churn:judge_detectors"))
    assert DetectorCheck.objects.count() == 0


def test_staff_see_none_of_it(staff: Any) -> None:
    for name in ("finding", "ledger_list", "told_import"):
        assert signed_in(staff).get(reverse(f"churn:{name}")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_any_number(as_manager: Any, count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        make_client("", 250)
        make_check(Detector.RECENCY, is_chosen=True, limit_days=90, made_at=NOW - dt.timedelta(7 * number))
    as_manager.get(reverse("churn:finding"))
    with django_assert_num_queries(8):
        as_manager.get(reverse("churn:finding"))
