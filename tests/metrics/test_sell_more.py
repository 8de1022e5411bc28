"""Segments against a year ago, who has stopped growing, the worksheet and its actions."""

import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from clients.models import Client, ClientDay, Segment
from company.models import User
from metrics import queries, services
from metrics.enums import SellQuestion
from metrics.models import SellNote
from metrics.queries import FallenSum, Window
from tests.metrics.test_views import text_of
from tests.metrics.world import Bought, write
from touchpoints.enums import ActionState
from touchpoints.models import Action

TODAY = dt.date(2026, 3, 20)
WINDOW = Window(dt.date(2024, 3, 1), dt.date(2025, 3, 1), dt.date(2026, 3, 1))
URL = reverse("metrics:sell_more")
FALLEN = reverse("metrics:sell_fallen")


def bought(before: int, now: int, *, cents: int = 100_000, end: dt.date = WINDOW.end) -> list[Bought]:
    """Spread so many purchases over each of the two years before `end`, and one before them: with us all the time."""
    year = dt.timedelta(days=365)
    days = [
        end - year * part - dt.timedelta(days=3 + number * (350 // count))
        for part, count in ((1, before), (0, now))
        for number in range(count)
    ]
    return [(day, cents) for day in [end - 2 * year - dt.timedelta(days=60), *days]]


def people(segment: Segment | None = None, **kinds: tuple[int, int, int]) -> list[Client]:
    """Write Clients: so many of each kind, with so many purchases the year before and last year."""
    rows = {f"{kind}{number}": bought(before, now) for kind, (count, before, now) in kinds.items() for number in range(count)}
    return write(rows, patience=300, segment=segment)


@pytest.fixture
def segment(db: None) -> Segment:
    return Segment.objects.create(name="Firms")


@pytest.fixture
def note(segment: Segment, manager: User) -> SellNote:
    words = "Offer curtains to those who bring bed linen"
    return services.add_sell_note(segment=segment, question=SellQuestion.WHAT, words=words, request_key=uuid.uuid4(), actor=manager)


def test_window_holds_whole_months_that_purchases_are_known_of(company: Any) -> None:
    assert queries.two_years(today=TODAY) is None
    (one,) = write({"one": [(dt.date(2026, 2, 27), 100), (dt.date(2026, 3, 2), 100)]})
    ClientDay.objects.create(client=one, day=dt.date(2026, 2, 27), n=1, cents=100)
    assert queries.two_years(today=TODAY) == WINDOW
    assert queries.two_years(today=dt.date(2026, 2, 28)) == Window(dt.date(2024, 2, 1), dt.date(2025, 2, 1), dt.date(2026, 2, 1))
    assert WINDOW.last_month == dt.date(2026, 2, 1)


def test_a_last_month_loaded_whole_counts(company: Any) -> None:
    write({"one": [(dt.date(2026, 1, 31), 100)]})
    window = queries.two_years(today=TODAY)
    assert window is not None
    assert window.end == dt.date(2026, 2, 1)


def test_growth_is_of_each_segment_and_of_all(segment: Segment) -> None:
    people(segment, more=(40, 5, 10))
    people(None, same=(35, 6, 6))
    found = queries.growth(window=WINDOW)
    assert found.everybody is not None
    assert (found.everybody.clients, found.everybody.buyers_now) == (75, 75)
    firms, others = found.by_segment[segment.pk], found.by_segment[None]
    assert (firms.clients, others.clients) == (40, 35)
    assert firms.total("purchases_now") == 400
    assert firms.check_now == firms.check_before == 100_000
    assert firms.frequency_change is not None
    assert others.frequency_change is not None
    assert firms.frequency_change.trend == "rises"
    assert firms.frequency_change.times == pytest.approx(2)
    assert others.frequency_change.trend == "same"


def test_growth_asks_the_database_once(segment: Segment, django_assert_num_queries: Any) -> None:
    people(segment, one=(1, 3, 3))
    with django_assert_num_queries(1):
        queries.growth(window=WINDOW)


def test_who_stopped_growing_is_listed_by_lost_money(segment: Segment) -> None:
    people(segment, fell=(2, 20, 6), steady=(3, 8, 7), grew=(2, 4, 12))
    big = write({"big": bought(20, 6, cents=500_000)}, patience=300)[0]
    found = queries.with_clients(list(queries.fallen(window=WINDOW, today=TODAY)))
    assert [row["client"].external_id for row in found] == ["big", "fell0", "fell1"]
    assert found[0]["client"] == big
    assert (found[0]["n_before"], found[0]["n_now"], found[0]["lost_cents"]) == (20, 6, 7_000_000)
    assert queries.fallen_by_segment(window=WINDOW, today=TODAY) == {segment.pk: FallenSum(2, 2_800_000), None: FallenSum(1, 7_000_000)}
    assert queries.fallen(window=WINDOW, today=TODAY, segment=segment).count() == 2
    assert queries.compared(window=WINDOW, today=TODAY).clients == 8


def test_who_has_left_is_not_on_the_list(company: Any) -> None:
    write({"gone": [(day, 100) for day, _cents in bought(20, 6)]}, patience=5)
    assert list(queries.fallen(window=WINDOW, today=dt.date(2026, 6, 1))) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_fallen_page_asks_the_same_number_of_queries(company: Any, rows: int, django_assert_num_queries: Any) -> None:
    people(None, fell=(rows, 20, 6))
    with django_assert_num_queries(2):
        queries.with_clients(list(queries.fallen(window=WINDOW, today=TODAY)))


# ---- the worksheet


def test_the_same_form_twice_is_one_answer(segment: Segment, manager: User) -> None:
    key = uuid.uuid4()
    for _time in range(2):
        services.add_sell_note(segment=segment, question=SellQuestion.WHO, words="Hotels", request_key=key, actor=manager)
    assert SellNote.objects.count() == 1


def test_an_answer_becomes_one_open_action(note: SellNote, manager: User, owner: User) -> None:
    wanted: dict[str, Any] = {"title": "Offer curtains", "owner": owner, "due_on": TODAY, "actor": manager}
    action, is_new = services.act_on_sell_note(note=note, **wanted)
    assert (is_new, action.title, action.owner, action.due_on) == (True, "Offer curtains", owner, TODAY)
    assert action.details == "Firms: Offer curtains to those who bring bed linen"
    again, is_new = services.act_on_sell_note(note=note, **(wanted | {"title": "Once more"}))
    assert (again.pk, is_new) == (action.pk, False)
    Action.objects.filter(pk=action.pk).update(state=ActionState.DONE, evidence="Hangs by the desk", done_at=timezone.now())
    another, is_new = services.act_on_sell_note(note=note, **wanted)
    assert is_new
    assert another.pk != action.pk


def test_an_action_outlives_its_answer(note: SellNote, manager: User) -> None:
    action, _new = services.act_on_sell_note(note=note, title="Offer", owner=manager, due_on=TODAY, actor=manager)
    services.take_sell_note_off(note=note)
    assert SellNote.objects.count() == 0
    assert Action.objects.filter(pk=action.pk).exists()


def test_an_answer_taken_off_meanwhile_is_not_changed(note: SellNote, manager: User) -> None:
    SellNote.objects.filter(pk=note.pk).delete()
    assert services.change_sell_note(note=note, words="other", actor=manager) is False


@pytest.mark.parametrize("fields", [{"words": ""}, {"question": "whatever"}])
def test_database_refuses_a_senseless_answer(company: Any, fields: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SellNote.objects.create(**({"question": "who", "words": "Hotels", "request_key": uuid.uuid4()} | fields))


# ---- pages


@pytest.mark.usefixtures("company_clock")
def test_page_shows_segments_and_facts(as_manager: Browser, segment: Segment) -> None:
    end = timezone.localdate().replace(day=1)
    rows = {f"c{number}": bought(10, 6, end=end) for number in range(40)}
    write(rows, patience=300, segment=segment)
    page = as_manager.get(URL, {"segment": segment.pk})
    assert page.status_code == 200
    assert [row.growth.buyers_now for row in page.context["rows"]] == [40, 40]
    assert page.context["facts"].sums.active == 40
    assert "Firms" in text_of(page)
    assert page.content.decode().count("btn-beam") == 1


def test_empty_page_says_what_to_do_and_keeps_the_worksheet(as_manager: Browser, company: Any) -> None:
    page = as_manager.get(URL)
    assert page.status_code == 200
    assert "Загрузите покупки из файла" in text_of(page)
    assert [one.question for one in page.context["questions"]] == list(SellQuestion)


def test_an_answer_is_added_in_place(as_manager: Browser, segment: Segment) -> None:
    sent = {"question": "who", "words": "  Hotels\r\nand cafés ", "key": uuid.uuid4()}
    response = as_manager.post(reverse("metrics:sell_note_add", query={"segment": segment.pk}), sent)
    assert response["Location"] == f"{URL}?segment={segment.pk}#q-who"
    note = SellNote.objects.get()
    assert (note.words, note.segment, note.question) == ("Hotels and cafés", segment, "who")


@pytest.mark.parametrize("words", ["", "   ", "x" * 301])
def test_a_bad_answer_comes_back_as_typed(as_manager: Browser, company: Any, words: str) -> None:
    response = as_manager.post(reverse("metrics:sell_note_add"), {"question": "who", "words": words, "key": uuid.uuid4()})
    assert response.status_code == 422
    assert response.context["questions"][0].form["words"].value() == words
    assert SellNote.objects.count() == 0


@pytest.mark.parametrize(("sent", "status"), [({"question": "nobody"}, 404), ({"key": "no key"}, 422), ({"key": ""}, 422)])
def test_a_forged_answer_is_refused(as_manager: Browser, company: Any, sent: dict[str, str], status: int) -> None:
    good = {"question": "who", "words": "Hotels", "key": str(uuid.uuid4())}
    assert as_manager.post(reverse("metrics:sell_note_add"), good | sent).status_code == status
    assert SellNote.objects.count() == 0


def test_an_answer_is_changed_and_taken_off(as_manager: Browser, note: SellNote) -> None:
    edit = reverse("metrics:sell_note_edit", args=[note.pk])
    assert as_manager.get(edit).status_code == 200
    assert as_manager.post(edit, {"words": ""}).status_code == 422
    as_manager.post(edit, {"words": "Curtains"})
    note.refresh_from_db()
    assert note.words == "Curtains"
    as_manager.post(reverse("metrics:sell_note_delete", args=[note.pk]))
    assert SellNote.objects.count() == 0


@pytest.mark.usefixtures("company_clock")
def test_an_action_is_made_from_the_page(as_manager: Browser, note: SellNote, owner: User) -> None:
    url = reverse("metrics:sell_note_action", args=[note.pk])
    assert note.words in as_manager.get(url).content.decode()
    day = timezone.localdate() + dt.timedelta(days=3)
    sent = {"title": "Offer curtains", "owner": owner.pk, "due_on": day.isoformat()}
    past = as_manager.post(url, sent | {"due_on": "2020-01-01"})
    assert (past.status_code, Action.objects.count()) == (422, 0)
    response = as_manager.post(url, sent)
    assert response["Location"] == f"{URL}?segment={note.segment_id}#q-what"
    action = Action.objects.get()
    assert (action.title, action.owner, action.due_on) == ("Offer curtains", owner, day)
    assert "Offer curtains" in as_manager.get(URL, {"segment": str(note.segment_id)}).content.decode()


@pytest.mark.usefixtures("company_clock")
def test_list_and_file_hold_the_same_clients(as_manager: Browser, segment: Segment) -> None:
    end = timezone.localdate().replace(day=1)
    write({"fell": bought(20, 6, end=end), "steady": bought(6, 6, end=end), "new": [(end, 100)]}, patience=300, segment=segment)
    page = as_manager.get(FALLEN, {"segment": segment.pk})
    assert [row["client"].external_id for row in page.context["rows"]] == ["fell"]
    file = as_manager.get(reverse("metrics:sell_fallen_export"), {"segment": segment.pk}).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == ["fell"]
    assert rows[1][-1] == 14_000


def test_empty_list_and_file_say_so(as_manager: Browser, company: Any) -> None:
    assert as_manager.get(FALLEN).status_code == 200
    assert as_manager.get(reverse("metrics:sell_fallen_export")).status_code == 200


def test_worksheet_prints_on_one_page(as_manager: Browser, note: SellNote) -> None:
    people(note.segment, some=(3, 5, 5))
    answer = as_manager.get(reverse("metrics:sell_print"), {"segment": str(note.segment_id)})
    reader = PdfReader(io.BytesIO(answer.content))
    assert len(reader.pages) == 1
    words = " ".join(reader.pages[0].extract_text().split())
    assert note.words in words
    assert "Кто мог бы покупать у нас больше" in words
