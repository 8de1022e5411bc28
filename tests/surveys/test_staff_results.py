"""What managers see of an anonymous survey, and what nobody sees."""

import datetime as dt
import io
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from company.models import Branch, User
from surveys.enums import GroupStatus, StaffQuestion, StaffSlice, StaffSurveyKind, WithheldReason
from surveys.formulas.comparison import Standing, Verdict
from surveys.models import StaffWave, Theme
from surveys.queries import latest_enps, staff_comments, staff_result, staff_themes, staff_trend, theme_counts
from surveys.services import make_staff_action
from tests.surveys.staff_rows import BAND, WITHHELD, add_comment, add_everybody, add_group, make_closed
from touchpoints.models import Action

pytestmark = pytest.mark.django_db


@pytest.fixture
def spring(manager: User) -> StaffWave:
    """A survey of sixty: 10 critics, 14 neutrals, 20 fans."""
    wave = make_closed(answered=44)
    add_everybody(wave, 10, 14, 20)
    return wave


def page_of(browser: Browser, wave: StaffWave, **query: Any) -> Any:
    """Open the result."""
    return browser.get(reverse("surveys:staff_detail", args=[wave.pk]), query)


def text_of(response: Any) -> str:
    """Return a page's words with single spaces."""
    plain = re.sub(r"<[^>]+>", " ", response.content.decode().replace("\xa0", " ").replace("\u202f", " "))
    return " ".join(plain.split())


def test_counts_are_read_in_their_order(spring: StaffWave) -> None:
    result = staff_result(spring)
    assert result.everybody
    assert result.everybody.counts
    assert (result.everybody.counts.detractors, result.everybody.counts.passives, result.everybody.counts.promoters) == (10, 14, 20)
    assert result.everybody.estimate
    assert round(result.everybody.estimate.score, 1) == 22.7


def test_first_survey_has_nothing_to_be_compared_with(spring: StaffWave) -> None:
    result = staff_result(spring)
    assert result.before is None
    assert result.comparison.verdict == Verdict.EARLY


def test_change_is_judged_on_two_groups_of_people(spring: StaffWave) -> None:
    before = make_closed("Осень", days_ago=200, question="Другими словами?", answered=44)
    add_everybody(before, 30, 10, 4)
    result = staff_result(spring)
    assert result.before
    assert result.before.wave == before
    assert (result.comparison.verdict, result.comparison.pairs) == (Verdict.GROWS, 0)
    assert [(point.wave.name, point.is_reworded) for point in result.points] == [("Осень", False), ("Весна", True)]


def test_trend_marks_surveys_of_other_branches(spring: StaffWave) -> None:
    before = make_closed("Осень", days_ago=200)
    add_everybody(before, 10, 14, 20)
    before.branches.add(Branch.objects.create(name="Садовая"))
    assert [point.is_of_others for point in staff_trend(timezone.now())] == [False, True]


@pytest.mark.parametrize("kind", [StaffSurveyKind.MOTIVES, StaffSurveyKind.PULSE])
def test_trend_takes_enps_only(spring: StaffWave, kind: StaffSurveyKind) -> None:
    options = ["Наше", "Чужое"] if kind == StaffSurveyKind.PULSE else []
    add_group(make_closed("Другое", kind=kind, options=options), [5, 5] if kind == StaffSurveyKind.PULSE else [10])
    assert [point.wave for point in staff_trend(timezone.now())] == [spring]


def test_withheld_bands_and_lost_surveys_are_no_points() -> None:
    add_group(make_closed("Band"), status=BAND, reason=WithheldReason.ALIKE, band_low=50, band_high=100)
    add_group(make_closed("Few"), status=WITHHELD, reason=WithheldReason.TOO_FEW)
    make_closed("Lost", is_lost=True)
    assert staff_trend(timezone.now()) == []


def test_a_group_is_judged_against_all_the_others(spring: StaffWave) -> None:
    slice_: dict[str, Any] = {"dimension": StaffSlice.BRANCH}
    add_group(spring, [10, 6, 2], value="1", label="Заводская", invited=20, **slice_)
    add_group(spring, [0, 8, 18], value="2", label="Садовая", invited=40, position=1, **slice_)
    assert [(one.group.label, one.standing) for one in staff_result(spring).groups] == [
        ("Заводская", Standing.BELOW),
        ("Садовая", Standing.ABOVE),
    ]


def test_no_group_is_judged_where_everybody_is_hidden() -> None:
    wave = make_closed()
    add_group(wave, status=WITHHELD, reason=WithheldReason.SUBTRACTION)
    add_group(wave, [10, 6, 2], dimension=StaffSlice.BRANCH, value="1", label="Заводская")
    assert [one.standing for one in staff_result(wave).groups] == [None]


def test_latest_enps_is_the_newest_number_or_band(spring: StaffWave) -> None:
    assert (found := latest_enps(timezone.localdate()))
    assert found.wave == spring
    band = make_closed("Лето", days_ago=0)
    add_group(band, status=BAND, reason=WithheldReason.ALIKE, band_low=-100, band_high=-50)
    hidden = make_closed("Осень", days_ago=0)
    add_group(hidden, status=WITHHELD, reason=WithheldReason.TOO_FEW)
    assert (found := latest_enps(timezone.localdate()))
    assert (found.wave, found.everybody.is_band, found.comparison.verdict) == (band, True, Verdict.EARLY)


def test_latest_enps_is_compared_with_the_same_branches_only(spring: StaffWave) -> None:
    add_everybody(other := make_closed("Осень", days_ago=200), 30, 10, 4)
    assert (found := latest_enps(timezone.localdate()))
    assert found.comparison.verdict == Verdict.GROWS
    other.branches.add(Branch.objects.create(name="Садовая"))
    assert (found := latest_enps(timezone.localdate()))
    assert (found.wave, found.comparison.verdict) == (spring, Verdict.EARLY)


def test_the_last_day_is_the_one_before_the_midnight_of_closing() -> None:
    midnight = dt.datetime.combine(timezone.localdate(), dt.time.min, timezone.get_current_timezone())
    add_everybody(make_closed(closes_at=midnight), 10, 14, 20)
    assert (found := latest_enps(timezone.localdate()))
    assert timezone.localdate(found.last_day) == timezone.localdate() - dt.timedelta(days=1)


def test_there_is_no_latest_enps_before_the_first_survey(db: Any) -> None:
    assert latest_enps(timezone.localdate()) is None


def test_themes_count_comments(spring: StaffWave) -> None:
    pay = Theme.objects.create(name="Деньги", words=["зарплата", "премия"])
    Theme.objects.create(name="Дорога", words=["автобус"])
    for text in ("Мало зарплаты", "Премию обещали, зарплату держат", "Хороший коллектив"):
        add_comment(spring, text)
    counted = theme_counts(staff_themes(staff_comments(spring)))
    assert [(one.theme, one.n) for one in counted] == [(pay, 2)]


def test_a_comment_becomes_one_action_with_its_text_alone(spring: StaffWave, manager: User) -> None:
    comment = add_comment(spring, "Поставьте кондиционер")
    fields: dict[str, Any] = {"title": "Кондиционер", "owner": manager, "due_on": timezone.localdate(), "actor": manager}
    first, again = (make_staff_action(comment=comment, **fields) for _ in range(2))
    assert first == again
    assert (first.details, first.expected_effect, first.title) == ("Поставьте кондиционер", "", "Кондиционер")


@pytest.mark.usefixtures("company_clock")
def test_action_is_made_from_the_page_once(as_manager: Browser, manager: User, spring: StaffWave) -> None:
    comment = add_comment(spring, "Поставьте кондиционер\nв цех")
    url = reverse("surveys:staff_comment_action", args=[comment.pk])
    page = as_manager.get(url)
    assert page.context["form"].initial["title"] == "Поставьте кондиционер"
    bad = as_manager.post(url, {"title": "", "owner": manager.pk, "due_on": timezone.localdate()})
    assert (bad.status_code, Action.objects.count()) == (422, 0)
    good = {"title": "Кондиционер", "owner": manager.pk, "due_on": timezone.localdate()}
    assert [as_manager.post(url, good).status_code for _ in range(2)] == [302, 302]
    assert Action.objects.count() == 1


def test_unknown_comment_is_no_page(as_manager: Browser) -> None:
    assert as_manager.get(reverse("surveys:staff_comment_action", args=[uuid.uuid4()])).status_code == 404


def book_of(browser: Browser, wave: StaffWave) -> dict[str, list[tuple[Any, ...]]]:
    """Open the export."""
    response = browser.get(reverse("surveys:staff_export", args=[wave.pk]))
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    return {name: [tuple(row) for row in book.get_sheet_by_name(name).to_python()] for name in book.sheet_names}


def test_export_has_what_is_shown_what_is_not_and_comments_apart(as_manager: Browser, spring: StaffWave) -> None:
    branch: dict[str, Any] = {"dimension": StaffSlice.BRANCH, "invited": 8}
    add_group(spring, status=BAND, reason=WithheldReason.ALIKE, band_low=-50, band_high=0, value="1", label="Садовая", **branch)
    add_group(spring, status=WITHHELD, reason=WithheldReason.TOO_FEW, value="2", label="=SUM(A1)", **branch)
    add_comment(spring, "=HYPERLINK(1)", StaffQuestion.TEN)
    sheets = book_of(as_manager, spring)
    assert list(sheets) == ["Группы", "Что не показано", "Отзывы"]
    assert sheets["Группы"][1:] == [
        ("Все вместе", 60, 44, 10, 14, 20, 23, 9, 36),
        ("Филиал: Садовая", 8, "—", "—", "—", "—", "—", -50, 0),
    ]
    assert [row[0] for row in sheets["Что не показано"][1:]] == ["Филиал: Садовая", "Филиал: =SUM(A1)"]
    assert sheets["Отзывы"][1:] == [("Что сделать, чтобы было 10", "'=HYPERLINK(1)")]


@pytest.mark.parametrize("fields", [{"is_lost": True}, {"state": "running", "tallied_at": None}])
def test_nothing_is_exported_without_a_result(as_manager: Browser, fields: dict[str, Any]) -> None:
    assert as_manager.get(reverse("surveys:staff_export", args=[make_closed(**fields).pk])).status_code == 404


def test_page_shows_the_score_with_its_interval(as_manager: Browser, spring: StaffWave) -> None:
    text = text_of(page_of(as_manager, spring))
    assert "Анонимно" in text
    assert "+23 ±14, от +9 до +36" in text
    assert "44 из 60" in text


def test_page_says_what_is_withheld_and_never_how_much(as_manager: Browser, spring: StaffWave) -> None:
    branch: dict[str, Any] = {"dimension": StaffSlice.BRANCH, "invited": 8}
    add_group(spring, status=WITHHELD, reason=WithheldReason.TOO_FEW, value="2", label="Речной", **branch)
    add_group(spring, status=BAND, reason=WithheldReason.ALIKE, band_low=-50, band_high=0, value="1", label="Садовая", **branch)
    response = page_of(as_manager, spring)
    assert [one.name for one in response.context["withheld"]] == ["Филиал: Речной", "Филиал: Садовая"]
    assert "от −50 до 0" in text_of(response)


@pytest.mark.parametrize("status", [GroupStatus.WITHHELD, GroupStatus.BAND])
def test_page_without_a_number_of_everybody(as_manager: Browser, status: GroupStatus) -> None:
    wave = make_closed()
    ends: dict[str, Any] = {"band_low": 50, "band_high": 100} if status == BAND else {}
    add_group(wave, status=status, reason=WithheldReason.ALIKE if ends else WithheldReason.TOO_FEW, **ends)
    response = page_of(as_manager, wave)
    assert response.status_code == 200
    assert response.context["headline"] is None
    assert "из 60" not in text_of(response)


def test_lost_survey_says_so(as_manager: Browser) -> None:
    response = page_of(as_manager, make_closed(is_lost=True))
    assert response.templates[0].name == "surveys/staff_lost.html"


def test_comments_are_found_by_question_word_and_theme(as_manager: Browser, spring: StaffWave) -> None:
    pay = Theme.objects.create(name="Деньги", words=["зарплата"])
    add_comment(spring, "Зарплата вовремя")
    add_comment(spring, "Зарплату выше", StaffQuestion.TEN)
    add_comment(spring, "Чай")
    queries: dict[str, dict[str, Any]] = {
        "all": {},
        "question": {"question": "ten"},
        "word": {"q": "ЧАЙ"},
        "theme": {"theme": pay.pk},
        "strange": {"theme": "x", "question": "x", "page": "x", "by": "x"},
    }
    found = {
        name: sorted(comment.text for comment, _action in page_of(as_manager, spring, **query).context["rows"])
        for name, query in queries.items()
    }
    every = ["Зарплата вовремя", "Зарплату выше", "Чай"]
    assert found == {
        "all": every,
        "question": ["Зарплату выше"],
        "word": ["Чай"],
        "theme": ["Зарплата вовремя", "Зарплату выше"],
        "strange": every,
    }


def test_too_few_comments_were_destroyed(as_manager: Browser) -> None:
    wave = make_closed(answered=9)
    add_everybody(wave, 2, 3, 4)
    assert "тексты уничтожены" in text_of(page_of(as_manager, wave))


QUERIES = 13


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_same_number_of_questions(
    as_manager: Browser, spring: StaffWave, rows: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    Theme.objects.create(name="Деньги", words=["зарплата"])
    for number in range(rows):
        add_group(spring, [4, 5, 6], dimension=StaffSlice.BRANCH, value=str(number), label=f"Филиал {number}", invited=20)
        add_comment(spring, f"Зарплата {number}")
        add_everybody(make_closed(f"Раньше {number}", days_ago=100 + number), 10, 14, 20)
    page_of(as_manager, spring)
    with django_assert_num_queries(QUERIES):
        page_of(as_manager, spring)


@pytest.mark.parametrize("rows", [1, 3])
def test_export_asks_the_same_number_of_questions(
    as_manager: Browser, spring: StaffWave, rows: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(rows):
        add_group(spring, [4, 5, 6], dimension=StaffSlice.BRANCH, value=str(number), label=f"Филиал {number}", invited=20)
        add_comment(spring, f"Зарплата {number}")
    url = reverse("surveys:staff_export", args=[spring.pk])
    as_manager.get(url)
    with django_assert_num_queries(EXPORT_QUERIES):
        as_manager.get(url)


EXPORT_QUERIES = 7
