"""Clients of whom we were told that they left: by a manager, by a list."""

import datetime as dt
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from churn.enums import Detection, LeaverState
from churn.models import Leaver
from churn.queries.told import plan_told
from churn.services import ListChangedError, load_told
from churn.told_lines import Place, Reading, read_lines
from clients.models import Client
from common.tables.reading import TableError
from company.models import User
from tests.churn.world import TODAY, ago, buy, make_client, make_leaver, responsible_employee

pytestmark = pytest.mark.usefixtures("company")
PLACE = Place("RUB", ZoneInfo("Europe/Moscow"), TODAY)
URL = "/leavers/finding/told/"


def read(*lines: str, headers: str = "Номер;Имя;Телефон;Почта;День;Откуда знаем") -> Reading:
    return read_lines("\n".join([headers, *lines]), PLACE)


def reasons(reading: Reading) -> dict[int, str]:
    return {bad.number: bad.reason for bad in plan_told(reading).bad}


def people() -> dict[str, Client]:
    """Save Clients who may leave."""
    rows: dict[str, dict[str, Any]] = {
        "ирина": {"external_id": "K-1", "phone": "+79035554107", "email": "irina@example.org"},
        "павел": {"email": "pavel@example.org"},
        "тёзка": {"external_id": "T-1"},
    }
    found = {name: make_client(name, 40, 20, **fields) for name, fields in rows.items()}
    return found | {"второй тёзка": make_client("тёзка", 40, 20)}


def test_a_client_is_found_by_number_mail_phone_or_name() -> None:
    known = people()
    plan = plan_told(read("K-1;;;;;", ";;;Pavel@example.org;;", ";Тёзка;;;;"))
    assert [entry.client for entry in plan.new] == [known["ирина"], known["павел"]]
    assert [bad.number for bad in plan.bad] == [4]
    assert [entry.client for entry in plan_told(read(";;8 903 555-41-07;;;")).new] == [known["ирина"]]


def test_every_line_with_a_mistake_says_which() -> None:
    known = people()
    make_client("никогда", external_id="N")
    found = reasons(
        read(
            "K-1;;;;;",
            ";Ирина;;;;",
            "нет такого;;;;;",
            "N;;;;;",
            f";павел;;;{ago(20).isoformat()};",
            f";павел;;;{(TODAY + dt.timedelta(1)).isoformat()};",
            ";;123;;;",
            ";;;;;просто так",
        )
    )
    assert sorted(found) == [3, 4, 5, 6, 7, 8, 9]
    assert len(set(found.values())) == 7
    assert known["ирина"].leavings.count() == 0


def test_a_list_without_a_column_that_names_a_client_is_refused() -> None:
    with pytest.raises(TableError):
        read("2026-01-01;переехал", headers="День;Откуда знаем")


def test_a_whole_list_joins_the_queue_with_its_words(owner: User, manager: User) -> None:
    known = people()
    Client.objects.filter(pk=known["ирина"].pk).update(responsible=responsible_employee(owner))
    reading = read("K-1;;;;2026-05-18;сказала кассиру", ";павел;;;;")
    load_told(reading=reading, fingerprint=plan_told(reading).fingerprint, today=TODAY, actor=manager)
    found = {leaver.client.name: leaver for leaver in Leaver.objects.all()}
    irina = found["ирина"]
    assert (irina.left_on, irina.noticed_on, irina.detection, irina.told_note) == (ago(2), TODAY, Detection.TOLD, "сказала кассиру")
    assert (irina.last_purchase_on, irina.at_risk_cents, irina.responsible, irina.caller) == (ago(20), 2000 * 100, owner, manager)
    assert (found["павел"].left_on, found["павел"].caller) == (TODAY, owner)


def test_the_same_list_twice_changes_nothing(manager: User) -> None:
    people()
    reading = read("K-1;;;;;")
    load_told(reading=reading, fingerprint=plan_told(reading).fingerprint, today=TODAY, actor=manager)
    plan = plan_told(reading)
    assert (plan.size, len(plan.known), plan.bad) == (0, 1, [])


@pytest.mark.parametrize("state", [LeaverState.QUEUED, LeaverState.CLOSED])
def test_a_known_leaver_is_no_mistake(state: LeaverState) -> None:
    client = make_client("Клиент", 250)
    make_leaver(client, last_purchase_on=ago(250), left_on=ago(69), state=state)
    plan = plan_told(read(";Клиент;;;;"))
    assert (plan.size, len(plan.known)) == (0, 1)


def test_what_changed_since_the_look_is_not_loaded(manager: User) -> None:
    known = people()
    reading = read("K-1;;;;;", ";павел;;;;")
    looked_at = plan_told(reading).fingerprint
    buy(known["павел"], 0)
    with pytest.raises(ListChangedError):
        load_told(reading=reading, fingerprint=looked_at, today=TODAY, actor=manager)
    assert Leaver.objects.count() == 0


def test_a_list_is_looked_at_and_then_loaded(as_manager: Any) -> None:
    people()
    text = "Номер\tОткуда знаем\nK-1\tпереезжает\nнет\t"
    look = as_manager.post(URL, {"text": text})
    assert (look.status_code, look.context["plan"].size, Leaver.objects.count()) == (200, 1, 0)
    values = {"text": text, "load": "1", "looked_at": look.context["plan"].fingerprint}
    refused = as_manager.post(URL, values)
    assert (refused.status_code, Leaver.objects.count()) == (422, 0)
    assert as_manager.post(URL, values | {"skip_bad": "on"})["Location"] == reverse("churn:queue")
    assert Leaver.objects.get().told_note == "переезжает"


def test_a_file_is_looked_at_first(as_manager: Any) -> None:
    people()
    file = BytesIO("Номер;День\nK-1;18.05.2026\n".encode())
    file.name = "left.csv"
    page = as_manager.post(URL, {"file": file, "load": "1"})
    assert (page.status_code, page.context["plan"].size, Leaver.objects.count()) == (200, 1, 0)


@pytest.mark.parametrize("values", [{}, {"text": "   "}, {"text": "бессмыслица"}])
def test_nothing_to_read_is_said(as_manager: Any, values: dict[str, str]) -> None:
    assert as_manager.post(URL, values).status_code == 422


def test_a_manager_says_how_they_know(as_manager: Any) -> None:
    client = make_client("Клиент", 40, 20)
    as_manager.post(reverse("churn:mark_left", args=[client.pk]), {"told_note": "сказал курьеру"})
    assert Leaver.objects.get().told_note == "сказал курьеру"


def test_a_word_too_long_is_refused_and_stays_typed(as_manager: Any) -> None:
    client = make_client("Клиент", 40, 20)
    page = as_manager.post(reverse("churn:mark_left", args=[client.pk]), {"told_note": "я" * 301})
    assert (page.status_code, Leaver.objects.count()) == (422, 0)
    assert "я" * 301 in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_the_same_queries_for_any_number(manager: User, count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        make_client("", 40, 20, external_id=f"Q{number}")
    reading = read(*[f"Q{number};;;;;" for number in range(count)])
    with django_assert_num_queries(2):
        assert plan_told(reading).size == count
