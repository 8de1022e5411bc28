"""The coverage audit accounts for everybody, and lists the people without a letter."""

import csv
import datetime as dt
import io
import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Channel, Client, ClientSum, Segment
from company.models import Branch, User
from surveys.enums import SkipReason, SurveyAudience
from surveys.formulas.nps import NpsCounts
from surveys.models import Contact, Removal, SavedAudience, Survey, Wave
from surveys.queries import coverage, expectation, two_scores
from surveys.services import ReminderDraft, close_wave, remove_client, restore_client, start_wave
from tests.surveys.conftest import make_answer, make_client, make_draft, start
from tests.surveys.test_views import fields, page_of, press, text_of

pytestmark = pytest.mark.django_db


def worth(client: Client, cents: int, last_day: dt.date = dt.date(2026, 11, 1)) -> Client:
    """Give a Client purchases."""
    ClientSum.objects.create(client=client, first_day=last_day, last_day=last_day, n_days=1, n_purchases=1, cents=cents, first_cents=cents)
    return client


@pytest.fixture
def town(owner: User) -> Branch:
    """Six Clients: one asked, one of another branch, one of another channel, one without e-mail, one taken out, one worth most."""
    town, village = Branch.objects.create(name="Город"), Branch.objects.create(name="Село")
    friend, sign = Channel.objects.create(name="Друг"), Channel.objects.create(name="Вывеска")
    worth(make_client(1, branch=town, channel=friend), 300_00)
    worth(make_client(2, branch=village, channel=friend), 100_00)
    worth(make_client(3, branch=town, channel=sign), 100_00)
    make_client(4, branch=town, channel=friend, email="")
    worth(make_client(5, "Анна Ким", branch=town, channel=friend), 500_00)
    return town


def narrow(town: Branch) -> Wave:
    """Write a draft for the town's Clients whom friends sent."""
    return make_draft(branches=[town], channels=list(Channel.objects.filter(name="Друг")))


# --- accounting --------------------------------------------------------------------------------------------------------------


def test_steps_from_the_base_to_the_letters_add_up(town: Branch, owner: User) -> None:
    draft = narrow(town)
    assert remove_client(wave=draft, client=Client.objects.get(external_id="c5"), reason="Судимся", actor=owner)
    for step in (lambda wave: wave, start):
        found = coverage(step(draft), timezone.now())
        assert (found.base, found.audience, found.letters, found.waiting) == (5, 3, 1, 0)
        assert found.outside == (("branches", 1), ("channels", 1))
        assert dict(found.skipped) == {SkipReason.NO_EMAIL: 1, SkipReason.REMOVED: 1}
        assert found.base - sum(n for _rule, n in found.outside) - sum(n for _reason, n in found.skipped) == found.letters
        assert found.share == 0.3


def test_people_not_planned_yet_are_waiting(town: Branch) -> None:
    draft = narrow(town)
    assert start_wave(wave=draft, actor=None, now=timezone.now())
    found = coverage(Wave.objects.get(), timezone.now())
    assert (found.waiting, found.letters) == (3, 0)


def test_contacts_are_counted_without_rules_or_money(owner: User) -> None:
    make_client(1)
    Contact.objects.create(kind=SurveyAudience.PARTNERS, name="Олег Гай", email="oleg@example.org")
    found = coverage(start(make_draft(audience=SurveyAudience.PARTNERS)), timezone.now())
    assert (found.base, found.letters, found.outside, found.share) == (1, 1, (), None)


def test_those_left_out_are_heard_by_their_last_score(town: Branch) -> None:
    now = timezone.now()
    chosen, other, third = (Client.objects.get(external_id=f"c{number}") for number in (1, 2, 3))
    before = start(make_draft(name="Весна", rest_days=0), now - dt.timedelta(days=200))
    ancient = start(make_draft(name="Давно", rest_days=0), now - dt.timedelta(days=900))
    make_answer(before, 10, client=chosen, answered_at=now - dt.timedelta(days=190))
    make_answer(before, 10, client=other, answered_at=now - dt.timedelta(days=190))
    make_answer(before, 2, client=other, answered_at=now - dt.timedelta(days=180))
    make_answer(ancient, 0, client=third, answered_at=now - dt.timedelta(days=890))
    wave = start(narrow(town), now)
    make_answer(wave, 9, client=chosen)
    scores = two_scores(wave, now)
    assert (scores.asked, scores.left_out) == (NpsCounts(1, 0, 0), NpsCounts(0, 0, 1))
    assert scores.together == NpsCounts(1, 0, 1)


# --- taking out --------------------------------------------------------------------------------------------------------------


def test_a_client_is_taken_out_of_a_draft_with_a_reason_and_put_back(town: Branch, owner: User) -> None:
    draft, client = narrow(town), Client.objects.get(external_id="c1")
    assert not remove_client(wave=draft, client=client, reason="  ", actor=owner)
    assert remove_client(wave=draft, client=client, reason="Судимся", actor=owner)
    assert not remove_client(wave=draft, client=client, reason="Иначе", actor=owner)
    removal = Removal.objects.get()
    assert (removal.reason, removal.removed_by) == ("Судимся", owner)
    assert restore_client(removal=removal, actor=owner)
    assert not Removal.objects.exists()


def test_nobody_is_taken_out_of_a_started_wave_or_put_back(town: Branch, owner: User) -> None:
    draft, client = narrow(town), Client.objects.get(external_id="c1")
    remove_client(wave=draft, client=client, reason="Судимся", actor=owner)
    wave = start(draft)
    assert not remove_client(wave=wave, client=Client.objects.get(external_id="c5"), reason="Поздно", actor=owner)
    assert not restore_client(removal=Removal.objects.get(), actor=owner)
    assert Removal.objects.count() == 1


def test_the_page_finds_and_takes_out_a_client(as_manager: Browser, town: Branch, manager: User) -> None:
    draft = narrow(town)
    page = text_of(page_of(as_manager, "wave_coverage", draft.pk, query="?q=Ким"))
    assert "Анна Ким" in page
    client = Client.objects.get(external_id="c5")
    press(as_manager, "wave_remove", draft.pk, client=client.pk, reason="=Судимся")
    assert Removal.objects.get().removed_by == manager
    page = text_of(page_of(as_manager, "wave_coverage", draft.pk, query="?q=Ким"))
    assert "В этом круге такого нет" in page
    assert "500" in page
    assert page.count("btn-beam") == 1
    press(as_manager, "wave_restore", Removal.objects.get().pk)
    assert not Removal.objects.exists()


@pytest.mark.parametrize("number", ["", "x", "9" * 40, "²"])
def test_a_client_nobody_knows_is_not_taken_out(as_manager: Browser, town: Branch, number: str) -> None:
    draft = narrow(town)
    assert press(as_manager, "wave_remove", draft.pk, client=number, reason="Судимся").status_code == 404
    assert not Removal.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_coverage_asks_the_same_few_questions_of_any_wave(
    as_manager: Browser, owner: User, count: int, django_assert_num_queries: Any
) -> None:
    draft = make_draft()
    for number in range(count):
        remove_client(wave=draft, client=worth(make_client(number), 100), reason="Судимся", actor=owner)
    wave = start(draft)
    with django_assert_num_queries(24):
        page = text_of(page_of(as_manager, "wave_coverage", wave.pk))
    assert page.count("Судимся") == count


# --- without a letter --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_people_without_a_letter_are_listed_by_reason(as_manager: Browser, owner: User, count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        make_client(number, f"Гость {number}", email="")
    make_client(50, "Нелюбов Пётр", do_not_mail=True)
    wave = start(make_draft())
    with django_assert_num_queries(7):
        page = text_of(page_of(as_manager, "wave_skipped", wave.pk, query="?reason=no_email"))
    assert page.count("Гость") == count
    assert "Нелюбов" not in page
    assert "Нелюбов" in text_of(page_of(as_manager, "wave_skipped", wave.pk, query="?reason=mood"))


def test_people_without_a_letter_are_given_as_a_file(as_manager: Browser, owner: User) -> None:
    make_client(1, "=Гость", email="", phone="+79035550001")
    make_client(2, do_not_mail=True)
    wave = start(make_draft())
    response = page_of(as_manager, "wave_skipped_export", wave.pk, query="?format=csv&reason=no_email")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert rows == [["Кто", "Телефон", "Эл. почта", "Почему без письма", "Ответили"], ["'=Гость", "'+79035550001", "", "нет почты", ""]]
    assert page_of(as_manager, "wave_skipped_export", wave.pk).status_code == 200


def test_nobody_left_out_is_said(as_manager: Browser, irina: Client, wave: Wave) -> None:
    assert "Письмо получили все" in text_of(page_of(as_manager, "wave_skipped", wave.pk))


# --- while letters are being made --------------------------------------------------------------------------------------------


def test_the_page_shows_how_far_planning_has_got(as_manager: Browser, irina: Client) -> None:
    draft = make_draft()
    press(as_manager, "wave_start", draft.pk)
    page = text_of(page_of(as_manager, "wave_detail", draft.pk))
    assert "Готовим письма" in page
    assert "Придержать письма" in page
    assert "0 из 1" in text_of(page_of(as_manager, "wave_progress", draft.pk))
    Wave.objects.update(planned_at=timezone.now())
    assert page_of(as_manager, "wave_progress", draft.pk)["HX-Refresh"] == "true"
    assert "Готовим письма" not in text_of(page_of(as_manager, "wave_detail", draft.pk))


# --- what a wave will show ---------------------------------------------------------------------------------------------------


def test_before_sending_the_usual_rate_is_named(as_manager: Browser, irina: Client) -> None:
    page = text_of(page_of(as_manager, "audience_count", query="?rest_days=0"))
    assert "придёт меньше 5 ответов" in page
    assert "обычная" in page


def test_the_companys_own_waves_give_the_rate(as_manager: Browser, owner: User) -> None:
    for number in range(40):
        make_client(number)
    wave = start(make_draft(rest_days=0))
    for invitation in wave.invitations.order_by("pk")[:20]:
        make_answer(wave, 10, invitation=invitation, client=invitation.client)
    close_wave(wave=wave, actor=owner, now=timezone.now())
    known = expectation(60, "clients")
    assert (known.waves, known.foresight.rate, known.foresight.answers) == (1, 0.5, 30)
    assert expectation(60, "partners").waves == 0


# --- the form ----------------------------------------------------------------------------------------------------------------


def test_the_first_wave_begins_with_waking_hours(as_manager: Browser) -> None:
    press(as_manager, "wave_create", **fields(hour_from="", hour_to=""))
    wave = Wave.objects.get()
    assert (wave.hour_from, wave.hour_to, wave.weekdays, wave.spread_days) == (9, 20, list(range(7)), 1)


def test_schedule_audience_and_reminders_are_saved_and_shown_again(as_manager: Browser) -> None:
    friend, vip = Channel.objects.create(name="Друг"), Segment.objects.create(name="Особые")
    form = fields(
        channels=[friend.pk],
        segments=[vip.pk],
        spread_days="5",
        weekdays=["0", "2"],
        hour_from="0",
        hour_to="24",
        reminder1_subject="Ждём ответа",
        reminder1_after="4",
        reminder3_subject="Последний раз",
    )
    press(as_manager, "wave_create", **form)
    wave = Wave.objects.get()
    assert (wave.spread_days, wave.weekdays, wave.hour_from, wave.hour_to) == (5, [0, 2], 0, 24)
    assert (list(wave.channels.all()), list(wave.segments.all())) == ([friend], [vip])
    assert list(wave.reminders.values_list("number", "after_days", "subject")) == [(1, 4, "Ждём ответа"), (2, 5, "Последний раз")]
    again = text_of(page_of(as_manager, "wave_edit", wave.pk))
    assert 'value="Последний раз"' in again
    assert "Ждём ответа" in text_of(page_of(as_manager, "wave_create"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hour_from": "20", "hour_to": "9"}, "Окончание раньше начала"),
        ({"spread_days": "30"}, "после последнего дня ответов"),
        ({"spread_days": "0"}, 'value="0"'),
        ({"reminder2_intro": "Ау"}, "Напишите тему"),
        ({"audience": "robots"}, "Выберите корректный вариант"),
        ({"weekdays": ["9"]}, "Выберите корректный вариант"),
    ],
)
def test_a_wrong_plan_comes_back_whole(as_manager: Browser, changes: dict[str, Any], message: str) -> None:
    response = press(as_manager, "wave_create", **fields(**changes))
    assert response.status_code == 422
    assert message in text_of(response)
    assert not Wave.objects.exists()


def test_an_audience_is_saved_taken_and_forgotten(as_manager: Browser, manager: User) -> None:
    vip = Segment.objects.create(name="Особые")
    page = text_of(press(as_manager, "wave_create", **fields(name="Моя волна", segments=[vip.pk], save_as="Особые гости", do="save")))
    assert 'value="Моя волна"' in page
    saved = SavedAudience.objects.get()
    assert (saved.name, list(saved.segments.all()), saved.created_by) == ("Особые гости", [vip], manager)
    page = text_of(press(as_manager, "wave_create", **fields(saved=saved.pk, do="use")))
    assert f'value="{vip.pk}" class="form-check-input"' in page or "checked" in page
    assert not Wave.objects.exists()
    press(as_manager, "wave_create", **fields(saved=saved.pk, do="delete"))
    assert not SavedAudience.objects.exists()
    for bad in ({"do": "use", "saved": "x"}, {"do": "save"}, {"do": "save", "save_as": "я" * 81}):
        assert press(as_manager, "wave_create", **fields(**bad)).status_code == 200
    assert not SavedAudience.objects.exists()


# --- surveys that repeat -----------------------------------------------------------------------------------------------------


def survey_fields(**changes: Any) -> dict[str, Any]:
    """Return a filled form of a survey."""
    form = fields(rhythm="monthly", next_on=str(timezone.localdate() + dt.timedelta(days=3)), open_days="14")
    return {**form, **changes}


def test_a_survey_is_written_changed_paused_and_deleted(as_manager: Browser) -> None:
    assert "Пока ни один опрос не повторяется" in text_of(page_of(as_manager, "survey_list"))
    assert press(as_manager, "survey_create", **survey_fields()).status_code == 302
    survey = Survey.objects.get()
    assert (survey.rhythm, survey.month_day) == ("monthly", (timezone.localdate() + dt.timedelta(days=3)).day)
    assert text_of(page_of(as_manager, "survey_edit", survey.pk)).count("btn-beam") == 1
    press(as_manager, "survey_edit", survey.pk, **survey_fields(rhythm="after_purchase", after_days="7"))
    survey.refresh_from_db()
    assert (survey.rhythm, survey.next_on, survey.after_days) == ("after_purchase", None, 7)
    press(as_manager, "survey_pause", survey.pk)
    assert "на паузе" in text_of(page_of(as_manager, "survey_list"))
    press(as_manager, "survey_resume", survey.pk)
    survey.refresh_from_db()
    assert survey.is_active
    press(as_manager, "survey_delete", survey.pk)
    assert not Survey.objects.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"next_on": ""}, "Выберите день следующей волны"),
        ({"next_on": "2020-01-01"}, "Выберите день следующей волны"),
        ({"rhythm": "after_purchase"}, "через сколько дней после покупки"),
        ({"rhythm": "hourly"}, "Выберите корректный вариант"),
        ({"open_days": "0"}, 'value="0"'),
    ],
)
def test_a_wrong_survey_comes_back_whole(as_manager: Browser, changes: dict[str, str], message: str) -> None:
    response = press(as_manager, "survey_create", **survey_fields(**changes))
    assert response.status_code == 422
    assert message in text_of(response)
    assert not Survey.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_surveys_are_listed_in_the_same_few_questions(as_manager: Browser, count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        press(as_manager, "survey_create", **survey_fields(name=f"Опрос {number}"))
    page_of(as_manager, "survey_list")
    with django_assert_num_queries(4):
        page = text_of(page_of(as_manager, "survey_list"))
    assert len(re.findall(r"Опрос \d", page)) == count


def test_a_wave_keeps_its_reminders_when_it_is_changed(as_manager: Browser) -> None:
    draft = make_draft(reminders=[ReminderDraft(5, "Первое"), ReminderDraft(5, "Второе")])
    press(as_manager, "wave_edit", draft.pk, **fields(reminder1_subject="Одно"))
    assert list(draft.reminders.values_list("subject", flat=True)) == ["Одно"]


def test_the_score_of_the_wave_is_as_sure_as_on_its_own_page(as_manager: Browser, town: Branch) -> None:
    wave = start(make_draft())
    for number, invitation in enumerate(wave.invitations.filter(skip_reason="")):
        make_answer(wave, 9 if number % 2 else 6, client=invitation.client)
    page, own = page_of(as_manager, "wave_coverage", wave.pk), page_of(as_manager, "wave_detail", wave.pk)
    assert page.context["own"].estimate == own.context["result"].estimate
