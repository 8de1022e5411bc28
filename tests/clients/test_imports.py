"""The wizard: file, columns, check, load, report, undo, and what goes wrong on the way."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.enums import ImportField, ImportState
from clients.models import Client, ClientSum, ColumnMemory, Import, ImportChange, Purchase
from clients.services import map_columns, read_differently, request_load, request_undo, run_due_imports, start_import
from clients.services.checking import layout_of
from clients.services.imports import claim_import, finish, run_step
from clients.services.progress import LeaseLostError
from common.tables.refusals import Refusal
from company.models import Branch, User
from tests.clients.imports import checked, lines, loaded, problems, upload

pytestmark = pytest.mark.django_db
ROW = "128;Наталья Рогова;8 900 000-41-07;02.09.2025;Чистка;1 250,50"
ANOTHER = "129;Лев Абрамов;+7 900 000-77-20;03.09.2025;Стирка;900"


def values(*fields: str) -> list[Any]:
    return list(Client.objects.order_by("pk").values_list(*fields))


def test_a_row_becomes_a_client_and_a_purchase(manager: User) -> None:
    batch = loaded(lines(ROW), manager)
    assert (batch.state, batch.clients_new, batch.purchases_new) == ("done", 1, 1)
    assert values("external_id", "name", "phone") == [("128", "Наталья Рогова", "+79000004107")]
    assert list(Purchase.objects.values_list("day", "cents", "product")) == [(dt.date(2025, 9, 2), 125_050, "Чистка")]
    assert ClientSum.objects.get().cents == 125_050


def test_identical_rows_are_all_loaded_and_known_next_time(manager: User) -> None:
    assert loaded(lines(ROW, ROW, ROW), manager).purchases_new == 3
    again = loaded(lines(ROW, ROW, ROW, ROW), manager)
    assert (again.purchases_new, again.purchases_known, Purchase.objects.count()) == (1, 3, 4)


def test_a_client_is_known_by_phone_when_numbers_are_missing(manager: User) -> None:
    loaded(lines(ROW), manager)
    batch = loaded("ФИО;Телефон;Почта\nНаталья Рогова;+7 (900) 000-41-07;N@example.org\n", manager)
    assert (batch.clients_new, batch.clients_updated) == (0, 1)
    assert values("external_id", "email") == [("128", "n@example.org")]


def test_a_client_without_number_takes_the_number_of_the_same_phone(manager: User) -> None:
    loaded("ФИО;Телефон\nНаталья;89000004107\n", manager)
    loaded(lines(ROW), manager)
    assert values("external_id", "name") == [("128", "Наталья Рогова")]


def test_clients_may_be_left_as_they_are(manager: User) -> None:
    Client.objects.create(external_id="128", name="Старое имя")
    batch = start_import(upload=upload(lines(ROW)), actor=manager)
    map_columns(batch=batch, mapping={int(k): ImportField(v) for k, v in batch.mapping.items()}, update_existing=False, actor=manager)
    run_due_imports()
    request_load(batch=batch, actor=manager)
    run_due_imports()
    assert values("name") == [("Старое имя",)]
    assert Purchase.objects.count() == 1


def test_an_earlier_owner_of_the_number_is_remarked_on(manager: User) -> None:
    Client.objects.create(external_id="128", name="Пенка ООО")
    batch = checked(lines(ROW), manager)
    assert problems(batch) == [(2, 0, "client_exists")]
    assert (batch.rows_warned, batch.rows_bad) == (1, 0)


def test_known_by_name_only_several_clients_are_too_many(manager: User) -> None:
    for number in "12":
        Client.objects.create(external_id=number, name="Вера Лапшина")
    batch = loaded("Клиент;Дата;Сумма\nВера Лапшина;01.02.2025;100\nИван;01.02.2025;100\n", manager)
    assert problems(batch) == [(2, 0, "namesakes")]
    assert (batch.clients_new, batch.purchases_new) == (1, 1)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("128;Анна;;31.02.2025;Чистка;100", (2, 3, "no_such_day")),
        ("128;Анна;;01.02.2999;Чистка;100", (2, 3, "in_future")),
        ("128;Анна;;01.02.1899;Чистка;100", (2, 3, "too_early")),
        ("128;Анна;;вчера;Чистка;100", (2, 3, "not_a_day")),
        ("128;Анна;;;Чистка;100", (2, 3, "no_day")),
        ("128;Анна;;01.02.2025;Чистка;", (2, 5, "no_amount")),
        ("128;Анна;;01.02.2025;Чистка;дорого", (2, 5, "not_money")),
        ("128;Анна;;01.02.2025;Чистка;1/0", (2, 5, "not_money")),
        ("128;Анна;;01.02.2025;Чистка;" + "9" * 20, (2, 5, "too_large")),
        ("128;Анна;8 900 00;01.02.2025;Чистка;100", (2, 2, "phone_short")),
        ("128;Анна;звонить жене;01.02.2025;Чистка;100", (2, 2, "not_a_phone")),
        ("128;" + "я" * 201 + ";;01.02.2025;Чистка;100", (2, 1, "too_long")),
        ("128;Анна;;01.02.2025;" + "я" * 1_000_000 + ";100", (2, 4, "too_long")),
        (";;;01.02.2025;Чистка;100", (2, 0, "unknown_client")),
        ("128;Анна;;01.02.2025;Чистка;100;лишнее", (2, None, "extra_cells")),
        ("9" * 65 + ";Анна;;01.02.2025;Чистка;100", (2, 0, "too_long")),
    ],
)
def test_a_faulty_row_is_told_by_line_and_column_and_left_out(manager: User, row: str, problem: tuple[int, int | None, str]) -> None:
    batch = loaded(lines(row, ANOTHER), manager)
    assert problems(batch) == [problem]
    assert (batch.rows_bad, values("external_id"), Purchase.objects.count()) == (1, [("129",)], 1)


def test_a_negative_amount_is_a_return_and_said_so(manager: User) -> None:
    batch = loaded(lines(ROW, "128;Наталья Рогова;;03.09.2025;Возврат;-250,50"), manager)
    assert problems(batch) == [(3, 5, "is_return")]
    assert (ClientSum.objects.get().cents, ClientSum.objects.get().n_purchases) == (100_000, 1)


def test_emoji_quotes_tabs_and_line_breaks_survive(manager: User) -> None:
    name = 'ООО ""Рога 🦌 \\ ко""\tпыта""\nи К'
    loaded(lines(f'1;"{name}";;01.02.2025;"=cmd|x";100'), manager)
    assert values("name") == [('ООО "Рога 🦌 \\ ко" пыта" и К',)]
    assert Purchase.objects.get().product == "=cmd|x"


def test_the_same_number_for_two_people_is_refused(manager: User) -> None:
    batch = loaded("ID;ФИО;Телефон\n7;Анна;89000000001\n7;Пётр;89000000002\n8;Лев;\n", manager)
    assert problems(batch) == [(3, 0, "id_repeated")]
    assert batch.problems.get().detail == "2"
    assert values("external_id", "name") == [("7", "Анна"), ("8", "Лев")]


def test_another_spelling_of_one_client_in_purchases_is_a_remark(manager: User) -> None:
    batch = loaded(lines(ROW, ROW.replace("Наталья", "Наташа")), manager)
    assert batch.problems.get().is_warning
    assert (values("name"), batch.purchases_new) == ([("Наташа Рогова",)], 2)


def test_duplicate_headers_are_told_apart(manager: User) -> None:
    batch = start_import(upload=upload("ФИО;Телефон;Телефон\nАнна;;89000004107\n"), actor=manager)
    assert [column["header"] for column in batch.columns] == ["ФИО", "Телефон", "Телефон (2)"]
    loaded("ФИО;Телефон;Телефон\nАнна;;89000004107\n", manager)
    assert values("phone") == [("+79000004107",)]


def test_totals_and_titles_are_no_rows(manager: User) -> None:
    content = "Отчёт;;\nПериод: 2025;;\nКонтрагент;Дата;Сумма\nАнна;01.02.2025;1 000,00\n;;\nИтого;;1 000,00\n"
    batch = loaded(content, manager)
    assert (batch.header_row, batch.rows_total, Purchase.objects.count()) == (2, 1, 1)


def test_new_branches_are_announced_and_added(manager: User) -> None:
    Branch.objects.create(name="Садовая")
    content = "ФИО;Дата;Сумма;Филиал\nАнна;01.02.2025;1;САДОВАЯ\nЛев;01.02.2025;1;Речная\n"
    batch = checked(content, manager)
    assert batch.found["new"] == {"branch": ["Речная"]}
    assert Branch.objects.count() == 1
    request_load(batch=batch, actor=manager)
    run_due_imports()
    assert list(Branch.objects.values_list("name", "position")) == [("Садовая", 0), ("Речная", 1)]
    assert list(Purchase.objects.order_by("pk").values_list("branch__name", flat=True)) == ["Садовая", "Речная"]


def test_a_column_of_a_thousand_branches_is_a_wrong_column(manager: User) -> None:
    rows = "\n".join(f"Анна {n};01.02.2025;1;улица {n}" for n in range(80))
    batch = checked(f"ФИО;Дата;Сумма;Филиал\n{rows}\n", manager)
    assert (batch.state, batch.error["code"], batch.error["column"]) == ("uploaded", "too_many_names", 3)


def test_mapping_is_remembered_for_the_same_headers(manager: User) -> None:
    content = "Кто;Звонить\nАнна;89000000001\n"
    loaded(content, manager, c0="name", c1="phone")
    assert ColumnMemory.objects.count() == 1
    assert start_import(upload=upload(content + "Лев;\n"), actor=manager).mapping == {"0": "name", "1": "phone"}


def test_the_file_may_be_read_in_another_encoding(manager: User) -> None:
    batch = start_import(upload=upload("ФИО;Тел\nЁж;89000000001\n".encode("cp1251")), actor=manager)
    assert batch.columns[0]["header"] == "ФИО"
    layout = layout_of(batch)
    assert read_differently(batch=batch, layout=type(layout)(layout.kind, "cp866", ";"), actor=manager)
    batch.refresh_from_db()
    assert batch.columns[0]["header"] != "ФИО"
    with pytest.raises(Refusal, match="wrong_encoding"):
        read_differently(batch=batch, layout=type(layout)(layout.kind, "utf-8-sig", ";"), actor=manager)


def test_undo_brings_back_what_was_overwritten(manager: User) -> None:
    client = Client.objects.create(external_id="128", name="Старое имя", phone="+79000000001")
    batch = loaded(lines(ROW, ANOTHER), manager)
    Client.objects.filter(pk=client.pk).update(phone="+79000000099")
    assert request_undo(batch=batch, actor=manager)
    run_due_imports()
    assert values("name", "phone") == [("Старое имя", "+79000000099")]
    assert (Purchase.objects.count(), ClientSum.objects.count(), ImportChange.objects.count()) == (0, 0, 0)


def test_undo_is_refused_while_a_later_load_relies_on_it(manager: User) -> None:
    first = loaded(lines(ROW), manager)
    second = loaded(lines(ROW.replace("02.09", "05.09")), manager)
    with pytest.raises(Refusal, match="built_upon"):
        request_undo(batch=first, actor=manager)
    for batch in (second, first):
        assert request_undo(batch=batch, actor=manager)
        run_due_imports()
    assert (Client.objects.count(), Purchase.objects.count()) == (0, 0)


def test_undo_is_refused_after_a_purchase_by_hand(manager: User) -> None:
    batch = loaded(lines(ROW), manager)
    Purchase.objects.create(client=Client.objects.get(), day=dt.date(2026, 1, 1), cents=1, fingerprint=b"hand")
    with pytest.raises(Refusal, match="bought_since"):
        request_undo(batch=batch, actor=manager)
    assert Purchase.objects.count() == 2


def test_an_undone_file_can_be_loaded_again(manager: User) -> None:
    batch = loaded(lines(ROW), manager)
    request_undo(batch=batch, actor=manager)
    run_due_imports()
    assert loaded(lines(ROW), manager).purchases_new == 1


def test_two_windows_load_once(manager: User) -> None:
    batch = checked(lines(ROW), manager)
    assert request_load(batch=batch, actor=manager)
    assert not request_load(batch=batch, actor=manager)
    run_due_imports()
    assert not request_load(batch=batch, actor=manager)
    assert Purchase.objects.count() == 1


def test_a_killed_worker_is_replaced(manager: User) -> None:
    batch = checked(lines(ROW), manager)
    request_load(batch=batch, actor=manager)
    dead = claim_import()
    assert dead
    assert claim_import() is None
    Import.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    run_due_imports()
    batch.refresh_from_db()
    assert (batch.state, Purchase.objects.count()) == ("done", 1)
    with pytest.raises(LeaseLostError):
        finish(dead, ImportState.DONE)


def test_a_worker_that_lost_its_lease_leaves_no_trace(manager: User) -> None:
    batch = checked(lines(ROW), manager)
    request_load(batch=batch, actor=manager)
    late = claim_import()
    assert late
    Import.objects.update(lease_token=uuid.uuid4())
    run_step(late)
    assert (Purchase.objects.count(), Client.objects.count()) == (0, 0)


def test_the_third_failure_gives_up(manager: User) -> None:
    batch = checked(lines(ROW), manager)
    request_load(batch=batch, actor=manager)
    Import.objects.update(attempts=3)
    run_due_imports()
    batch.refresh_from_db()
    assert (batch.state, batch.error, Purchase.objects.count()) == ("failed", {"code": "gave_up"}, 0)


def test_a_lost_stage_is_checked_again(manager: User) -> None:
    batch = checked(lines(ROW), manager)
    Import.objects.update(found=batch.found | {"staged": [5, 5]})
    request_load(batch=batch, actor=manager)
    run_due_imports()
    batch.refresh_from_db()
    assert (batch.state, Purchase.objects.count()) == ("checked", 0)


def test_a_missing_file_fails_without_a_trace(manager: User, caplog: pytest.LogCaptureFixture) -> None:
    batch = start_import(upload=upload(lines(ROW)), actor=manager)
    batch.file.storage.delete(str(batch.file.name))
    map_columns(batch=batch, mapping={1: ImportField.NAME}, update_existing=True, actor=manager)
    run_due_imports()
    batch.refresh_from_db()
    assert (batch.state, batch.error) == ("failed", {"code": "gave_up"})


# ---- pages


def page(name: str, batch: Import | None = None) -> str:
    return reverse(f"clients:{name}", args=[batch.pk] if batch else [])


def test_the_wizard_from_file_to_undo(as_manager: Browser, manager: User) -> None:
    faulty = "130;Инна;;31.02.2025;Чистка;100"
    response = as_manager.post(page("import_create"), {"file": upload(lines(ROW, faulty, "131;Лев;;01.02.2025;;-5"))})
    batch = Import.objects.get()
    assert response["Location"] == page("import_detail", batch)
    assert "Что где лежит" in as_manager.get(page("import_detail", batch)).content.decode()
    mapping = {f"c{column}": field for column, field in batch.mapping.items()} | {"update_existing": "on"}
    assert as_manager.post(page("import_mapping", batch), mapping).status_code == 302
    assert 'hx-trigger="every 1s"' in as_manager.get(page("import_progress", batch)).content.decode()
    run_due_imports()
    assert as_manager.get(page("import_progress", batch))["HX-Refresh"] == "true"
    for tab in ("all", "check", "ready", "x"):
        assert as_manager.get(page("import_detail", batch), {"tab": tab, "page": "x"}).status_code == 200
    shown = as_manager.get(page("import_detail", batch)).content.decode()
    assert "Такой даты нет" in shown
    refused = b"".join(as_manager.get(page("import_problems", batch)).streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert refused[1] == faulty + ";3;Дата визита: Такой даты нет"
    assert as_manager.post(page("import_load", batch)).status_code == 302
    run_due_imports()
    assert "Новые Клиенты" in as_manager.get(page("import_detail", batch)).content.decode()
    assert as_manager.post(page("import_undo", batch)).status_code == 302
    run_due_imports()
    assert "Загрузка отменена" in as_manager.get(page("import_detail", batch)).content.decode()
    assert Client.objects.count() == 0
    assert as_manager.get(page("import_list")).status_code == 200


def test_a_mapping_that_makes_no_sense_comes_back(as_manager: Browser, manager: User) -> None:
    batch = start_import(upload=upload(lines(ROW)), actor=manager)
    for mapping in ({}, {"c0": "amount"}, {"c0": "name", "c3": "day"}, {"c0": "day", "c1": "day", "c2": "amount"}, {"c0": "nonsense"}):
        assert as_manager.post(page("import_mapping", batch), mapping).status_code == 422
    batch.refresh_from_db()
    assert batch.state == "uploaded"


def test_another_reading_that_fails_says_why(as_manager: Browser, manager: User) -> None:
    batch = start_import(upload=upload("ФИО;Тел\nЁж;1\n".encode("cp1251")), actor=manager)
    data = {"encoding": "utf-8-sig", "delimiter": ";", "header_row": "1"}
    assert "не читается" in as_manager.post(page("import_reading", batch), data).content.decode()
    assert as_manager.post(page("import_reading", batch), data | {"encoding": "cp1251"}).status_code == 302
    assert as_manager.post(page("import_reading", batch), data | {"header_row": "99"}).status_code == 422


def test_the_same_file_is_recognised(as_manager: Browser, manager: User) -> None:
    loaded(lines(ROW), manager)
    batch = start_import(upload=upload(lines(ROW)), actor=manager)
    assert "уже загрузили" in as_manager.get(page("import_detail", batch)).content.decode()
    assert "Всё это уже было загружено" in as_manager.get(page("import_detail", loaded(lines(ROW), manager))).content.decode()


def test_a_refused_upload_says_why_and_keeps_nothing(as_manager: Browser) -> None:
    response = as_manager.post(page("import_create"), {"file": upload(b"\x89PNG\r\n\x1a\n\x00\x00", "photo.csv")})
    assert response.status_code == 422
    assert "Это не таблица" in response.content.decode()
    assert as_manager.post(page("import_create")).status_code == 422
    assert Import.objects.count() == 0
