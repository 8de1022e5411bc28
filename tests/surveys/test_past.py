"""Answers given before Mayak: read, matched, loaded once, taken back."""

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from common.sheets import csv_bytes, xlsx_bytes
from company.models import User
from surveys.enums import AnswerChannel, PastField, PastKind, SurveyAudience, WaveState
from surveys.models import Answer, PastImport, Tag, Wave
from surveys.past_columns import guess_columns, kind_of
from surveys.past_rows import CellRefusedError, parse_moment, read_score, read_tags
from surveys.services import load_due_past_imports, map_past_columns, request_past_load, start_past_import, undo_past_import
from tests.surveys.conftest import make_client

pytestmark = pytest.mark.django_db
MOSCOW = ZoneInfo("Europe/Moscow")
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
DELIGHTED = """ID,Survey Type,Person Email,Person Name,Person Phone,Score,Comment,Permalink,Created At,Updated At,Tags
101,nps,client1@example.org,Irina,,9,"Fast, and kind",https://app.delighted.com/r/1,2025-08-14 10:00:00 UTC,,"price, delivery"
102,nps,Nobody@example.org,,,0,,https://app.delighted.com/r/2,2025-09-30 22:30:00 UTC,,
103,nps,,,+79035550002,7,Ok,https://app.delighted.com/r/3,2025-10-02 08:00:00 -0700,,
104,csat,x@example.org,,,5,Good,https://app.delighted.com/r/4,2025-10-02 08:00:00 UTC,,
105,nps,x@example.org,,,11,Wow,https://app.delighted.com/r/5,2025-10-02 08:00:00 UTC,,
106,nps,x@example.org,,,,,https://app.delighted.com/r/6,2025-10-02 08:00:00 UTC,,
107,nps,x@example.org,,,8,,https://app.delighted.com/r/7,yesterday,,
"""


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    """Keep uploads apart."""
    settings.MEDIA_ROOT = tmp_path


def take_in(actor: User, body: bytes | str, name: str = "responses.csv") -> PastImport:
    """Upload a file."""
    content = body.encode() if isinstance(body, str) else body
    return start_past_import(upload=SimpleUploadedFile(name, content), actor=actor, now=NOW)


def load(batch: PastImport, actor: User) -> PastImport:
    """Have the file loaded and read it again."""
    assert request_past_load(batch=batch, actor=actor, now=NOW)
    assert load_due_past_imports(now=NOW) == 1
    return PastImport.objects.get(pk=batch.pk)


# --- cells -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "score"), [("0", 0), ("10", 10), ("9,0", 9), ("9.00", 9), ("8/10", 8), ("07", 7)])
def test_a_score_is_read_as_people_write_it(text: str, score: int) -> None:
    assert read_score(text) == score


@pytest.mark.parametrize(
    ("text", "code"), [("", "no_score"), ("11", "bad_score"), ("-1", "bad_score"), ("7,5", "bad_score"), ("да", "bad_score")]
)
def test_what_is_no_score_is_refused(text: str, code: str) -> None:
    with pytest.raises(CellRefusedError) as refusal:
        read_score(text)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-04 12:33:20 UTC", dt.datetime(2025, 3, 4, 12, 33, 20, tzinfo=dt.UTC)),
        ("2025-03-04 12:33:20 -0700", dt.datetime(2025, 3, 4, 19, 33, 20, tzinfo=dt.UTC)),
        ("2025-03-04T12:33:20Z", dt.datetime(2025, 3, 4, 12, 33, 20, tzinfo=dt.UTC)),
        ("1713418460", dt.datetime(2024, 4, 18, 5, 34, 20, tzinfo=dt.UTC)),
        ("04.03.2025 12:33", dt.datetime(2025, 3, 4, 12, 33, tzinfo=MOSCOW)),
        ("4.3.25", dt.datetime(2025, 3, 4, 12, tzinfo=MOSCOW)),
        ("2025-03-04", dt.datetime(2025, 3, 4, 12, tzinfo=MOSCOW)),
        ("45720", dt.datetime(2025, 3, 4, 12, tzinfo=MOSCOW)),
        ("22.11.2026", NOW.astimezone(MOSCOW).replace(hour=12)),
    ],
)
def test_a_moment_is_read_as_programs_and_people_write_it(text: str, moment: dt.datetime) -> None:
    assert parse_moment(text, MOSCOW, NOW) == moment


@pytest.mark.parametrize("text", ["вчера", "31.02.2025", "2025-13-01", "99:99", "04.03.2025 25:00"])
def test_what_is_no_moment_is_none(text: str) -> None:
    assert parse_moment(text, MOSCOW, NOW) is None


def test_tags_are_split_and_bounded() -> None:
    assert read_tags(" price,  fast delivery ,,price") == ("price", "fast delivery")
    assert len(read_tags(",".join(str(number) for number in range(50)))) == 10


# --- columns -----------------------------------------------------------------------------------------------------------------


def test_an_export_of_delighted_is_recognised() -> None:
    headers = DELIGHTED.splitlines()[0].split(",")
    assert kind_of(headers) == PastKind.DELIGHTED
    assert guess_columns(headers) == {
        0: PastField.ANSWER_ID,
        1: PastField.SURVEY_KIND,
        2: PastField.EMAIL,
        4: PastField.PHONE,
        5: PastField.SCORE,
        6: PastField.WHY,
        8: PastField.MOMENT,
        10: PastField.TAGS,
    }
    other = ["Survey Response ID", "Response Date", "Person ID", "Person Email", "Score", "Comment"]
    assert kind_of(other) == PastKind.DELIGHTED
    assert guess_columns(other)[1] == PastField.MOMENT


def test_a_russian_table_is_understood() -> None:
    headers = ["Отметка времени", "Оценка (NPS)", "Комментарий", "Эл. почта", "Телефон", "Код клиента", "Город"]
    assert kind_of(headers) == PastKind.PLAIN
    assert set(guess_columns(headers).values()) == {
        PastField.MOMENT,
        PastField.SCORE,
        PastField.WHY,
        PastField.EMAIL,
        PastField.PHONE,
        PastField.NUMBER,
    }


# --- the check and the load --------------------------------------------------------------------------------------------------


def test_the_check_counts_what_a_load_would_do(irina: Client, owner: User) -> None:
    make_client(2, "Пётр", email="", phone="+79035550002")
    batch = take_in(owner, DELIGHTED)
    assert (batch.kind, batch.source, batch.rows_total, batch.rows_bad) == (PastKind.DELIGHTED, "Delighted", 7, 4)
    assert {name: batch.found[name] for name in ("ready", "known", "matched")} == {"ready": 3, "known": 0, "matched": 2}
    assert batch.found["quarters"] == [["2025-07-01", 1], ["2025-10-01", 2]]
    assert [(line, code) for line, _column, _value, code in batch.problems] == [
        (5, "not_nps"),
        (6, "bad_score"),
        (7, "no_score"),
        (8, "bad_day"),
    ]
    assert not Answer.objects.exists()


def test_answers_go_to_closed_waves_of_their_quarters(irina: Client, owner: User) -> None:
    batch = load(take_in(owner, DELIGHTED), owner)
    assert (batch.answers_new, batch.answers_known, batch.rows_bad) == (3, 0, 4)
    waves = list(Wave.objects.order_by("starts_at"))
    assert [wave.name for wave in waves] == ["Delighted, III квартал 2025", "Delighted, IV квартал 2025"]
    assert {(wave.state, wave.audience, wave.mail_wave) for wave in waves} == {(WaveState.CLOSED, SurveyAudience.CLIENTS, None)}
    assert waves[0].starts_at == dt.datetime(2025, 7, 1, tzinfo=MOSCOW)
    first = waves[0].answers.get()
    assert (first.client, first.branch, first.score, first.why) == (irina, irina.branch, 9, "Fast, and kind")
    assert (first.channel, first.answered_at) == (AnswerChannel.IMPORT, dt.datetime(2025, 8, 14, 10, tzinfo=dt.UTC))
    assert sorted(first.tags.values_list("name", flat=True)) == ["delivery", "price"]
    assert waves[1].answers.filter(score=0, client=None).count() == 1
    assert batch.file.name == ""


def test_the_same_export_twice_adds_nothing(company: Any, owner: User) -> None:
    load(take_in(owner, DELIGHTED), owner)
    again = take_in(owner, DELIGHTED.replace("Ok", "Okay"))
    assert (again.found["ready"], again.found["known"]) == (0, 3)
    assert load(again, owner).answers_new == 0
    assert Answer.objects.count() == 3
    assert Wave.objects.count() == 2


def test_equal_rows_without_a_number_are_different_answers_and_load_once(company: Any, owner: User) -> None:
    text = "Дата;Оценка;Комментарий\n01.03.2025;10;\n01.03.2025;10;\n01.03.2025;9,0;Спасибо\n"
    assert load(take_in(owner, text.encode("cp1251")), owner).answers_new == 3
    assert load(take_in(owner, text.encode("cp1251")), owner).answers_new == 0
    assert sorted(Answer.objects.values_list("score", flat=True)) == [9, 10, 10]
    assert Wave.objects.get().name == "Прежние опросы, I квартал 2025"


def test_a_workbook_is_read_too(irina: Client, owner: User) -> None:
    book = xlsx_bytes(["Дата ответа", "Балл", "Код клиента"], [["2025-05-05", 6, "c1"], ["05.05.2025", "нет", "c1"]])
    batch = load(take_in(owner, book, "answers.xlsx"), owner)
    assert (batch.answers_new, batch.rows_bad) == (1, 1)
    assert Answer.objects.get().client == irina


def test_an_address_two_clients_share_finds_nobody(company: Any, owner: User) -> None:
    for number in (1, 2):
        make_client(number, email="both@example.org")
    load(take_in(owner, "date,score,email\n2025-05-05,6,both@example.org\n"), owner)
    assert Answer.objects.get().client is None


def test_columns_are_chosen_by_hand_and_checked_anew(company: Any, owner: User) -> None:
    batch = take_in(owner, "Первая;Вторая\n05.05.2025;6\n")
    assert batch.mapping == {}
    assert batch.rows_total == 0
    assert not request_past_load(batch=batch, actor=owner, now=NOW)
    mapping = {0: PastField.MOMENT, 1: PastField.SCORE}
    assert map_past_columns(batch=batch, source="Гугл-форма", mapping=mapping, actor=owner, now=NOW)
    load(PastImport.objects.get(), owner)
    assert Wave.objects.get().name == "Гугл-форма, II квартал 2025"
    assert not map_past_columns(batch=batch, source="Другое", mapping=mapping, actor=owner, now=NOW)


def test_a_load_is_asked_for_and_done_once(company: Any, owner: User) -> None:
    batch = take_in(owner, DELIGHTED)
    assert request_past_load(batch=batch, actor=owner, now=NOW)
    assert not request_past_load(batch=batch, actor=owner, now=NOW)
    assert load_due_past_imports(now=NOW) == 1
    assert load_due_past_imports(now=NOW) == 0
    assert Answer.objects.count() == 3


def test_a_file_that_went_missing_goes_back_to_its_draft(company: Any, owner: User) -> None:
    batch = take_in(owner, DELIGHTED)
    request_past_load(batch=batch, actor=owner, now=NOW)
    Path(batch.file.path).unlink()
    assert load_due_past_imports(now=NOW) == 0
    assert PastImport.objects.get().is_draft
    assert not Answer.objects.exists()


def test_undo_takes_back_only_what_the_file_added(company: Any, owner: User) -> None:
    first = load(take_in(owner, "date,score\n2025-05-05,6\n"), owner)
    second = load(take_in(owner, "date,score\n2025-05-06,9\n2025-08-06,9\n"), owner)
    assert undo_past_import(batch=second, actor=owner, now=NOW)
    assert not undo_past_import(batch=second, actor=owner, now=NOW)
    assert list(Answer.objects.values_list("score", "batch")) == [(6, first.pk)]
    assert Wave.objects.count() == 1
    assert load(take_in(owner, "date,score\n2025-05-06,9\n2025-08-06,9\n"), owner).answers_new == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"undone_at": NOW},
        {"loaded_at": NOW},
        {"loaded_at": NOW, "load_due_at": NOW + dt.timedelta(days=1)},
        {"kind": "tea"},
    ],
)
def test_a_file_in_an_impossible_state_is_refused_by_the_database(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PastImport.objects.create(original_name="x.csv", source="x", **fields)


# --- the pages ---------------------------------------------------------------------------------------------------------------


def url_of(name: str, *args: Any) -> str:
    """Return an address."""
    return reverse(f"surveys:{name}", args=args)


def upload(browser: Browser, body: bytes | str, name: str = "responses.csv") -> Any:
    """Send a file."""
    content = body.encode() if isinstance(body, str) else body
    return browser.post(url_of("past_list"), {"file": SimpleUploadedFile(name, content)})


def test_a_file_is_looked_at_loaded_and_taken_back(as_manager: Browser, irina: Client) -> None:
    response = upload(as_manager, DELIGHTED)
    batch = PastImport.objects.get()
    assert response["Location"] == url_of("past_detail", batch.pk)
    page = as_manager.get(response["Location"]).content.decode().replace("\xa0", " ")
    assert "Будет добавлено 3 ответа" in page
    assert "Delighted, III квартал 2025" in page
    assert "Другой вид опроса" in page
    assert page.count("btn-beam") == 1
    assert as_manager.post(url_of("past_load", batch.pk)).status_code == 302
    assert "hx-trigger" in as_manager.get(url_of("past_detail", batch.pk)).content.decode()
    load_due_past_imports(now=timezone.now())
    assert "Загружено 3 ответа" in as_manager.get(url_of("past_detail", batch.pk)).content.decode()
    assert as_manager.post(url_of("past_undo", batch.pk)).status_code == 302
    assert not Answer.objects.exists()
    assert not Tag.objects.exclude(name__in=["price", "delivery"]).exists()
    assert "взято обратно" in as_manager.get(url_of("past_list")).content.decode()


def test_loaded_waves_stand_in_the_list_of_waves(as_manager: Browser, owner: User, company: Any) -> None:
    load(take_in(owner, "date,score\n" + "2025-05-05,9\n" * 6), owner)
    page = as_manager.get(url_of("wave_list")).content.decode()
    assert "Прежние опросы, II квартал 2025" in page
    assert as_manager.get(url_of("wave_detail", Wave.objects.get().pk)).status_code == 200


def test_refused_lines_are_given_as_a_file(as_manager: Browser, owner: User, company: Any) -> None:
    batch = take_in(owner, DELIGHTED)
    text = as_manager.get(url_of("past_problems", batch.pk)).content.decode("utf-8-sig")
    assert len(text.splitlines()) == 5
    assert "6;оценка от 0 до 10;11;Не целая оценка от 0 до 10" in text


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("a.csv", b"", "пуст"),
        ("a.csv", b"\x89PNG\r\n\x1a\n0000", "Это не таблица"),
        ("a.xlsx", b"PK\x03\x04 broken", "Файл повреждён"),
        ("a.csv", b"date,score\n" + b"2025-05-05,9\n" * 900_000, "больше 10"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(as_manager: Browser, name: str, body: bytes, message: str, company: Any) -> None:
    response = upload(as_manager, body, name)
    assert response.status_code == 422
    assert message in response.content.decode().replace("\xa0", " ")
    assert not PastImport.objects.exists()


def test_a_bomb_is_refused(as_manager: Browser, company: Any) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "0" * 20_000_000)
    assert upload(as_manager, packed.getvalue(), "a.xlsx").status_code == 422
    assert not PastImport.objects.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"c0": ""}, "Скажите, где оценка и где дата"),
        ({"c0": "score"}, "выбрано для двух столбцов"),
        ({"c0": "tea"}, "Выберите корректный вариант"),
        ({"source": ""}, "Обязательное поле"),
    ],
)
def test_wrong_columns_come_back(as_manager: Browser, owner: User, company: Any, changes: dict[str, str], message: str) -> None:
    batch = take_in(owner, "date,score\n2025-05-05,9\n")
    data = {"source": "Форма", "c0": "moment", "c1": "score", **changes}
    response = as_manager.post(url_of("past_columns", batch.pk), data)
    assert response.status_code == 422
    assert message in response.content.decode().replace("\xa0", " ")
    assert PastImport.objects.get().source == "Прежние опросы"


def test_a_file_is_thrown_away_before_it_is_loaded_only(as_manager: Browser, owner: User, company: Any) -> None:
    loaded = load(take_in(owner, "date,score\n2025-05-05,9\n"), owner)
    draft = take_in(owner, csv_bytes(["date", "score"], [["2025-05-06", 9]]))
    for batch in (loaded, draft):
        assert as_manager.post(url_of("past_drop", batch.pk)).status_code == 302
    assert list(PastImport.objects.all()) == [loaded]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_few_questions_of_any_length(
    as_manager: Browser, count: int, company: Any, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        PastImport.objects.create(original_name=f"file{number}.csv", source="x")
    with django_assert_num_queries(5):
        assert as_manager.get(url_of("past_list")).content.decode().count("data-row") == count
