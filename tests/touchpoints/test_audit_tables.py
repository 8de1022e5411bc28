"""Audits walked on paper, brought as a table."""

import datetime as dt
import io
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone

from company.models import Branch, User
from company.queries import company_zone
from tests.touchpoints.make import finished_audit
from touchpoints.audit_words import NumberScale
from touchpoints.models import Audit, AuditMark, AuditRound, MapSettings, Standing, Touchpoint
from touchpoints.queries import current_ratings
from touchpoints.services import AuditsChangedError, load_audits

pytestmark = pytest.mark.django_db
IMPORT, EXPORT = "/touchpoints/audits/import/", "/touchpoints/audits/export.xlsx"
HEADS = "Дата;Филиал;Аудитор;Точка;Класс;Оценка;Заметка"


def look(browser: Browser, text: str, **more: str) -> Any:
    return browser.post(IMPORT, {"text": text, **more})


def load(browser: Browser, text: str, **more: str) -> Any:
    """Look at a table and load it as it was looked at."""
    plan = look(browser, text, **more).context["plan"]
    return browser.post(IMPORT, {"text": text, "load": "1", "looked_at": plan.fingerprint, **more})


def table(*lines: str) -> str:
    return "\n".join((HEADS, *lines))


def reasons(response: Any) -> list[tuple[int, str]]:
    return [(line.number, line.reason) for line in response.context["plan"].bad]


def said() -> list[tuple[Any, ...]]:
    """Return all marks as people would tell them."""
    rows = AuditMark.objects.order_by("audit__due_on", "audit__branch__name", "audit__guest_name", "touchpoint__name")
    return list(
        rows.values_list(
            "audit__branch__name", "audit__auditor__email", "audit__guest_name", "touchpoint__name", "rating", "note", "marked_at"
        )
    )


def test_looking_changes_nothing(as_manager: Browser, sign: Touchpoint) -> None:
    response = look(as_manager, table("05.03.2024;;;вывеска;;отстой;"))
    assert (response.status_code, response.context["plan"].size, Audit.objects.count()) == (200, 1, 0)


def test_lines_of_one_day_branch_and_person_become_a_finished_audit(
    as_manager: Browser, manager: User, staff: User, garden: Branch, *, sign: Touchpoint, smile: Touchpoint
) -> None:
    text = table(
        f"05.03.2024;садовая;{staff.email};Вывеска;;отстой;не горит",
        f"2024-03-05;Садовая;{staff.name};Улыбка;;Вау!!!;",
        "2024-03-05;Садовая;Ирина Соколова;Вывеска;;норм;",
    )
    assert load(as_manager, text)["Location"] == "/touchpoints/audits/"
    noon = dt.datetime(2024, 3, 5, 12, tzinfo=company_zone())
    assert said() == [
        ("Садовая", staff.email, "", "Вывеска", -1, "не горит", noon),
        ("Садовая", staff.email, "", "Улыбка", 1, "", noon),
        ("Садовая", None, "Ирина Соколова", "Вывеска", 0, "", noon),
    ]
    audits = Audit.objects.values_list("state", "due_on", "started_at", "finished_at", "created_by")
    assert list(audits) == [("done", dt.date(2024, 3, 5), noon, noon, manager.pk)] * 2


def test_ratings_in_force_and_pages_follow(as_manager: Browser, garden: Branch, sign: Touchpoint) -> None:
    finished_audit({sign: 1}, days_ago=3, branch=garden)
    load(as_manager, table("05.03.2023;Садовая;;Вывеска;;вау;", "05.03.2024;Садовая;;Вывеска;;отстой;"))
    standing = Standing.objects.get()
    assert (standing.rating, standing.previous) == (1, -1)
    assert current_ratings(garden)[sign.pk].previous == -1
    page = as_manager.get(f"/touchpoints/points/{sign.pk}/").content.decode()
    assert "2024" in page
    assert as_manager.get("/touchpoints/audits/").content.decode().count("data-row") >= 3
    assert as_manager.get(f"/touchpoints/audits/{Audit.objects.get(due_on='2024-03-05').pk}/").status_code == 200


def test_the_same_table_twice_adds_nothing(as_manager: Browser, sign: Touchpoint) -> None:
    text = table("05.03.2024;;ирина  соколова;Вывеска;;отстой;")
    load(as_manager, text)
    plan = look(as_manager, text.replace("ирина", "Ирина")).context["plan"]
    assert (plan.size, plan.unchanged, plan.bad) == (0, 1, [])
    assert load(as_manager, text).status_code == 422
    assert Audit.objects.count() == 1


@pytest.mark.usefixtures("company_clock")
def test_a_mark_made_here_already_is_not_written_over(as_manager: Browser, staff: User, sign: Touchpoint) -> None:
    audit = finished_audit({sign: 1}, days_ago=10, auditor=staff)
    day = timezone.localtime(audit.finished_at).date().isoformat()
    answer = look(as_manager, table(f"{day};;{staff.email};Вывеска;;отстой;", f"{day};;{staff.email};Вывеска;;вау;"))
    assert [number for number, _reason in reasons(answer)] == [2, 3]
    answer = look(as_manager, table(f"{day};;{staff.email};Вывеска;;отстой;"))
    assert reasons(answer) == [(2, "Аудит этого дня уже оценил эту точку иначе.")]
    assert look(as_manager, table(f"{day};;{staff.email};Вывеска;;вау;")).context["plan"].unchanged == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (";;;Вывеска;;отстой;", "Нет даты."),
        ("31.02.2024;;;Вывеска;;отстой;", "Такой даты нет"),
        ("вчера;;;Вывеска;;отстой;", "Это не дата"),
        ("31.12.1989;;;Вывеска;;отстой;", "Раньше 1990 года"),
        (
            "05.03.2024;Луна;;Вывеска;;отстой;",
            "Филиала «Луна» нет. Сначала откройте его или оставьте ячейку пустой: тогда это вся компания.",
        ),
        ("05.03.2024;;;;;отстой;", "Нет точки контакта."),
        ("05.03.2024;;;Крыльцо;;отстой;", "Точки «Крыльцо» на карте нет. Сначала добавьте её."),
        ("05.03.2024;;;Вывеска;Продукт;отстой;", "«Вывеска» на карте есть, но в другом классе."),
        ("05.03.2024;;;Вывеска;Чудо;отстой;", "Класса «Чудо» нет: бизнес, продукт, услуга или сотрудник."),
        ("05.03.2024;;;Вывеска;;;", "Нет оценки."),
        ("05.03.2024;;;Вывеска;;так себе;", "«так себе» — не оценка. Мы знаем: отстой, норм, вау."),
        ("05.03.2024;;;Вывеска;;1;", "По этой таблице не понять, что значит 1. Выберите ниже, как считать числа."),
        ("05.03.2024;;;Вывеска;;отстой;;лишнее", "Ячеек больше, чем столбцов в заголовке: лишний разделитель?"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_loaded(
    as_manager: Browser, sign: Touchpoint, smile: Touchpoint, line: str, reason: str
) -> None:
    text = table("05.03.2024;;;Улыбка;;вау;", line)
    assert reasons(look(as_manager, text)) == [(3, reason)]
    assert load(as_manager, text).status_code == 422
    assert not Audit.objects.exists()
    assert load(as_manager, text, skip_bad="on").status_code == 302
    assert AuditMark.objects.count() == 1


@pytest.mark.usefixtures("company_clock")
def test_days_ahead_are_refused(as_manager: Browser, sign: Touchpoint) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert reasons(look(as_manager, table(f"{tomorrow};;;Вывеска;;вау;"))) == [(2, "Этот день ещё впереди")]
    assert load(as_manager, table(f"{timezone.localdate()};;;Вывеска;;вау;")).status_code == 302
    assert AuditMark.objects.get().marked_at <= timezone.now()


def test_one_point_twice_in_one_audit_is_refused(as_manager: Browser, sign: Touchpoint) -> None:
    text = table("05.03.2024;;Вера;Вывеска;;вау;", "05.03.2024;;вера;вывеска;;отстой;", "06.03.2024;;Вера;Вывеска;;отстой;")
    assert reasons(look(as_manager, text)) == [(3, "Строка 2 оценивает ту же точку в том же аудите.")]


def test_class_and_branch_tell_points_of_one_name_apart(as_manager: Browser, garden: Branch, factory: Branch) -> None:
    common = Touchpoint.objects.create(name="Вход", kind="business")
    own = Touchpoint.objects.create(name="Вход", kind="business", branch=garden)
    Touchpoint.objects.create(name="Подарок", kind="business", branch=factory)
    Touchpoint.objects.create(name="Подарок", kind="product", branch=factory)
    text = table(
        "05.03.2024;Садовая;;Вход;;вау;",
        "05.03.2024;Заводская;;Вход;;вау;",
        "05.03.2024;Заводская;;Подарок;;вау;",
        "05.03.2024;Садовая;;Подарок;;вау;",
        "05.03.2024;Заводская;;Подарок;продукт;вау;",
    )
    answer = look(as_manager, text)
    assert [line.point.pk for line in answer.context["plan"].new][:2] == [own.pk, common.pk]
    assert reasons(answer) == [
        (4, "«Подарок» — название нескольких точек. Напишите класс."),
        (5, "«Подарок» — точка другого филиала."),
    ]


def test_two_colleagues_of_one_name_need_an_email(as_manager: Browser, staff: User, sign: Touchpoint) -> None:
    User.objects.create_user("second@example.org", name=staff.name, role="staff")
    answer = look(as_manager, table(f"05.03.2024;;{staff.name};Вывеска;;вау;"))
    assert reasons(answer) == [(2, f"Нескольких коллег зовут {staff.name}. Напишите почту.")]


@pytest.mark.parametrize(
    ("cells", "scale", "ratings"),
    [
        (("-1", "0", "1"), "", [-1, 0, 1]),
        (("1", "2", "3.0"), "", [-1, 0, 1]),
        (("−1", "1", "+1"), "", [-1, 1, 1]),
        (("1", "1", "1"), "three", [-1, -1, -1]),
        (("1", "1", "1"), "signed", [1, 1, 1]),
        (("awful", "OK", "wow"), "", [-1, 0, 1]),
        (("Отстой", "нормально", "ВАУ !!!"), "", [-1, 0, 1]),
        (("Беда", "терпимо", "пропущено"), "", [-1, 0, None]),
    ],
)
def test_ratings_are_read_as_people_write_them(
    as_manager: Browser, sign: Touchpoint, cells: tuple[str, ...], scale: str, ratings: list[int | None]
) -> None:
    MapSettings.objects.create(awful_word="беда!", ok_word="Терпимо")
    text = table(*(f"0{day}.03.2024;;;Вывеска;;{cell};" for day, cell in enumerate(cells, start=1)))
    load(as_manager, text, scale=scale)
    assert list(AuditMark.objects.order_by("marked_at").values_list("rating", flat=True)) == ratings


def test_a_number_off_the_scale_is_refused(as_manager: Browser, sign: Touchpoint) -> None:
    answer = look(as_manager, table("05.03.2024;;;Вывеска;;5;", "06.03.2024;;;Вывеска;;3;"))
    assert reasons(answer) == [(2, "5 не входит в шкалу «1, 2, 3: от худшего к лучшему».")]


def test_our_own_export_comes_back(as_manager: Browser, staff: User, garden: Branch, *, sign: Touchpoint, smile: Touchpoint) -> None:
    within = AuditRound.objects.create(name="Весна")
    for rating, guest in ((1, ""), (-1, "Вера")):
        audit = finished_audit({sign: rating, smile: None}, days_ago=5, branch=garden, within=within)
        Audit.objects.filter(pk=audit.pk).update(auditor=None if guest else staff, guest_name=guest)
    AuditMark.objects.filter(rating=-1).update(note="=не горит\nвторой год")
    before, standings = [row[:-1] for row in said()], list(Standing.objects.values_list("touchpoint", "rating", "n_marks"))
    book = as_manager.get(EXPORT)
    back = SimpleUploadedFile("audits.xlsx", book.content)
    plan = as_manager.post(IMPORT, {"file": back}).context["plan"]
    assert (plan.size, plan.unchanged, plan.bad, plan.ignored) == (0, 4, [], [])
    AuditRound.objects.all().delete()
    back.seek(0)
    form = as_manager.post(IMPORT, {"file": back}).context["form"]
    assert load(as_manager, form["text"].value()).status_code == 302
    assert [row[:-1] for row in said()] == before
    assert list(Standing.objects.values_list("touchpoint", "rating", "n_marks")) == standings
    assert [audit_round.audits.count() for audit_round in AuditRound.objects.filter(name="Весна")] == [2]


def test_old_russian_csv_is_read(as_manager: Browser, sign: Touchpoint) -> None:
    file = SimpleUploadedFile("audit.csv", table("05.03.2024;;Вера;Вывеска;;отстой;не горит").encode("cp1251"))
    plan = as_manager.post(IMPORT, {"file": file}).context["plan"]
    assert [(line.point.pk, line.note, line.walker.guest) for line in plan.new] == [(sign.pk, "не горит", "Вера")]


def test_a_bomb_and_a_table_without_columns_are_refused(as_manager: Browser, sign: Touchpoint) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 60 * 1024 * 1024)
    answer = as_manager.post(IMPORT, {"file": SimpleUploadedFile("bomb.xlsx", out.getvalue())})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])
    assert look(as_manager, "Точка;Оценка\nВывеска;вау").status_code == 422
    assert look(as_manager, "").status_code == 422
    assert not Audit.objects.exists()


def test_ten_thousand_lines_load_and_one_more_is_refused(as_manager: Browser, manager: User, garden: Branch) -> None:
    points = Touchpoint.objects.bulk_create(Touchpoint(name=f"Точка {n}", kind="service") for n in range(100))
    days = [dt.date(2020, 1, 1) + dt.timedelta(days=n) for n in range(100)]
    text = table(*(f"{day};Садовая;Вера;{point.name};услуга;норм;заметка" for day in days for point in points))
    answer = load(as_manager, text)
    assert (answer.status_code, Audit.objects.count(), AuditMark.objects.count()) == (302, 100, 10_000)
    assert Standing.objects.count() == 100
    assert look(as_manager, text + "\n05.03.2024;;;Точка 1;;вау;").status_code == 422


def test_what_changed_since_the_look_is_not_loaded(as_manager: Browser, manager: User, sign: Touchpoint) -> None:
    text = table("05.03.2024;;;Вывеска;;вау;")
    plan = look(as_manager, text).context["plan"]
    other = text.replace("вау", "отстой")
    answer = as_manager.post(IMPORT, {"text": other, "load": "1", "looked_at": plan.fingerprint})
    assert (answer.status_code, answer.context["is_stale"], Audit.objects.count()) == (200, True, 0)
    with pytest.raises(AuditsChangedError):
        load_audits(text=other, scale=NumberScale.GUESS, fingerprint=plan.fingerprint, actor=manager, now=timezone.now())
    assert not Audit.objects.exists()


def test_the_page_asks_the_same_however_many_lines(as_manager: Browser, sign: Touchpoint, django_assert_num_queries: Any) -> None:
    page = as_manager.get(IMPORT).content.decode()
    assert re.search(r'aria-current="page">Прошлые аудиты', page)
    look(as_manager, table("05.03.2024;;;Вывеска;;вау;"))
    for days in (1, 3):
        with django_assert_num_queries(13):
            look(as_manager, table(*(f"0{day}.03.2024;;;Вывеска;;вау;" for day in range(1, days + 1))))
