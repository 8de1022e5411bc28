"""The form of a survey of employees: what each kind asks for, what is refused, and that nothing typed is lost."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone, translation

from company.models import Branch, Company
from surveys.enums import RemindWhom, StaffSurveyKind
from surveys.models import StaffWave
from surveys.services import create_staff_wave
from surveys.staff_forms import StaffForm, first_staff_values

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _russian(company: Company) -> Any:
    with translation.override("ru"):
        yield


def typed(kind: StaffSurveyKind = StaffSurveyKind.ENPS, **changes: Any) -> dict[str, Any]:
    """Return what a browser sends when a manager leaves the form as it begins."""
    values = first_staff_values(kind, "ru") | {"ours": "Клиент возвращается сам", "variants": "Раз\nДва"} | changes
    return values | {"branches": [], "closes_on": values["closes_on"].isoformat()}


def form_of(kind: StaffSurveyKind = StaffSurveyKind.ENPS, **changes: Any) -> StaffForm:
    """Return the bound form."""
    return StaffForm(typed(kind, **changes), kind=kind)


@pytest.mark.parametrize("kind", list(StaffSurveyKind))
@pytest.mark.parametrize("locale", ["ru", "en"])
def test_every_kind_is_ready_as_it_begins(kind: StaffSurveyKind, locale: str) -> None:
    form = StaffForm(typed(kind) | first_staff_values(kind, locale) | {"ours": "Ours", "variants": "One\nTwo", "branches": []}, kind=kind)
    assert form.is_valid(), form.errors
    wave = create_staff_wave(draft=form.draft(), actor=None)
    assert (wave.kind, wave.locale, wave.threshold, wave.comment_threshold, wave.reminder_days) == (kind, locale, 5, 10, [3, 7])
    assert wave.remind_whom == RemindWhom.EVERYBODY


def test_enps_asks_the_standard_question() -> None:
    assert form_of()["question"].value() == "Насколько вероятно, что вы порекомендуете работу в нашей компании другу или коллеге?"


def test_a_kind_has_only_its_own_fields() -> None:
    assert {"why_question", "ten_question", "comment_threshold"} <= set(form_of().fields)
    assert {"why_question", "ours", "comment_threshold"} & set(form_of(StaffSurveyKind.MOTIVES).fields) == set()
    assert {"ours", "others"} <= set(form_of(StaffSurveyKind.PULSE).fields)


def test_statements_of_a_pulse_begin_with_ours() -> None:
    form = form_of(StaffSurveyKind.PULSE, others="  Вторая   фраза \r\n\r\nТретья")
    assert form.is_valid(), form.errors
    assert form.draft().options == ("Клиент возвращается сам", "Вторая фраза", "Третья")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("threshold", "4"),
        ("threshold", "0"),
        ("comment_threshold", "9"),
        ("reminder_days", "3, 7, 9, 11"),
        ("reminder_days", "3, 3"),
        ("reminder_days", "0"),
        ("reminder_days", "три"),
        ("reminder_days", "30"),
        ("slices", ["salary"]),
        ("remind_whom", "nobody"),
        ("locale", "de"),
        ("subject", "{name}, ответьте"),
        ("intro", "Ваша ссылка: {link}"),
        ("intro", ""),
        ("question", ""),
        ("name", "   "),
    ],
)
def test_what_would_break_a_promise_is_refused(field: str, value: Any) -> None:
    assert set(form_of(**{field: value}).errors) == {field}


def test_a_question_names_the_firm_and_fills_in_nothing_else() -> None:
    assert form_of(question="Порекомендуете ли {company}?").is_valid()
    assert set(form_of(question="{greeting}", why_question="{until}", ten_question="}").errors) == {
        "question",
        "why_question",
        "ten_question",
    }
    assert set(form_of(StaffSurveyKind.PULSE, ours="Клиент {url}", others="Первая\n{x}").errors) == {"ours", "others"}


def test_comments_never_show_sooner_than_scores() -> None:
    assert set(form_of(threshold="20", comment_threshold="15").errors) == {"comment_threshold"}
    assert form_of(StaffSurveyKind.MOTIVES, threshold="20").is_valid()


@pytest.mark.parametrize("others", ["", "\n \n", "\n".join("абвгде"), "x" * 301, "Клиент возвращается сам"])
def test_statements_are_two_to_six_and_differ(others: str) -> None:
    assert set(form_of(StaffSurveyKind.PULSE, others=others).errors) == {"others"}


@pytest.mark.parametrize("days", [0, -1, 400])
def test_the_last_day_leaves_time_to_answer(days: int) -> None:
    assert "closes_on" in form_of(closes_on=timezone.localdate() + dt.timedelta(days=days)).errors


def test_the_next_survey_begins_with_the_words_of_the_last() -> None:
    Branch.objects.create(name="Центр")
    form = form_of(name="Весна, май 2026", question="Позовёте друга к нам?", slices=["department"], subject="Вопрос до {until}")
    assert form.is_valid(), form.errors
    create_staff_wave(draft=form.draft(), actor=None)
    found = first_staff_values(StaffSurveyKind.ENPS, "ru")
    assert (found["question"], found["slices"], found["subject"]) == ("Позовёте друга к нам?", ["department"], "Вопрос до {until}")
    assert found["name"].startswith("Весна, ")
    assert first_staff_values(StaffSurveyKind.ENPS, "en")["slices"] == ["branch"]
    assert StaffWave.objects.count() == 1
