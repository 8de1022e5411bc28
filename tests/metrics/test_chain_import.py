"""Figures of months as a table and from another system."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Channel
from company.models import ApiToken, Employee, User
from company.services import create_token
from metrics.api import MOST_ROWS
from metrics.enums import FigureSource
from metrics.formulas.chain import MonthLine
from metrics.models import ChannelMonth
from metrics.services import FiguresClashError, Sender, load_months

pytestmark = pytest.mark.django_db
HEAD = "Месяц\tКанал\tМенеджер\tПотрачено\tЗвонки\tНовые Клиенты\tВыручка\n"
API = "/api/v1/channel-months/"


def load(browser: Browser, text: str, **fields: str) -> Any:
    """Look at a table, then load it as a person would."""
    url = reverse("metrics:chain_import")
    plan = browser.post(url, {"text": text, "look": "1"}).context["plan"]
    return browser.post(url, {"text": text, "load": "1", "looked_at": plan.fingerprint} | fields)


def look(browser: Browser, text: str) -> Any:
    return browser.post(reverse("metrics:chain_import"), {"text": text, "look": "1"}).context["plan"]


def saved() -> list[tuple[Any, ...]]:
    fields = ("month", "channel__name", "manager_name", "spend_cents", "contacts", "new_clients", "revenue_cents")
    return [(f"{row[0]:%Y-%m}", *row[1:]) for row in ChannelMonth.objects.order_by("pk").values_list(*fields)]


def test_table_is_shown_first_and_loaded_once(as_manager: Browser, manager: User) -> None:
    Employee.objects.create(name="Анна Белова", email="anna@example.org")
    Channel.objects.create(name="Яндекс")
    text = HEAD + "2026-03\tяндекс\t\t48 000,50\t96\t\t\nмарт 2026\tКарты\tanna@example.org\t\t60\t14\t0\n"
    plan = look(as_manager, text)
    assert (plan.size, plan.new_channels, saved()) == (2, ["Карты"], [])
    assert load(as_manager, text).status_code == 302
    assert saved() == [("2026-03", "Яндекс", "", 4_800_050, 96, None, None), ("2026-03", "Карты", "Анна Белова", None, 60, 14, 0)]
    row = ChannelMonth.objects.first()
    assert row is not None
    assert (row.source, row.changed_by) == (FigureSource.FILE, manager)
    again = look(as_manager, text)
    assert (again.size, again.unchanged) == (0, 2)


def test_empty_cells_change_nothing(as_manager: Browser) -> None:
    channel = Channel.objects.create(name="Яндекс")
    ChannelMonth.objects.create(month=dt.date(2026, 3, 1), channel=channel, spend_cents=5, contacts=9)
    load(as_manager, HEAD + "03.2026\tЯндекс\t\t\t10\t\t\n")
    assert saved() == [("2026-03", "Яндекс", "", 5, 10, None, None)]


@pytest.mark.parametrize("month", ["2026-03", "03.2026", "3/2026", "март 2026", "Марта 2026 г.", "March 2026", "mar 2026", "15.03.2026"])
def test_a_month_is_read_however_it_is_written(month: str, as_manager: Browser) -> None:
    assert [line.month for line in look(as_manager, f"{HEAD}{month}\tЯндекс\t\t1\t\t\t\n").new] == [dt.date(2026, 3, 1)]


@pytest.mark.parametrize(
    "line",
    [
        "\tЯндекс\t\t1\t\t\t",
        "весна 2026\tЯндекс\t\t1\t\t\t",
        "2026-13\tЯндекс\t\t1\t\t\t",
        "2999-01\tЯндекс\t\t1\t\t\t",
        "1999-01\tЯндекс\t\t1\t\t\t",
        "2026-03\t\t\t1\t\t\t",
        f"2026-03\t{'я' * 81}\t\t1\t\t\t",
        "2026-03\tЯндекс\tНикто\t1\t\t\t",
        "2026-03\tЯндекс\tАнна\t1\t\t\t",
        "2026-03\tЯндекс\t\tмного\t\t\t",
        "2026-03\tЯндекс\t\t-1\t\t\t",
        "2026-03\tЯндекс\t\t\t2,5\t\t",
        "2026-03\tЯндекс\t\t\t2\t3\t",
        "2026-03\tЯндекс\t\t\t\t\t",
        "2026-03\tЯндекс\t\t1\t\t\t\tлишнее",
    ],
)
def test_a_wrong_line_is_named_and_stops_the_loading(line: str, as_manager: Browser) -> None:
    Employee.objects.bulk_create(Employee(name="Анна") for _number in range(2))
    text = f"{HEAD}2026-02\tЯндекс\t\t1\t\t\t\n{line}\n"
    plan = look(as_manager, text)
    assert ([bad.number for bad in plan.bad], plan.size) == ([3], 1)
    assert (load(as_manager, text).status_code, saved()) == (422, [])
    assert load(as_manager, text, skip_bad="on").status_code == 302
    assert len(saved()) == 1


def test_the_same_cell_twice_is_a_mistake(as_manager: Browser) -> None:
    plan = look(as_manager, HEAD + "2026-02\tЯндекс\t\t1\t\t\t\n02.2026\tЯНДЕКС\t\t2\t\t\t\n")
    assert (plan.size, [bad.number for bad in plan.bad]) == (1, [3])


def test_what_changed_since_the_look_is_shown_again(as_manager: Browser) -> None:
    text = HEAD + "2026-02\tЯндекс\t\t1\t\t\t\n"
    plan = look(as_manager, text)
    ChannelMonth.objects.create(month=dt.date(2026, 2, 1), channel=Channel.objects.create(name="Яндекс"), spend_cents=7)
    response = as_manager.post(reverse("metrics:chain_import"), {"text": text, "load": "1", "looked_at": plan.fingerprint})
    assert (response.status_code, response.context["is_stale"], saved()[0][3]) == (200, True, 7)


def test_a_file_becomes_a_text_to_mend(as_manager: Browser) -> None:
    file = SimpleUploadedFile("figures.csv", b"month;channel;spend\n2026-02;Ads;100\n")
    response = as_manager.post(reverse("metrics:chain_import"), {"file": file, "look": "1"})
    assert (response.context["plan"].size, response.context["form"].data["text"]) == (1, "month\tchannel\tspend\n2026-02\tAds\t100\n")


@pytest.mark.parametrize("text", ["", "Канал\tПотрачено\nЯндекс\t1\n"])
def test_a_table_without_a_month_is_refused(text: str, as_manager: Browser) -> None:
    response = as_manager.post(reverse("metrics:chain_import"), {"text": text, "look": "1"})
    assert (response.status_code, response.context["plan"]) == (422, None)


def test_service_refuses_a_clash_with_what_is_kept(manager: User) -> None:
    channel = Channel.objects.create(name="Ads")
    month = dt.date(2026, 2, 1)
    ChannelMonth.objects.create(month=month, channel=channel, new_clients=5)
    lines = [MonthLine(1, month, "New", None, "", {"contacts": 1}), MonthLine(2, month, "ADS", None, "", {"contacts": 4})]
    with pytest.raises(FiguresClashError) as error:
        load_months(lines=lines, sender=Sender(FigureSource.FILE, user=manager))
    assert (error.value.number, len(saved()), Channel.objects.count()) == (2, 1, 1)


@pytest.fixture
def secret(owner: User) -> str:
    """The secret of a token that may send figures."""
    return create_token(name="CRM", scopes=["channels:write"], expires_at=None, actor=owner)[1]


def post(secret: str, body: Any) -> Any:
    given = {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}
    return Browser(headers=given).post(API, json.dumps(body), content_type="application/json")


def fields_of(response: Any) -> list[str]:
    errors = response.json()["errors"]
    assert all(error["reason"] for error in errors)
    return sorted(error["field"] for error in errors)


ROW = {"month": "2026-03", "channel": "Ads", "spend": 1200.5, "contacts": 40, "new_clients": None}


def test_system_sends_figures_and_may_repeat_them(secret: str) -> None:
    Channel.objects.create(name="Ads")
    first, again = post(secret, {"rows": [ROW]}), post(secret, {"rows": [ROW]})
    assert (first.status_code, first.json()) == (200, {"new": 1, "changed": 0, "unchanged": 0})
    assert (again.status_code, again.json()) == (200, {"new": 0, "changed": 0, "unchanged": 1})
    assert saved() == [("2026-03", "Ads", "", 120_050, 40, None, None)]
    changed = post(secret, {"rows": [{"month": "2026-03", "channel": "ads", "contacts": "41"}]})
    row = ChannelMonth.objects.get()
    assert (changed.json()["changed"], row.contacts, row.source, row.changed_by_token) == (1, 41, FigureSource.API, ApiToken.objects.get())


def test_new_channels_are_added_only_when_asked(secret: str) -> None:
    refused = post(secret, {"rows": [ROW]})
    assert (refused.status_code, fields_of(refused), Channel.objects.count()) == (422, ["rows.0.channel"], 0)
    assert post(secret, {"rows": [ROW], "new_channels": True}).status_code == 200
    assert [row[1] for row in saved()] == ["Ads"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ([], [""]),
        ({}, ["rows"]),
        ({"rows": []}, ["rows"]),
        ({"rows": [ROW], "row": 1}, ["row"]),
        ({"rows": [ROW], "new_channels": 1}, ["new_channels"]),
        ({"rows": [1]}, ["rows.0"]),
        ({"rows": [ROW | {"spends": 1}]}, ["rows.0"]),
        ({"rows": [ROW | {"month": "soon"}]}, ["rows.0.month"]),
        ({"rows": [ROW | {"spend": True}]}, ["rows.0.spend"]),
        ({"rows": [ROW | {"spend": -1}]}, ["rows.0.spend"]),
        ({"rows": [ROW | {"contacts": 1.5}]}, ["rows.0.contacts"]),
        ({"rows": [ROW | {"spend": 48000.005}]}, ["rows.0.spend"]),
        ({"rows": [ROW | {"manager": "Nobody"}]}, ["rows.0.manager"]),
        ({"rows": [ROW, ROW]}, ["rows.1.channel"]),
        ({"rows": [ROW | {"new_clients": 41}]}, ["rows.0.new_clients"]),
        ({"rows": [ROW] * (MOST_ROWS + 1)}, [""]),
    ],
)
def test_a_wrong_body_is_refused_whole(secret: str, body: Any, fields: list[str]) -> None:
    Channel.objects.create(name="Ads")
    response = post(secret, body)
    assert (response.status_code in {413, 422}, fields_of(response), saved()) == (True, fields, [])


@pytest.mark.parametrize(("number", "status"), [("1e99999999", 422), ("0e99999999", 422), ("1e999999999999999999999", 400)])
def test_a_number_that_would_fill_the_memory_is_refused(secret: str, number: str, status: int) -> None:
    body = json.dumps({"rows": [ROW | {"spend": "?"}], "new_channels": True}).replace('"?"', number)
    headers = {"Authorization": f"Bearer {secret}"}
    assert (Browser(headers=headers).post(API, body, content_type="application/json").status_code, saved()) == (status, [])


@pytest.mark.parametrize(("sent", "cents"), [("99999999999.99", 9_999_999_999_999), ("0.10", 10), ("1e3", 100_000), ("7.000", 700)])
def test_an_amount_is_taken_to_the_kopeck(secret: str, sent: str, cents: int) -> None:
    body = json.dumps({"rows": [ROW | {"spend": "?"}], "new_channels": True}).replace('"?"', sent)
    headers = {"Authorization": f"Bearer {secret}"}
    answer = Browser(headers=headers).post(API, body, content_type="application/json")
    assert (answer.status_code, ChannelMonth.objects.get().spend_cents) == (200, cents)


def test_other_tokens_may_not(owner: User) -> None:
    other = create_token(name="Till", scopes=["answers:write"], expires_at=None, actor=owner)[1]
    assert (post(other, {"rows": [ROW]}).status_code, post("nobody", {"rows": [ROW]}).status_code, saved()) == (403, 401, [])
