"""Bills: entered, loaded from a table, and what they say of paying in time."""

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Bill, Client, ClientSum, RightScore

pytestmark = pytest.mark.django_db
URL = "clients:bill_import"
HEAD = "Клиент\tНомер счёта\tСрок оплаты\tДата оплаты\tСумма\n"


def make_client(name: str = "Анна Белова", **fields: Any) -> Client:
    return Client.objects.create(name=name, **fields)


def load(browser: Browser, text: str, **fields: str) -> Any:
    """Look at a table, then load it as a person would."""
    looked = browser.post(reverse(URL), {"text": text, "look": "1"})
    plan = looked.context["plan"]
    return browser.post(reverse(URL), {"text": text, "load": "1", "looked_at": plan.fingerprint} | fields)


def bills() -> list[tuple[str, str, str, str, int]]:
    rows = Bill.objects.select_related("client").order_by("pk")
    return [(row.client.name, row.number, str(row.due_on), str(row.paid_on or ""), row.cents) for row in rows]


def test_table_is_shown_first_and_loaded_once(as_manager: Browser) -> None:
    make_client()
    text = HEAD + "Анна Белова\tС-1\t12.09.2026\t30.09.2026\t48 000,50\n"
    looked = as_manager.post(reverse(URL), {"text": text, "look": "1"})
    assert looked.context["plan"].size == 1
    assert bills() == []
    assert load(as_manager, text).status_code == 302
    assert bills() == [("Анна Белова", "С-1", "2026-09-12", "2026-09-30", 4_800_050)]
    assert as_manager.post(reverse(URL), {"text": text, "look": "1"}).context["plan"].size == 0


def test_known_number_changes_the_bill_and_keeps_its_payment(as_manager: Browser) -> None:
    client = make_client()
    Bill.objects.create(client=client, number="1", due_on="2026-09-01", paid_on="2026-09-05", cents=100)
    load(as_manager, HEAD + "анна белова\t1\t02.09.2026\t\t2,00\n")
    assert bills() == [("Анна Белова", "1", "2026-09-02", "2026-09-05", 200)]


@pytest.mark.parametrize("word", ["A-7", "+7 900 123-45-67", "8 (900) 123 45 67", "ANNA@example.org", "АННА БЕЛОВА"])
def test_client_is_known_by_any_of_four(word: str, as_manager: Browser) -> None:
    make_client(external_id="A-7", phone="+79001234567", email="anna@example.org")
    load(as_manager, f"{HEAD}{word}\t1\t02.09.2026\t\t2\n")
    assert len(bills()) == 1


@pytest.mark.parametrize(
    "line",
    [
        "Никто\t1\t02.09.2026\t\t2",
        "\t1\t02.09.2026\t\t2",
        "Близнец\t1\t02.09.2026\t\t2",
        "Анна Белова\t\t02.09.2026\t\t2",
        "Анна Белова\t1\t31.02.2026\t\t2",
        "Анна Белова\t1\t02.09.1926\t\t2",
        "Анна Белова\t1\t02.09.2026\t02.09.2099\t2",
        "Анна Белова\t1\t02.09.2026\t\t0",
        "Анна Белова\t1\t02.09.2026\t\t-5",
        "Анна Белова\t1\t02.09.2026\t\tмного",
        "Анна Белова\t1\t02.09.2026\t\t2\tлишнее",
        "Анна Белова\t" + "9" * 65 + "\t02.09.2026\t\t2",
    ],
)
def test_wrong_line_stops_the_load_until_left_out(line: str, as_manager: Browser) -> None:
    make_client()
    for _ in range(2):
        make_client("Близнец")
    text = HEAD + line + "\nАнна Белова\tхороший\t02.09.2026\t\t2\n"
    assert len(as_manager.post(reverse(URL), {"text": text, "look": "1"}).context["plan"].bad) == 1
    assert load(as_manager, text).status_code == 422
    assert bills() == []
    assert load(as_manager, text, skip_bad="on").status_code == 302
    assert [row[1] for row in bills()] == ["хороший"]


def test_two_lines_about_one_bill_are_refused(as_manager: Browser) -> None:
    make_client()
    text = HEAD + "Анна Белова\t1\t02.09.2026\t\t2\n" * 2
    assert [line.number for line in as_manager.post(reverse(URL), {"text": text, "look": "1"}).context["plan"].bad] == [3]


@pytest.mark.parametrize("text", ["", "Клиент\tСумма\nАнна\t5\n"])
def test_table_that_cannot_be_read_is_refused(text: str, as_manager: Browser) -> None:
    assert as_manager.post(reverse(URL), {"text": text, "look": "1"}).status_code == 422
    assert bills() == []


def test_what_changed_since_the_look_is_looked_at_again(as_manager: Browser) -> None:
    make_client()
    text = HEAD + "Анна Белова\t1\t02.09.2026\t\t2\n"
    response = as_manager.post(reverse(URL), {"text": text, "load": "1", "looked_at": "stale"})
    assert response.status_code == 200
    assert response.context["is_stale"]
    assert bills() == []


def test_xlsx_becomes_a_text_to_mend(as_manager: Browser) -> None:
    make_client()
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Клиент", "Номер", "Срок оплаты", "Сумма"])
        sheet.write_row(1, 0, ["Анна Белова", "С-1", "12.09.2026", 500])
    file = SimpleUploadedFile("bills.xlsx", out.getvalue())
    looked = as_manager.post(reverse(URL), {"file": file, "look": "1"})
    assert looked.context["plan"].size == 1
    load(as_manager, looked.context["form"]["text"].value())
    assert bills() == [("Анна Белова", "С-1", "2026-09-12", "", 50_000)]


def test_loading_tells_the_score(as_manager: Browser) -> None:
    client = make_client()
    ClientSum.objects.create(
        client=client, first_day="2026-01-01", last_day="2026-01-01", n_days=1, n_purchases=1, cents=100, first_cents=100
    )
    RightScore.objects.create(client=client, score=50, rarely=50, little=50, counted_on="2026-11-22")
    load(as_manager, HEAD + "Анна Белова\t1\t02.01.2026\t02.06.2026\t2\n")
    assert RightScore.objects.get().late == 0
    assert RightScore.objects.get().score == 38


def test_bill_is_entered_changed_and_deleted(as_manager: Browser) -> None:
    client = make_client()
    url = reverse("clients:client_bills", args=[client.pk])
    assert as_manager.post(url, {"number": "1", "due_on": "2026-09-01", "amount": "1 000"}).status_code == 302
    assert as_manager.post(url, {"number": "1", "due_on": "2026-09-01", "paid_on": "2026-09-09", "amount": "1 000"}).status_code == 302
    assert bills() == [("Анна Белова", "1", "2026-09-01", "2026-09-09", 100_000)]
    bill = Bill.objects.get()
    assert as_manager.get(url, {"bill": bill.pk}).context["form"]["number"].value() == "1"
    as_manager.post(reverse("clients:bill_delete", args=[bill.pk]))
    assert bills() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": ""},
        {"due_on": ""},
        {"due_on": "1900-01-01"},
        {"due_on": "2099-01-01"},
        {"paid_on": "2099-01-01"},
        {"amount": "0"},
        {"amount": "-1"},
        {"amount": ""},
    ],
)
def test_wrong_bill_comes_back_as_typed(wrong: dict[str, str], as_manager: Browser) -> None:
    client = make_client()
    typed = {"number": "1", "due_on": "2026-09-01", "amount": "1 000"} | wrong
    assert as_manager.post(reverse("clients:client_bills", args=[client.pk]), typed).status_code == 422
    assert bills() == []


@pytest.mark.parametrize("key", ["x", "9" * 30, "7"])
def test_unknown_bill_in_the_address_opens_an_empty_form(key: str, as_manager: Browser) -> None:
    client = make_client()
    assert as_manager.get(reverse("clients:client_bills", args=[client.pk]), {"bill": key}).context["form"]["number"].value() is None


@pytest.mark.parametrize("wrong", [{"cents": 0}, {"cents": -1}, {"cents": 10**13 + 1}, {"number": ""}])
def test_database_refuses_impossible_bills(wrong: dict[str, Any], company: Any) -> None:
    values: dict[str, Any] = {"client": make_client(), "number": "1", "due_on": dt.date(2026, 9, 1), "cents": 100}
    with pytest.raises(IntegrityError), transaction.atomic():
        Bill.objects.create(**(values | wrong))
