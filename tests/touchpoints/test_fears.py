"""The worksheet of fears and guarantees."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from company.models import User
from touchpoints import starters
from touchpoints.models import Action, Fear, Guarantee, Touchpoint
from touchpoints.queries.worksheets import fear_sheet
from touchpoints.services import finish_action

HUGE = str(10**30)


def url(view: str, *args: object) -> str:
    return reverse(f"touchpoints:{view}", args=args)


@pytest.fixture
def wrong(db: None) -> Fear:
    """A fear without a guarantee."""
    return Fear.objects.create(kind="wrong", words="Куплю, а оно не подойдёт")


@pytest.fixture
def given(db: None) -> Guarantee:
    """A guarantee in force that answers nothing yet."""
    return Guarantee.objects.create(promise="Вернём деньги за 30 дней", state="given")


def test_the_empty_sheet_offers_the_eight_fears_at_one_click(as_manager: Browser) -> None:
    text = as_manager.get(url("fear_list")).content.decode()
    assert (text.count("btn-beam"), url("fear_start") in text) == (1, True)
    for _click in range(2):
        assert as_manager.post(url("fear_start")).status_code == 302
    assert list(Fear.objects.values_list("kind", "words")) == [(start.kind, start.words) for start in starters.fears()]
    assert Fear.objects.count() == 8


def test_the_starter_set_adds_only_kinds_that_are_missing(as_manager: Browser, wrong: Fear) -> None:
    as_manager.post(url("fear_start"))
    assert Fear.objects.filter(kind="wrong").count() == 1
    assert Fear.objects.count() == 8


def test_a_fear_is_a_gap_until_a_guarantee_in_force_answers_it(wrong: Fear, given: Guarantee) -> None:
    other = Fear.objects.create(kind="past", words="Уже обжёгся", position=1)
    given.fears.set([wrong])
    Guarantee.objects.create(promise="Задумка").fears.set([other])
    Guarantee.objects.create(promise="Отменили", state="withdrawn").fears.set([other])
    sheet = fear_sheet()
    assert [(row.fear, row.is_gap, len(row.given), len(row.planned)) for row in sheet.rows] == [(other, True, 0, 1), (wrong, False, 1, 0)]
    assert sheet.gaps == 1


def test_ready_guarantees_fit_the_kind_and_are_taken_as_ideas_once(as_manager: Browser, wrong: Fear) -> None:
    key = fear_sheet().rows[0].suggestions[0].key
    for _click in range(2):
        assert as_manager.post(url("guarantee_take", wrong.pk), {"key": key}).status_code == 302
    taken = Guarantee.objects.get()
    assert (taken.state, list(taken.fears.all())) == ("idea", [wrong])
    assert key not in [start.key for start in fear_sheet().rows[0].suggestions]
    assert as_manager.post(url("guarantee_take", wrong.pk), {"key": "no such"}).status_code == 404


def test_a_taken_guarantee_comes_into_force_by_one_click(as_manager: Browser, wrong: Fear) -> None:
    row = Guarantee.objects.create(promise="Обменяем сами")
    row.fears.set([wrong])
    answer = as_manager.post(url("guarantee_state", row.pk), {"state": "given"})
    assert answer["Location"] == f"{url('fear_list')}#guarantee-{row.pk}"
    assert fear_sheet().gaps == 0
    assert as_manager.post(url("guarantee_state", row.pk), {"state": "eternal"}).status_code == 404
    row.refresh_from_db()
    assert row.state == "given"


def test_fears_and_guarantees_are_written_changed_and_taken_off(as_manager: Browser, sign: Touchpoint) -> None:
    as_manager.post(url("fear_create"), {"words": "Не перезвонят", "kind": "unknown", "touchpoint": sign.pk})
    fear = Fear.objects.get()
    assert (fear.words, fear.touchpoint) == ("Не перезвонят", sign)
    as_manager.post(url("guarantee_create"), {"promise": "Перезвоним за час", "state": "given", "fears": [fear.pk]})
    as_manager.post(url("fear_edit", fear.pk), {"words": "Забудут обо мне", "kind": "unknown", "touchpoint": ""})
    row = Guarantee.objects.get()
    as_manager.post(url("guarantee_edit", row.pk), {"promise": "Перезвоним за 30 минут", "state": "given", "fears": []})
    row.refresh_from_db()
    fear.refresh_from_db()
    assert (fear.words, fear.touchpoint, row.promise, row.fears.count()) == ("Забудут обо мне", None, "Перезвоним за 30 минут", 0)
    as_manager.post(url("fear_delete", fear.pk))
    as_manager.post(url("guarantee_delete", row.pk))
    assert (Fear.objects.count(), Guarantee.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "typed",
    [
        {"words": "", "kind": "wrong"},
        {"words": "ё" * 201, "kind": "wrong"},
        {"words": "a\0b", "kind": "wrong"},
        {"words": "x", "kind": "none"},
    ],
)
def test_a_wrong_fear_comes_back_as_typed(as_manager: Browser, typed: dict[str, str]) -> None:
    assert as_manager.post(url("fear_create"), typed).status_code == 422
    assert Fear.objects.count() == 0


def test_the_form_of_a_guarantee_knows_the_fear_it_was_opened_from(as_manager: Browser, wrong: Fear) -> None:
    form = as_manager.get(url("guarantee_create"), {"fear": [str(wrong.pk), "x", HUGE]}).context["form"]
    assert str(form["fears"]).count("checked") == 1


@pytest.mark.usefixtures("company_clock")
def test_one_click_makes_one_action_owned_by_whoever_answers_for_the_point(
    as_manager: Browser, staff: User, sign: Touchpoint, wrong: Fear
) -> None:
    sign.owner = staff
    sign.save()
    Fear.objects.filter(pk=wrong.pk).update(touchpoint=sign)
    for _click in range(2):
        assert as_manager.post(url("fear_action", wrong.pk))["Location"] == f"{url('fear_list')}#fear-{wrong.pk}"
    action = Action.objects.get()
    wrong.refresh_from_db()
    assert (wrong.action, action.owner, list(action.touchpoints.all())) == (action, staff, [sign])
    assert action.due_on == timezone.localdate() + dt.timedelta(days=7)
    assert wrong.words in action.title
    assert action.title in as_manager.get(url("fear_list")).content.decode()


def test_a_done_action_may_be_followed_by_another(as_manager: Browser, manager: User, wrong: Fear) -> None:
    as_manager.post(url("fear_action", wrong.pk))
    finish_action(action=Action.objects.get(), evidence="Висит на кассе", actor=manager)
    as_manager.post(url("fear_action", wrong.pk))
    wrong.refresh_from_db()
    assert Action.objects.count() == 2
    assert wrong.action == Action.objects.latest("pk")


def test_an_action_outlives_its_fear_and_of_a_long_promise_keeps_a_whole_title(as_manager: Browser) -> None:
    row = Guarantee.objects.create(promise="ё" * 200)
    as_manager.post(url("guarantee_action", row.pk))
    as_manager.post(url("guarantee_delete", row.pk))
    assert len(Action.objects.get().title) == 200


def test_an_archived_owner_gets_no_action(as_manager: Browser, manager: User, staff: User, sign: Touchpoint, wrong: Fear) -> None:
    User.objects.filter(pk=staff.pk).update(is_active=False)
    Touchpoint.objects.filter(pk=sign.pk).update(owner=staff)
    Fear.objects.filter(pk=wrong.pk).update(touchpoint=sign)
    as_manager.post(url("fear_action", wrong.pk))
    assert Action.objects.get().owner == manager


@pytest.mark.parametrize("rows", [1, 3])
def test_the_sheet_takes_a_fixed_number_of_queries(
    as_manager: Browser, manager: User, sign: Touchpoint, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        fear = Fear.objects.create(kind="past", words=f"Страх {number}", touchpoint=sign)
        Guarantee.objects.create(promise=f"Обещание {number}", state="given" if number else "idea").fears.set([fear])
        as_manager.post(url("fear_action", fear.pk))
        as_manager.post(url("guarantee_action", Guarantee.objects.latest("pk").pk))
    as_manager.get(url("fear_list"))
    with django_assert_num_queries(7):
        as_manager.get(url("fear_list"))


def test_what_was_typed_is_never_markup(as_manager: Browser) -> None:
    Fear.objects.create(kind="other", words="<script>alert(1)</script>")
    assert "<script>alert" not in as_manager.get(url("fear_list")).content.decode()


def test_the_data_of_both_languages_is_whole() -> None:
    for language in ("ru", "en"):
        data = starters.read(language)
        assert len({start.kind for start in data["fears"]}) == 8
        assert len(data["holds"]) == 10
        assert {start.kind for start in data["ideas"]} == {"beyond", "gift", "extra", "turned", "original"}
        answered = {kind for start in data["guarantees"] for kind in start.kinds}
        assert answered == {start.kind for start in data["fears"]}
        assert max(len(start.promise) for start in data["guarantees"]) <= 200


def test_editing_keeps_a_touchpoint_that_is_off_the_map_by_now(as_manager: Browser, sign: Touchpoint, wrong: Fear) -> None:
    Fear.objects.filter(pk=wrong.pk).update(touchpoint=sign)
    Touchpoint.objects.filter(pk=sign.pk).update(is_archived=True)
    form = as_manager.get(url("fear_edit", wrong.pk)).context["form"]
    assert list(form.fields["touchpoint"].queryset) == [sign]
    typed = {"words": "А вдруг не подойдёт?", "kind": wrong.kind, "touchpoint": sign.pk}
    assert as_manager.post(url("fear_edit", wrong.pk), typed).status_code == 302
    wrong.refresh_from_db()
    assert (wrong.words, wrong.touchpoint) == ("А вдруг не подойдёт?", sign)
