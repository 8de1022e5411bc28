"""Pages of surveys of employees until they close: the list, the form, the page before the start, the running one."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from company.models import Branch, Company, User
from surveys.enums import StaffSurveyKind, WaveState
from surveys.models import StaffSeat, StaffTicket, StaffWave
from surveys.queries import is_staff_heard, staff_rows
from surveys.services import delete_staff_wave, update_staff_wave
from tests.surveys.conftest import make_draft
from tests.surveys.staff_people import make_people, make_staff_wave, staff_draft, start_staff_wave
from tests.surveys.test_staff_forms import typed

pytestmark = pytest.mark.django_db
LIST = reverse("surveys:staff_list")


@pytest.fixture(autouse=True)
def _own_keys(settings: Any, tmp_path: Any) -> None:
    """Keep keys of every test apart."""
    settings.BALLOT_KEY_FOLDERS = [str(tmp_path / "keys"), str(tmp_path / "copy")]


def page(browser: Browser, name: str, *args: Any) -> str:
    """Return the text of a page."""
    answer = browser.get(reverse(f"surveys:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def use_tickets(wave: StaffWave, count: int) -> None:
    """Mark some tickets as used, as answering does."""
    StaffTicket.objects.filter(pk__in=StaffTicket.objects.filter(wave=wave).order_by("pk").values("pk")[:count]).update(answered=True)


def test_without_employees_the_list_asks_for_them(as_manager: Browser) -> None:
    text = page(as_manager, "staff_list")
    assert reverse("company:employee_list") in text
    assert reverse("surveys:staff_create") not in text


def test_an_empty_list_offers_the_first_survey(as_manager: Browser) -> None:
    make_people(6)
    assert page(as_manager, "staff_list").count("btn-beam") == 1


@pytest.mark.parametrize("kind", list(StaffSurveyKind))
def test_a_manager_writes_a_survey_and_sees_it(as_manager: Browser, manager: User, kind: StaffSurveyKind) -> None:
    answer = as_manager.post(reverse("surveys:staff_create") + f"?kind={kind}", typed(kind))
    wave = StaffWave.objects.get()
    assert answer["Location"] == reverse("surveys:staff_preview", args=[wave.pk])
    assert (wave.kind, wave.state, wave.created_by) == (kind, WaveState.DRAFT, manager)


def test_an_invalid_form_keeps_what_was_typed(as_manager: Browser) -> None:
    answer = as_manager.post(reverse("surveys:staff_create"), typed(threshold="2", name="Моя осень"))
    assert (answer.status_code, StaffWave.objects.count()) == (422, 0)
    assert 'value="Моя осень"' in answer.content.decode()


def test_an_unknown_kind_has_no_page(as_manager: Browser) -> None:
    assert as_manager.get(reverse("surveys:staff_create") + "?kind=gossip").status_code == 404


def test_an_english_survey_begins_in_english(as_manager: Browser) -> None:
    answer = as_manager.get(reverse("surveys:staff_create") + "?kind=enps&locale=en")
    assert "How likely are you to recommend working at our company" in answer.content.decode()


def test_a_draft_is_changed_in_place(as_manager: Browser) -> None:
    wave = make_staff_wave()
    answer = as_manager.post(reverse("surveys:staff_edit", args=[wave.pk]), typed(name="Зима", slices=["tenure"]))
    assert answer["Location"] == reverse("surveys:staff_detail", args=[wave.pk])
    wave.refresh_from_db()
    assert (wave.name, wave.slices) == ("Зима", ["tenure"])


def test_the_page_before_the_start_counts_letters_and_codes(as_manager: Browser) -> None:
    centre = Branch.objects.create(name="Центр")
    make_people(5, 2, centre)
    text = page(as_manager, "staff_preview", make_staff_wave().pk)
    assert "по карточке с кодом, Центр" in text
    assert text.count("btn-beam") == 1
    assert "Начать опрос" in text


def test_too_few_people_cannot_be_asked(as_manager: Browser) -> None:
    make_people(4)
    wave = make_staff_wave()
    assert "Начать опрос" not in page(as_manager, "staff_preview", wave.pk)
    answer = as_manager.post(reverse("surveys:staff_start", args=[wave.pk]), follow=True)
    assert "опрос получат всего 4" in answer.content.decode()
    wave.refresh_from_db()
    assert (wave.state, StaffSeat.objects.count(), StaffTicket.objects.count()) == (WaveState.DRAFT, 0, 0)


def test_a_survey_starts_once(as_manager: Browser) -> None:
    make_people(6)
    wave = make_staff_wave()
    for _press in range(2):
        as_manager.post(reverse("surveys:staff_start", args=[wave.pk]))
    wave.refresh_from_db()
    assert (wave.state, wave.invited, StaffSeat.objects.count()) == (WaveState.RUNNING, 6, 6)


def test_a_survey_whose_key_cannot_be_kept_does_not_start(as_manager: Browser, settings: Any, tmp_path: Any) -> None:
    (tmp_path / "file").write_text("")
    settings.BALLOT_KEY_FOLDERS = [str(tmp_path / "keys"), str(tmp_path / "file" / "copy")]
    make_people(6)
    wave = make_staff_wave()
    answer = as_manager.post(reverse("surveys:staff_start", args=[wave.pk]), follow=True)
    assert "BALLOT_KEY_FOLDERS" in answer.content.decode()
    assert StaffWave.objects.get(pk=wave.pk).state == WaveState.DRAFT


def test_a_started_survey_is_neither_changed_nor_deleted(as_manager: Browser, manager: User) -> None:
    make_people(6)
    wave = start_staff_wave()
    for name in ("staff_edit", "staff_delete"):
        assert as_manager.post(reverse(f"surveys:{name}", args=[wave.pk]), typed()).status_code == 404
    assert not update_staff_wave(wave=wave, draft=staff_draft(name="Иначе"), actor=manager)
    assert not delete_staff_wave(wave=wave, actor=manager)
    assert StaffWave.objects.get().name == "Осень"


def test_a_draft_is_thrown_away(as_manager: Browser) -> None:
    wave = make_staff_wave()
    assert as_manager.post(reverse("surveys:staff_delete", args=[wave.pk]))["Location"] == LIST
    assert StaffWave.objects.count() == 0


def test_the_letter_is_seen_with_its_words_and_leads_nowhere(as_manager: Browser) -> None:
    wave = make_staff_wave(closes_at=dt.datetime(2027, 5, 13, tzinfo=dt.UTC))
    text = page(as_manager, "staff_letter", wave.pk)
    assert "Ответьте до 12 мая." in text or "Ответьте до 13 мая." in text
    assert "http" not in text.partition("<body")[2]


def test_how_many_answered_shows_from_the_threshold_only(as_manager: Browser) -> None:
    make_people(9)
    wave = start_staff_wave()
    use_tickets(wave, 4)
    assert staff_rows()[0].answered is None
    assert "Число ответов появится от 5" in page(as_manager, "staff_detail", wave.pk)
    use_tickets(wave, 5)
    assert staff_rows()[0].answered == 5
    assert "из 9" in page(as_manager, "staff_detail", wave.pk)


def test_employees_are_heard_while_asked_and_for_ninety_days(company: Company) -> None:
    now = timezone.now()
    make_people(6)
    assert not is_staff_heard(now)
    make_staff_wave()
    start_staff_wave(kind=StaffSurveyKind.MOTIVES)
    assert not is_staff_heard(now)
    start_staff_wave()
    assert is_staff_heard(now)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_as_often_for_one_as_for_many(as_manager: Browser, count: int, django_assert_num_queries: Any) -> None:
    make_people(6)
    for _number in range(count):
        start_staff_wave()
    with django_assert_num_queries(6):
        page(as_manager, "staff_list")


def test_a_wave_to_clients_reminds_to_ask_employees_first(as_manager: Browser) -> None:
    make_people(6)
    draft = make_draft()
    pages = [reverse("surveys:wave_create"), reverse("surveys:wave_preview", args=[draft.pk])]
    assert ["Спросите сотрудников до Клиентов" in as_manager.get(path).content.decode() for path in pages] == [True, True]
    start_staff_wave()
    assert ["Спросите сотрудников до Клиентов" in as_manager.get(path).content.decode() for path in pages] == [False, False]


def test_newcomers_can_be_left_to_the_next_survey(as_manager: Browser) -> None:
    wave = make_staff_wave()
    for to, waits in (("wait", True), ("ask", False)):
        answer = as_manager.post(reverse("surveys:staff_newcomers", args=[wave.pk]), {"to": to})
        assert answer["Location"] == reverse("surveys:staff_preview", args=[wave.pk])
        assert StaffWave.objects.get().newcomers_wait is waits


def test_the_page_before_the_start_says_what_is_withheld_and_why(as_manager: Browser) -> None:
    make_people(6, branch=Branch.objects.create(name="Центр"))
    make_people(3, branch=Branch.objects.create(name="Склад"))
    text = page(as_manager, "staff_preview", make_staff_wave().pk)
    assert ("Центр" in text, "Склад" in text, "скрыто" in text) == (True, True, True)
