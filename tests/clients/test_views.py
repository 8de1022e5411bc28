"""Pages of Clients."""

import io
import uuid
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from python_calamine import CalamineWorkbook

from clients.models import Client, ClientSum, Purchase, ValueBand
from clients.services import ensure_value_bands, refresh_rollups
from company.models import Branch
from tests.clients.test_rollups import make_client

pytestmark = pytest.mark.django_db
LIST = reverse("clients:client_list")


def make_people(count: int) -> None:
    """Save Clients with a purchase each."""
    for number in range(count):
        client = make_client([(0, 1000 * (number + 1))], f"no{number}")
        Client.objects.filter(pk=client.pk).update(name=f"Клиент {number}", phone=f"+790000000{number:02}")
    refresh_rollups(Client.objects.values_list("pk", flat=True))


def text(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return str(body.decode())


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_a_fixed_number_of_questions(as_manager: Browser, count: int, django_assert_num_queries: Any) -> None:
    make_people(count)
    with django_assert_num_queries(9):
        as_manager.get(LIST)


def test_an_empty_list_leads_to_a_file(as_manager: Browser) -> None:
    assert reverse("clients:import_create") in text(as_manager.get(LIST))


def found(browser: Browser, **query: str) -> list[str]:
    return [client.name for client in browser.get(LIST, query).context["page"]]


def test_search_finds_by_parts_of_a_name_and_by_phone(as_manager: Browser) -> None:
    Client.objects.create(name="Наталья «Пенка» Рогова 🌿", phone="+79000004107", email="n@example.org")
    Client.objects.create(name="Лев Абрамов")
    for asked in ("рогова наталья", "8 900 000-41-07", "0004107", "N@EXAMPLE", "🌿"):
        assert found(as_manager, q=asked) == ["Наталья «Пенка» Рогова 🌿"]
    assert found(as_manager, q="100%") == []


def test_filters_and_sorting_live_in_the_address(as_manager: Browser) -> None:
    make_people(3)
    ensure_value_bands()
    branch = Branch.objects.create(name="Садовая")
    Client.objects.filter(name="Клиент 1").update(branch=branch)
    assert found(as_manager, branch=str(branch.pk)) == ["Клиент 1"]
    assert found(as_manager, sort="-value") == ["Клиент 2", "Клиент 1", "Клиент 0"]
    assert found(as_manager, presence="active") == []
    assert len(found(as_manager, presence="left", band=str(ValueBand.objects.all()[0].pk))) == 3


@pytest.mark.parametrize(
    "query", [{"branch": "x"}, {"band": "9" * 30}, {"sort": "; drop"}, {"page": "-3"}, {"presence": "?"}, {"q": "\x00"}]
)
def test_a_senseless_address_is_no_error(as_manager: Browser, query: dict[str, str]) -> None:
    assert as_manager.get(LIST, query).status_code == 200


def test_csv_holds_what_the_list_shows_and_no_formula(as_manager: Browser) -> None:
    make_people(2)
    Client.objects.filter(name="Клиент 0").update(name="=cmd|' /C calc'!A0")
    lines = text(as_manager.get(reverse("clients:client_export", args=["csv"]), {"sort": "-value"})).splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("no1;Клиент 1;'+79000000001;")
    assert lines[2].startswith("no0;'=cmd|' /C calc'!A0;")


def test_xlsx_writes_texts_as_texts(as_manager: Browser) -> None:
    make_people(1)
    Client.objects.update(name="=1+1")
    response = as_manager.get(reverse("clients:client_export", args=["xlsx"]))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert rows[1][1:3] == ["=1+1", "+79000000000"]
    assert rows[1][8] == 10.0


def test_an_unknown_kind_of_export_is_not_found(as_manager: Browser) -> None:
    assert as_manager.get(reverse("clients:client_export", args=["exe"])).status_code == 404


def test_the_card_shows_money_and_spells(as_manager: Browser) -> None:
    client = make_client([(0, 100_00), (10, -30_00), (700, 500_00)])
    refresh_rollups([client.pk])
    response = as_manager.get(reverse("clients:client_detail", args=[client.pk]))
    assert response.context["total"].cents == 570_00
    assert len(response.context["spells"]) == 2
    assert "570" in text(response)


def test_the_card_of_a_newcomer_opens(as_manager: Browser) -> None:
    client = Client.objects.create(name="Анна")
    assert as_manager.get(reverse("clients:client_detail", args=[client.pk])).status_code == 200


def test_a_client_is_added_with_a_phone_as_people_write_it(as_manager: Browser) -> None:
    response = as_manager.post(reverse("clients:client_create"), {"name": "Анна", "phone": "8 (900) 000-41-07", "email": "A@Example.org"})
    client = Client.objects.get()
    assert response["Location"] == reverse("clients:client_detail", args=[client.pk])
    assert (client.phone, client.email, client.external_id) == ("+79000004107", "a@example.org", None)


@pytest.mark.parametrize(
    "data", [{}, {"name": "Анна", "phone": "12"}, {"name": "Анна", "email": "a@b"}, {"name": "Анна", "external_id": "7"}]
)
def test_a_faulty_form_comes_back(as_manager: Browser, data: dict[str, str]) -> None:
    Client.objects.create(external_id="7")
    response = as_manager.post(reverse("clients:client_create"), data)
    assert response.status_code == 422
    assert Client.objects.count() == 1


def test_a_purchase_sent_twice_is_added_once(as_manager: Browser) -> None:
    client = Client.objects.create(name="Анна")
    data = {"day": "2026-01-02", "amount": "1 250,50", "product": "Чистка", "request_key": str(uuid.uuid4())}
    for _attempt in range(2):
        assert as_manager.post(reverse("clients:purchase_create", args=[client.pk]), data).status_code == 302
    assert Purchase.objects.get().cents == 125_050
    assert ClientSum.objects.get().cents == 125_050


@pytest.mark.parametrize(
    "change",
    [{"amount": "много"}, {"amount": "9" * 17}, {"day": "2999-01-01"}, {"day": "0001-01-01"}, {"day": "31.02.2025"}, {"amount": ""}],
)
def test_a_faulty_purchase_is_refused(as_manager: Browser, change: dict[str, str]) -> None:
    client = Client.objects.create(name="Анна")
    data = {"day": "2026-01-02", "amount": "100", "request_key": str(uuid.uuid4())} | change
    assert as_manager.post(reverse("clients:purchase_create", args=[client.pk]), data).status_code == 422
    assert Purchase.objects.count() == 0


def test_bands_are_edited(as_manager: Browser) -> None:
    assert as_manager.post(reverse("clients:value_bands"), {"ends": "10 000\n20 000,50"}).status_code == 302
    assert list(ValueBand.objects.values_list("up_to", flat=True)) == [10_000_00, 20_000_50, None]


@pytest.mark.parametrize("ends", ["abc", "100\n50", "0", "-5", "100\n100", "1/0"])
def test_senseless_bands_are_refused(as_manager: Browser, ends: str) -> None:
    assert as_manager.post(reverse("clients:value_bands"), {"ends": ends}).status_code == 422
    assert ValueBand.objects.count() == 0
