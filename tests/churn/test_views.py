"""The queue, the call, the reasons and the script, as people use them."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from churn.enums import LeaverState
from churn.models import ExitCall, Leaver, Reason, ScriptVersion
from churn.script import default_steps
from churn.services import ensure_reasons, ensure_script, record_call
from company.models import User
from surveys.enums import AnswerChannel
from surveys.models import Answer, Questionnaire, Wave
from tests.churn.world import RUBLE, TODAY, ago, buy, make_client, make_leaver, make_reason, missed, responsible_employee, talk
from touchpoints.models import Action

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def leaver(owner: User) -> Leaver:
    """A leaver with a history, whom the owner is to call."""
    client = make_client("Кофейня «Пенка»", phone="+79000004107", responsible=responsible_employee(None))
    buy(client, 300, 230, product="Фартуки")
    buy(client, 210, product="Скатерти")
    buy(client, 200, product="Фартуки")
    return make_leaver(client, left=4, last_purchase_on=ago(200), at_risk_cents=212_000 * RUBLE, caller=owner)


def page(name: str, *args: Any) -> str:
    return reverse(f"churn:{name}", args=args)


def outcome(**fields: Any) -> dict[str, Any]:
    """Return a filled form of a talk."""
    return {
        "request_key": str(uuid.uuid4()),
        "attempt": "0",
        "outcome": "talked",
        "reasons": [str(make_reason().pk)],
        "words": "Сказали «разберёмся», и тишина",
    } | fields


def test_an_empty_queue_says_what_to_do(as_owner: Browser) -> None:
    response = as_owner.get(page("queue"))
    assert response.status_code == 200
    assert response.context["queued"] == 0
    assert "Найти сейчас" in response.text


def test_the_queue_is_grouped_by_months_and_sorted_by_value(as_owner: Browser, owner: User) -> None:
    for name, left, at_risk in [("а", 30, 100), ("б", 2, 300), ("в", 31, 900), ("г", 92, 50), ("д", 93, 70)]:
        make_leaver(make_client(name), left=left, at_risk_cents=at_risk * RUBLE, caller=owner)
    response = as_owner.get(page("queue"))
    groups = [
        (group.month.value, group.at_risk_cents // RUBLE, [str(row) for row in group.leavers]) for group in response.context["groups"]
    ]
    assert groups == [(1, 400, ["б", "а"]), (2, 900, ["в"]), (3, 50, ["г"]), (4, 70, ["д"])]
    assert (response.context["queued"], response.context["at_risk_cents"]) == (5, 1420 * RUBLE)


def test_a_long_group_is_cut_and_opens_on_request(as_owner: Browser, owner: User) -> None:
    for _each in range(10):
        make_leaver(left=5, caller=owner)
    assert as_owner.get(page("queue")).context["groups"][0].hidden == 2
    assert as_owner.get(page("queue") + "?month=1").context["groups"][0].hidden == 0
    assert as_owner.get(page("queue") + "?month=x").status_code == 200


def test_calls_put_off_and_clients_left_in_peace_are_not_in_the_queue(as_owner: Browser, owner: User) -> None:
    later = make_leaver(caller=owner, next_call_on=ago(-1))
    make_leaver(make_client(do_not_call=True), caller=owner)
    today = make_leaver(caller=owner, next_call_on=TODAY)
    response = as_owner.get(page("queue"))
    assert [row for group in response.context["groups"] for row in group.leavers] == [today]
    assert response.context["postponed"] == [later]


def test_staff_see_only_calls_given_to_them(as_staff: Browser, staff: User, leaver: Leaver) -> None:
    mine = make_leaver(caller=staff, caller_note="знает язык")
    response = as_staff.get(page("queue"))
    assert (response.context["queued"], response.context["leaver"]) == (1, mine)
    assert "results" not in response.context
    assert as_staff.get(page("leaver", leaver.pk)).status_code == 404
    assert as_staff.post(page("leaver", leaver.pk), outcome()).status_code == 404
    assert as_staff.post(page("save_draft", leaver.pk), {"attempt": "0", "words": "x"}).status_code == 404
    assert ExitCall.objects.count() == 0


def test_the_dossier_tells_all_before_dialling(as_owner: Browser, leaver: Leaver) -> None:
    text = as_owner.get(page("leaver", leaver.pk)).text
    for words in [
        'href="tel:+79000004107"',
        "+7 900 000-41-07",
        "212\u00a0000\u00a0₽",
        "Фартуки, Скатерти",
        "Олег Дунаев",
        "4 дня назад",
        "3 мес",
    ]:
        assert words in text


def test_the_dossier_shows_what_the_client_answered(as_owner: Browser, owner: User, leaver: Leaver) -> None:
    form = Questionnaire.objects.create(
        score_question="?", low_label="0", high_label="10", why_question="?", ten_question="?", promoter_question="?"
    )
    wave = Wave.objects.create(
        name="Май", questionnaire=form, subject="?", public_token="t", closes_at=dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    )
    Answer.objects.create(
        wave=wave, client=leaver.client, channel=AnswerChannel.EMAIL, score=6, why="Не те фартуки", submission_key=uuid.uuid4()
    )
    assert "«Не те фартуки»" in as_owner.get(page("leaver", leaver.pk)).text


def test_the_script_speaks_of_this_client(as_owner: Browser, owner: User, leaver: Leaver) -> None:
    steps = [{"title": "Начало", "say": "{name}, {company}, {caller}, {product}, {since}, {responsible}, {}"}]
    ScriptVersion.objects.create(steps=steps)
    shown = as_owner.get(page("leaver", leaver.pk)).context["steps"]
    assert shown[0]["say"] == f"Кофейня «Пенка», Лён и хлопок, {owner.name}, Фартуки, июля 2025, Олег Дунаев, {{}}"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_takes_the_same_queries_for_any_length(as_owner: Browser, owner: User, rows: int, django_assert_num_queries: Any) -> None:
    for _each in range(rows):
        make_leaver(make_client("", 300, 250), left=5, caller=owner, last_purchase_on=ago(250))
    ensure_reasons()
    ensure_script()
    with django_assert_num_queries(26):
        as_owner.get(page("queue"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_dossier_takes_the_same_queries_for_any_number_of_calls(
    as_owner: Browser, owner: User, leaver: Leaver, rows: int, django_assert_num_queries: Any
) -> None:
    reasons = [make_reason()]
    for attempt in range(rows):
        record_call(leaver=leaver, record=talk(reasons=reasons, attempt=attempt, next_call_on=TODAY), actor=owner)
    with django_assert_num_queries(26):
        as_owner.get(page("leaver", leaver.pk))


def test_opening_a_call_writes_nothing(as_owner: Browser, leaver: Leaver) -> None:
    before = Leaver.objects.values().get()
    as_owner.get(page("leaver", leaver.pk))
    as_owner.get(page("queue"))
    assert Leaver.objects.values().get() == before
    assert ExitCall.objects.count() == 0


def test_a_saved_call_leads_to_the_next_leaver(as_owner: Browser, owner: User, leaver: Leaver) -> None:
    following = make_leaver(make_client("Наталья Рогова"), left=6, caller=owner)
    response = as_owner.post(page("leaver", leaver.pk), outcome(steps_done=["0", "1"], next_call_on=str(ago(-14))))
    assert (response.status_code, response["Location"]) == (302, page("leaver", following.pk))
    call = ExitCall.objects.get()
    assert (call.words, call.steps_done, call.next_call_on) == ("Сказали «разберёмся», и тишина", [0, 1], ago(-14))


def test_after_the_last_call_the_queue_comes_back(as_owner: Browser, leaver: Leaver) -> None:
    assert as_owner.post(page("leaver", leaver.pk), outcome())["Location"] == page("queue")


def test_the_reason_says_whether_it_was_in_our_power_unless_the_caller_does(as_owner: Browser, leaver: Leaver) -> None:
    outside = make_reason("Переехали", is_within_power=False)
    as_owner.post(page("leaver", leaver.pk), outcome(reasons=[str(outside.pk)], next_call_on=str(TODAY)))
    as_owner.post(page("leaver", leaver.pk), outcome(attempt="1", reasons=[str(outside.pk)], is_within_power="yes"))
    assert [call.is_within_power for call in ExitCall.objects.order_by("id")] == [False, True]


def test_what_to_fix_becomes_an_action_of_a_colleague(as_owner: Browser, manager: User, leaver: Leaver) -> None:
    fields = {"would_return": "yes", "return_condition": "Подписывать фартуки", "make_action": "on"}
    as_owner.post(page("leaver", leaver.pk), outcome(**fields, action_owner=str(manager.pk), action_due_on=str(ago(-7))))
    assert (Action.objects.get().title, Action.objects.get().owner) == ("Подписывать фартуки", manager)


def test_an_unticked_action_is_not_created(as_owner: Browser, leaver: Leaver) -> None:
    as_owner.post(page("leaver", leaver.pk), outcome(would_return="yes", return_condition="Подписывать"))
    assert (Action.objects.count(), ExitCall.objects.get().return_condition) == (0, "Подписывать")


def test_a_pause_without_scripts_is_counted_from_today(as_owner: Browser, leaver: Leaver) -> None:
    as_owner.post(page("leaver", leaver.pk), outcome(outcome="no_answer", reasons=[], next_in="14"))
    assert ExitCall.objects.get().next_call_on == ago(-14)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"outcome": ""}, {"outcome"}),
        ({"outcome": "sold"}, {"outcome"}),
        ({"reasons": []}, {"reasons"}),
        ({"reasons": ["999999"]}, {"reasons"}),
        ({"reasons": ["x"]}, {"reasons"}),
        ({"outcome": "no_answer"}, {"next_call_on"}),
        ({"outcome": "later"}, {"next_call_on"}),
        ({"next_call_on": "31.02.2026"}, {"next_call_on"}),
        ({"next_call_on": str(ago(1))}, {"next_call_on"}),
        ({"next_call_on": "2036-01-01"}, {"next_call_on"}),
        ({"next_in": "5"}, {"next_in"}),
        ({"words": "ы" * 10_001}, {"words"}),
        ({"steps_done": ["99"]}, {"steps_done"}),
        ({"attempt": "-1"}, {"attempt"}),
        ({"request_key": "не ключ"}, {"request_key"}),
        ({"would_return": "yes", "make_action": "on"}, {"return_condition", "action_owner", "action_due_on"}),
    ],
)
def test_a_wrong_outcome_comes_back_with_everything_typed(
    as_owner: Browser, leaver: Leaver, fields: dict[str, Any], wrong: set[str]
) -> None:
    response = as_owner.post(page("leaver", leaver.pk), outcome(**fields))
    assert response.status_code == 422
    assert set(response.context["form"].errors) == wrong
    assert fields.get("words", "Сказали «разберёмся», и тишина") in response.text
    assert ExitCall.objects.count() == 0


def test_a_second_window_is_told_and_loses_nothing(as_owner: Browser, owner: User, leaver: Leaver) -> None:
    record_call(leaver=leaver, record=missed(), actor=owner)
    typed = outcome(words="Моё")
    response = as_owner.post(page("leaver", leaver.pk), typed)
    assert (response.status_code, response.context["form"]["attempt"].value()) == (422, "1")
    assert "Моё" in response.text
    assert as_owner.post(page("leaver", leaver.pk), typed | {"attempt": "1"}).status_code == 302
    assert ExitCall.objects.count() == 2


def test_a_manager_who_is_not_the_caller_sees_how_to_take_the_call(as_manager: Browser, manager: User, leaver: Leaver) -> None:
    response = as_manager.get(page("leaver", leaver.pk))
    assert 'id="outcome"' not in response.text
    assert as_manager.post(page("leaver", leaver.pk), outcome()).status_code == 422
    assert as_manager.post(page("reassign", leaver.pk), {"caller": manager.pk}).status_code == 422
    assert as_manager.post(page("reassign", leaver.pk), {"caller": manager.pk, "note": "владелец в отпуске"}).status_code == 302
    assert 'id="outcome"' in as_manager.get(page("leaver", leaver.pk)).text
    assert Leaver.objects.get().caller == manager


@pytest.mark.parametrize("caller", ["", "x", "999999"])
def test_a_call_is_not_handed_to_nobody(as_owner: Browser, owner: User, leaver: Leaver, caller: str) -> None:
    response = as_owner.post(page("reassign", leaver.pk), {"caller": caller, "note": "сказано"})
    assert response.status_code == 422
    assert "сказано" in response.text
    assert Leaver.objects.get().caller == owner


def test_the_owner_of_a_tiny_company_allows_one_call(as_owner: Browser, owner: User) -> None:
    leaver = make_leaver(make_client(responsible=responsible_employee(owner)), responsible=owner)
    assert "Звонить некому." in as_owner.get(page("leaver", leaver.pk)).text
    assert as_owner.post(page("allow_exception", leaver.pk), {"reason": ""}).status_code == 422
    assert as_owner.post(page("allow_exception", leaver.pk), {"reason": "Я один"}).status_code == 302
    assert "Исключение на один звонок." in as_owner.get(page("leaver", leaver.pk)).text
    assert as_owner.post(page("leaver", leaver.pk), outcome()).status_code == 302
    assert ExitCall.objects.get().exception_reason == "Я один"


def test_an_exception_is_refused_while_somebody_else_can_call(as_owner: Browser, owner: User, manager: User) -> None:
    leaver = make_leaver(make_client(responsible=responsible_employee(owner)), responsible=owner)
    assert as_owner.post(page("allow_exception", leaver.pk), {"reason": "Я один"}).status_code == 422
    assert Leaver.objects.get().caller is None


def test_what_is_typed_is_kept_and_comes_back(as_owner: Browser, leaver: Leaver) -> None:
    reason = make_reason()
    typed = outcome(outcome="later", words="Фартуки перепутали", steps_done=["0", "2"], reasons=[str(reason.pk)], would_return="yes")
    assert as_owner.post(page("save_draft", leaver.pk), typed).status_code == 204
    response = as_owner.get(page("leaver", leaver.pk))
    form = response.context["form"]
    assert (form["words"].value(), form["outcome"].value(), form["would_return"].value()) == ("Фартуки перепутали", "later", "yes")
    assert response.context["steps_done"] == [0, 2]
    assert [is_marked for _group, rows in response.context["tree"] for is_marked in [row.is_marked for row in rows]] == [True]
    assert "request_key" not in Leaver.objects.get().draft


@pytest.mark.parametrize(("attempt", "status"), [("1", 409), ("", 422), ("x", 422), ("99999", 422)])
def test_a_draft_of_another_call_is_refused(as_owner: Browser, leaver: Leaver, attempt: str, status: int) -> None:
    assert as_owner.post(page("save_draft", leaver.pk), {"attempt": attempt, "words": "x"}).status_code == status
    assert Leaver.objects.get().draft == {}


def test_a_monstrous_draft_is_cut(as_owner: Browser, leaver: Leaver) -> None:
    as_owner.post(page("save_draft", leaver.pk), {"attempt": "0", "words": "ы" * 30_000 + "\0", "unknown": "x"})
    assert {name: len(text) for name, text in Leaver.objects.get().draft.items()} == {"words": 10_000}


@pytest.mark.parametrize("state", [LeaverState.CLOSED, LeaverState.RETURNED])
def test_a_finished_case_offers_no_form(as_owner: Browser, leaver: Leaver, state: LeaverState) -> None:
    Leaver.objects.update(state=state, returned_on=ago(1))
    response = as_owner.get(page("leaver", leaver.pk))
    assert response.status_code == 200
    assert 'id="outcome"' not in response.text


def test_looking_now_fills_the_queue(as_manager: Browser, owner: User) -> None:
    make_client("Клиент", 250)
    make_client("Давний", 900)
    assert as_manager.post(page("find_now")).status_code == 302
    assert Leaver.objects.get().caller == owner
    assert as_manager.get(page("queue_year")).context["unqueued"] == 1
    assert as_manager.post(page("queue_old")).status_code == 302
    assert Leaver.objects.count() == 2


def test_a_client_is_marked_as_left_from_the_card(as_manager: Browser, owner: User) -> None:
    client = make_client("Клиент", 40, 20)
    assert as_manager.post(page("mark_left", client.pk))["Location"] == page("leaver", Leaver.objects.get().pk)
    assert as_manager.post(page("mark_left", client.pk)).status_code == 422
    assert Leaver.objects.count() == 1


def test_the_card_of_a_client_shows_leavings_and_calls(as_manager: Browser, owner: User, leaver: Leaver) -> None:
    record_call(leaver=leaver, record=talk(words="Сорвали открытие"), actor=owner)
    fragment = as_manager.get(page("client_panel", leaver.client.pk), headers={"HX-Request": "true"})
    assert "«Сорвали открытие»" in fragment.text
    assert "<html" not in fragment.text
    assert "<html" in as_manager.get(page("client_panel", leaver.client.pk)).text
    assert as_manager.get(page("client_panel", 999_999)).status_code == 404


def test_staff_read_nothing_about_other_peoples_leavers_on_the_card(as_staff: Browser, owner: User, leaver: Leaver) -> None:
    record_call(leaver=leaver, record=talk(words="Сорвали открытие"), actor=owner)
    assert as_staff.get(page("client_panel", leaver.client.pk)).status_code == 404


def test_staff_learn_no_names_of_clients_from_numbers_in_addresses(as_staff: Browser, staff: User, leaver: Leaver) -> None:
    assert as_staff.get(page("client_panel", make_client("Тайный Клиент", 40).pk)).status_code == 404
    Leaver.objects.filter(pk=leaver.pk).update(caller=staff)
    assert as_staff.get(page("client_panel", leaver.client.pk)).status_code == 200


def test_a_forged_step_of_thousands_of_digits_breaks_no_page(as_owner: Browser, leaver: Leaver) -> None:
    forged = {"attempt": leaver.n_calls, "steps_done": "9" * 5000}
    assert as_owner.post(page("leaver", leaver.pk), forged).status_code == 422
    assert as_owner.post(page("save_draft", leaver.pk), forged).status_code == 204
    assert as_owner.get(page("leaver", leaver.pk)).status_code == 200


def test_who_asked_not_to_be_called_has_no_number_to_press(as_owner: Browser, leaver: Leaver) -> None:
    assert "tel:+79000004107" in as_owner.get(page("leaver", leaver.pk)).text
    leaver.client.do_not_call = True
    leaver.client.save()
    assert "tel:" not in as_owner.get(page("leaver", leaver.pk)).text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_card_takes_the_same_queries_for_any_history(as_owner: Browser, rows: int, django_assert_num_queries: Any) -> None:
    client = make_client("Клиент")
    for left in range(rows):
        make_leaver(client, left=10 + 200 * left, state=LeaverState.CLOSED)
    with django_assert_num_queries(6):
        as_owner.get(page("client_panel", client.pk), headers={"HX-Request": "true"})


def test_the_standard_tree_is_taken_once(as_manager: Browser) -> None:
    for _time in range(2):
        assert as_manager.post(page("add_reason"), {"standard": "1"}).status_code == 302
    assert Reason.objects.filter(name="Забыли о Клиенте").count() == 1
    assert as_manager.get(page("reason_list")).status_code == 200


def test_an_archived_reason_is_not_offered_to_callers(as_owner: Browser, leaver: Leaver) -> None:
    Reason.objects.create(group="ourselves", name="Старая", is_archived=True)
    assert as_owner.get(page("leaver", leaver.pk)).context["tree"] == []


def script_fields(*steps: tuple[str, str]) -> dict[str, str]:
    """Return the posted script."""
    fields = {"form-TOTAL_FORMS": str(len(steps)), "form-INITIAL_FORMS": "0"}
    for number, (title, say) in enumerate(steps):
        fields |= {f"form-{number}-title": title, f"form-{number}-say": say}
    return fields


def test_a_changed_script_is_a_new_version(as_manager: Browser, manager: User) -> None:
    ensure_script()
    assert as_manager.get(page("edit_script")).status_code == 200
    assert as_manager.post(page("edit_script"), script_fields(("Начало", "Это {caller}"), ("", ""))).status_code == 302
    assert ScriptVersion.objects.first().steps == [{"title": "Начало", "say": "Это {caller}"}]  # type: ignore[union-attr]
    as_manager.post(page("edit_script"), script_fields(("Начало", "Это {caller}")))
    assert ScriptVersion.objects.count() == 2


@pytest.mark.parametrize("steps", [[("", "")], [("", "слова")], [("Шаг", "{phone}")], [("{x}", "")], [("ш", "")] * 13])
def test_a_wrong_script_is_refused(as_manager: Browser, steps: list[tuple[str, str]]) -> None:
    assert as_manager.post(page("edit_script"), script_fields(*steps)).status_code == 422
    assert ScriptVersion.objects.count() == 0


def test_the_script_is_read_by_those_who_call(as_staff: Browser) -> None:
    response = as_staff.get(page("script"))
    assert response.context["steps"] == default_steps()
    assert page("edit_script") not in response.text
