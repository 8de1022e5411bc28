"""The outcome of a call in under a minute: hour, second score, branches of the tree, and what a forger may try."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from churn.enums import ReasonGroup
from churn.formulas.calls import next_hour
from churn.models import ExitCall, Leaver, Reason, ScriptVersion
from clients.models import Segment
from company.models import User
from tests.churn.world import TODAY, ago, make_client, make_leaver, make_reason

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def leaver(owner: User) -> Leaver:
    """A leaver whom the owner is to call."""
    return make_leaver(make_client("Кофейня «Пенка»"), caller=owner)


def url(leaver: Leaver) -> str:
    return reverse("churn:leaver", args=[leaver.pk])


def outcome(**fields: Any) -> dict[str, Any]:
    """Return a filled form of a talk."""
    key = str(uuid.uuid4())
    return {"request_key": key, "attempt": "0", "outcome": "talked", "reasons": [str(make_reason().pk)]} | fields


def test_the_hour_of_the_next_call_is_kept(as_owner: Browser, leaver: Leaver) -> None:
    as_owner.post(url(leaver), outcome(outcome="no_answer", next_call_on=str(ago(-1)), next_call_at="17:00"))
    leaver.refresh_from_db()
    assert (leaver.next_call_on, leaver.next_call_at) == (ago(-1), dt.time(17))


def test_an_hour_without_a_day_is_forgotten(as_owner: Browser, leaver: Leaver) -> None:
    assert as_owner.post(url(leaver), outcome(next_call_at="17:00")).status_code == 302
    leaver.refresh_from_db()
    assert (leaver.next_call_on, leaver.next_call_at) == (None, None)


@pytest.mark.parametrize("fields", [{"next_call_on": str(TODAY), "next_call_at": "00:05"}, {"next_call_at": "25:00"}])
def test_a_wrong_hour_is_refused(as_owner: Browser, leaver: Leaver, fields: dict[str, str]) -> None:
    response = as_owner.post(url(leaver), outcome(**fields))
    assert (response.status_code, set(response.context["form"].errors)) == (422, {"next_call_at"})
    assert ExitCall.objects.count() == 0


def test_who_was_out_by_day_is_called_in_the_evening_and_the_other_way_round() -> None:
    assert [next_hour(dt.time(hour)) for hour in (8, 12, 13, 19)] == [dt.time(17), dt.time(17), dt.time(10), dt.time(10)]


@pytest.mark.parametrize(("typed", "kept"), [("0", 0), ("10", 10), ("", None)])
def test_the_second_score_is_kept(as_owner: Browser, leaver: Leaver, typed: str, kept: int | None) -> None:
    as_owner.post(url(leaver), outcome(second_score=typed))
    assert ExitCall.objects.get().second_score == kept


@pytest.mark.parametrize("score", ["11", "-1", "семь"])
def test_a_score_off_the_scale_is_refused(as_owner: Browser, leaver: Leaver, score: str) -> None:
    response = as_owner.post(url(leaver), outcome(second_score=score))
    assert (response.status_code, set(response.context["form"].errors)) == (422, {"second_score"})
    assert ExitCall.objects.count() == 0


def test_a_missed_call_has_no_second_score(as_owner: Browser, leaver: Leaver) -> None:
    as_owner.post(url(leaver), outcome(outcome="no_answer", next_in="14", second_score="9"))
    assert ExitCall.objects.get().second_score is None


def test_branches_stand_before_their_leaves(as_owner: Browser, leaver: Leaver) -> None:
    branch = make_reason("Нарушили обещание")
    make_reason("Грубость")
    leaf = Reason.objects.create(group=ReasonGroup.OURSELVES, parent=branch, name="По срокам", position=9)
    Reason.objects.create(group=ReasonGroup.OURSELVES, parent=leaf, name="Доставка", position=9)
    [(_group, rows)] = as_owner.get(url(leaver)).context["tree"]
    shown = [(row.reason.name, row.depth) for row in rows]
    start = shown.index(("Нарушили обещание", 0))
    assert shown[start : start + 3] == [("Нарушили обещание", 0), ("По срокам", 1), ("Доставка", 2)]


def test_leaves_of_an_archived_branch_are_still_offered(as_owner: Browser, leaver: Leaver) -> None:
    branch = Reason.objects.create(group=ReasonGroup.OURSELVES, name="Обещания", is_archived=True)
    Reason.objects.create(group=ReasonGroup.OURSELVES, parent=branch, name="По срокам")
    [(_group, rows)] = as_owner.get(url(leaver)).context["tree"]
    assert [(row.reason.name, row.depth) for row in rows] == [("По срокам", 0)]


def test_a_reason_merged_while_the_page_was_open_counts_as_the_one_it_became(as_owner: Browser, leaver: Leaver) -> None:
    kept = make_reason("Сорвали срок")
    merged = Reason.objects.create(group=ReasonGroup.OURSELVES, name="Опоздали", is_archived=True, merged_into=kept)
    as_owner.post(url(leaver), outcome(reasons=[str(merged.pk), str(kept.pk)]))
    assert list(ExitCall.objects.get().reasons.all()) == [kept]


def test_the_version_of_the_script_that_was_read_is_kept(as_owner: Browser, leaver: Leaver) -> None:
    version = ScriptVersion.objects.create(steps=[{"title": "Начало", "say": ""}])
    ScriptVersion.objects.create(steps=[{"title": "Новее", "say": ""}])
    as_owner.post(url(leaver), outcome(script=str(version.pk), steps_done=["0"]))
    call = ExitCall.objects.get()
    assert (call.script, call.steps_done) == (version, [0])


@pytest.mark.parametrize("script", ["", "999999"])
def test_an_unknown_script_loses_no_call(as_owner: Browser, leaver: Leaver, script: str) -> None:
    assert as_owner.post(url(leaver), outcome(script=script)).status_code == 302
    assert ExitCall.objects.get().script is None


def test_a_segment_hears_its_own_script(as_owner: Browser, owner: User, leaver: Leaver) -> None:
    firms = Segment.objects.create(name="Фирмы")
    ScriptVersion.objects.create(steps=[{"title": "Всем", "say": ""}])
    ScriptVersion.objects.create(segment=firms, steps=[{"title": "Фирмам", "say": ""}])
    other = make_leaver(make_client("Отель", segment=firms), caller=owner)
    titles = [as_owner.get(url(row)).context["steps"][0]["title"] for row in (leaver, other)]
    assert titles == ["Всем", "Фирмам"]


@pytest.mark.parametrize("attempt", ["1", "7", "32000"])
def test_a_forged_number_of_the_attempt_saves_nothing(as_owner: Browser, leaver: Leaver, attempt: str) -> None:
    assert as_owner.post(url(leaver), outcome(attempt=attempt)).status_code == 422
    assert ExitCall.objects.count() == 0


def test_a_form_sent_twice_is_one_call(as_owner: Browser, leaver: Leaver) -> None:
    typed = outcome(next_call_on=str(TODAY))
    assert [as_owner.post(url(leaver), typed).status_code for _time in range(2)] == [302, 302]
    assert ExitCall.objects.count() == 1


def test_a_key_of_another_leavers_call_opens_nothing(as_owner: Browser, owner: User, leaver: Leaver) -> None:
    other = make_leaver(make_client("Отель"), caller=owner)
    typed = outcome()
    as_owner.post(url(leaver), typed)
    with pytest.raises(Exception, match="request_key"):
        as_owner.post(url(other), typed)


@pytest.mark.parametrize(
    ("said", "kept"), [({"would_return": "yes"}, True), ({"would_return": "no"}, False), ({"would_return": ""}, None), ({}, None)]
)
def test_what_was_not_said_about_returning_is_not_kept_as_a_no(
    as_owner: Browser, leaver: Leaver, said: dict[str, str], kept: bool | None
) -> None:
    as_owner.post(url(leaver), outcome(return_condition="Подписывать", **said))
    call = ExitCall.objects.get()
    assert (call.would_return, call.return_condition) == (kept, "Подписывать" if kept else "")


def test_an_unknown_answer_about_returning_is_refused(as_owner: Browser, leaver: Leaver) -> None:
    assert as_owner.post(url(leaver), outcome(would_return="maybe")).status_code == 422
    assert ExitCall.objects.count() == 0
