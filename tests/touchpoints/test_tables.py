"""The map taken away as a table and brought back."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from python_calamine import CalamineWorkbook

from company.models import Branch, User
from tests.touchpoints.make import finished_audit
from touchpoints.models import Standard, Touchpoint
from touchpoints.services import MapChangedError, load_map

pytestmark = pytest.mark.django_db
IMPORT, EXPORT, AUDITS = "/touchpoints/import/", "/touchpoints/export.xlsx", "/touchpoints/audits/export.xlsx"
HEADS = "Точка контакта;Класс;Шаг пути;Что посмотреть;Филиал;Почта владельца;Стандарты"


def look(browser: Browser, text: str) -> Any:
    return browser.post(IMPORT, {"text": text})


def load(browser: Browser, text: str, **more: str) -> Any:
    """Look at a table and load it as it was looked at."""
    plan = look(browser, text).context["plan"]
    return browser.post(IMPORT, {"text": text, "load": "1", "looked_at": plan.fingerprint, **more})


def reasons(response: Any) -> list[tuple[int, str]]:
    return [(line.number, line.reason) for line in response.context["plan"].bad]


def cells(response: Any, sheet: int = 0) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    return book.get_sheet_by_index(sheet).to_python()


def test_looking_changes_nothing(as_manager: Browser) -> None:
    response = look(as_manager, f"{HEADS}\nСайт;Бизнес;;;;;")
    assert (response.status_code, [line.name for line in response.context["plan"].new]) == (200, ["Сайт"])
    assert not Touchpoint.objects.exists()


def test_a_table_becomes_points_with_standards(as_manager: Browser, staff: User) -> None:
    branch = Branch.objects.create(name="На Садовой")
    text = f'{HEADS}\nСайт;бизнес;Выбирает;Цены видны?;на садовой;{staff.email};"Цены есть\nТелефон наверху"'
    assert load(as_manager, text).status_code == 302
    point = Touchpoint.objects.get()
    assert (point.name, point.kind, point.stage, point.hint) == ("Сайт", "business", "choose", "Цены видны?")
    assert (point.branch, point.owner, point.position) == (branch, staff, 0)
    assert list(point.standards.values_list("sentence", flat=True)) == ["Цены есть", "Телефон наверху"]


def test_the_same_table_twice_changes_nothing(as_manager: Browser) -> None:
    text = f"{HEADS}\nСайт;Бизнес;;;;;Цены есть"
    load(as_manager, text)
    plan = look(as_manager, text).context["plan"]
    assert (plan.size, plan.unchanged) == (0, 1)


def test_a_line_about_a_known_point_changes_only_what_it_says(as_manager: Browser, staff: User) -> None:
    point = Touchpoint.objects.create(name="Сайт", kind="business", hint="Цены", owner=staff, stage="choose")
    Standard.objects.create(touchpoint=point, sentence="Цены есть")
    assert load(as_manager, f"{HEADS}\nсайт;business;Берёт;;;;Цены есть⏎Телефон наверху").status_code == 302
    point.refresh_from_db()
    assert (point.name, point.stage, point.hint, point.owner) == ("Сайт", "buy", "Цены", staff)
    assert list(point.standards.values_list("sentence", flat=True)) == ["Цены есть", "Телефон наверху"]


def test_one_name_in_two_branches_is_two_points(as_manager: Browser) -> None:
    Branch.objects.create(name="На Садовой")
    load(as_manager, f"{HEADS}\nВход;Бизнес;;;;;\nВход;Бизнес;;;На Садовой;;")
    assert Touchpoint.objects.count() == 2


def test_wrong_lines_are_named_and_nothing_is_loaded(as_manager: Browser) -> None:
    text = (
        f"{HEADS}\nСайт;Бизнес;;;;;\n;Бизнес;;;;;\nВход;;;;;;\nКасса;Чудо;;;;;\nЗал;Услуга;;;Луна;;\nЧек;Услуга;;;;nobody@example.org;\n"
        "Сайт;Бизнес;;;;;\n" + "х" * 130 + ";Бизнес;;;;;"
    )
    response = look(as_manager, text)
    assert [number for number, _reason in reasons(response)] == [3, 4, 5, 6, 7, 8, 9]
    assert "Луна" in reasons(response)[3][1]
    refused = load(as_manager, text)
    assert (refused.status_code, Touchpoint.objects.count()) == (422, 0)
    assert load(as_manager, text, skip_bad="on").status_code == 302
    assert [point.name for point in Touchpoint.objects.all()] == ["Сайт"]


@pytest.mark.parametrize("text", ["", "Сайт;Бизнес", "Точка контакта\nСайт"])
def test_what_is_no_table_comes_back_with_words(as_manager: Browser, text: str) -> None:
    response = look(as_manager, text)
    assert response.status_code == 422
    assert text in response.context["form"]["text"].value()


def test_a_file_that_is_no_table_is_refused(as_manager: Browser) -> None:
    response = as_manager.post(IMPORT, {"file": SimpleUploadedFile("map.xlsx", b"PK\x03\x04 broken")})
    assert (response.status_code, Touchpoint.objects.count()) == (422, 0)


def test_a_map_that_changed_meanwhile_is_looked_at_again(as_manager: Browser, manager: User) -> None:
    text = f"{HEADS}\nСайт;Бизнес;;;;;"
    plan = look(as_manager, text).context["plan"]
    Touchpoint.objects.create(name="Сайт", kind="business")
    response = as_manager.post(IMPORT, {"text": text, "load": "1", "looked_at": plan.fingerprint})
    assert (response.status_code, response.context["is_stale"]) == (200, True)
    with pytest.raises(MapChangedError):
        load_map(text=text, fingerprint=plan.fingerprint, actor=manager)


def test_what_was_taken_away_comes_back_the_same(as_manager: Browser, staff: User) -> None:
    branch = Branch.objects.create(name="На Садовой")
    one = Touchpoint.objects.create(name="=Сайт()", kind="business", hint="-10 % за отзыв", owner=staff, branch=branch)
    two = Touchpoint.objects.create(name="Касса", kind="service", stage="buy")
    for place, sentence in enumerate(("Очередь до трёх; не больше", "=Чек() | дан")):
        Standard.objects.create(touchpoint=two, sentence=sentence, position=place)
    Touchpoint.objects.create(name="Старое", kind="service", is_archived=True)
    book = as_manager.get(EXPORT)
    assert [row[0] for row in cells(book)[1:]] == ["Касса", "'=Сайт()"]
    back = SimpleUploadedFile("map.xlsx", book.content)
    plan = as_manager.post(IMPORT, {"file": back}).context["plan"]
    assert (plan.size, plan.unchanged, plan.bad, plan.ignored) == (0, 2, [], [])
    Standard.objects.all().delete()
    Touchpoint.objects.all().delete()
    back.seek(0)
    form = as_manager.post(IMPORT, {"file": back}).context["form"]
    assert load(as_manager, form["text"].value()).status_code == 302
    found = {(point.name, point.kind, point.stage, point.hint, point.branch, point.owner) for point in Touchpoint.objects.all()}
    assert found == {(point.name, point.kind, point.stage, point.hint, point.branch, point.owner) for point in (one, two)}
    assert set(Standard.objects.values_list("sentence", flat=True)) == {"Очередь до трёх; не больше", "=Чек() | дан"}


def test_audits_are_taken_away_with_their_marks(as_manager: Browser, staff: User) -> None:
    point = Touchpoint.objects.create(name="Касса", kind="service")
    audit = finished_audit({point: -1}, auditor=staff)
    audit.marks.update(note="=HYPERLINK(1)")
    book = as_manager.get(AUDITS)
    assert [row[0] for row in cells(book, 1)[1:]] == [audit.pk]
    assert [row[5:9] for row in cells(book)[1:]] == [["Касса", "Услуга", "отстой", "'=HYPERLINK(1)"]]
