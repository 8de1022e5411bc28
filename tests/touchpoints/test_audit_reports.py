"""Results of audits: before and after, and the same on paper with photos."""

import datetime as dt
import io

import pytest
from django.core.files.base import ContentFile
from django.test import Client as Browser
from django.urls import reverse
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from company.models import Branch, User
from tests.touchpoints.make import finished_audit, open_audit, picture
from touchpoints import queries, services
from touchpoints.links import guest_link
from touchpoints.models import Audit, AuditMark, AuditRound, MarkPhoto, Standard, StandardCheck, Touchpoint
from touchpoints.services import Guest, RoundPlan

NOW = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)


def url(view: str, *args: object) -> str:
    return reverse(f"touchpoints:{view}", args=args)


def with_photo(mark: AuditMark, size: tuple[int, int] = (1600, 1200)) -> MarkPhoto:
    photo = MarkPhoto(mark=mark)
    photo.image.save("photo.jpg", ContentFile(picture(size=size).read()))
    return photo


def words_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def pictures_in(content: bytes) -> int:
    return sum(len(page.images) for page in PdfReader(io.BytesIO(content)).pages)


def test_marks_stand_beside_those_of_the_audit_before_in_the_branch(
    garden: Branch, factory: Branch, sign: Touchpoint, smile: Touchpoint
) -> None:
    finished_audit({sign: -1}, days_ago=30, branch=garden)
    finished_audit({sign: 0, smile: 1}, days_ago=20, branch=garden)
    finished_audit({sign: 1}, days_ago=10, branch=factory)
    audit = finished_audit({sign: 1, smile: 0}, branch=garden)
    found = [(row.mark.touchpoint, row.previous, row.change) for row in queries.marks_then(audit)]
    assert found == [(smile, 1, -1), (sign, 0, 1)]


def test_walks_of_one_round_are_no_past_of_each_other(garden: Branch, sign: Touchpoint) -> None:
    first, second = finished_audit({sign: -1}, days_ago=1, branch=garden), finished_audit({sign: 1}, branch=garden)
    Audit.objects.update(round=AuditRound.objects.create())
    second.refresh_from_db()
    assert [row.previous for row in queries.marks_then(second)] == [None]
    assert first.pk != second.pk


def test_audit_closed_late_is_no_past_of_a_newer_one(garden: Branch, sign: Touchpoint) -> None:
    left_open = finished_audit({sign: -1}, days_ago=30, branch=garden)
    newer = finished_audit({sign: 0}, days_ago=20, branch=garden)
    Audit.objects.filter(pk=left_open.pk).update(finished_at=NOW + dt.timedelta(days=9000))
    left_open.refresh_from_db()
    assert [row.previous for row in queries.marks_then(newer)] == [-1]
    assert [row.previous for row in queries.marks_then(left_open)] == [None]


def test_of_the_round_before_stands_the_middle_mark(garden: Branch, sign: Touchpoint) -> None:
    before = AuditRound.objects.create()
    for days, rating in ((9, 0), (8, -1), (7, 1)):
        finished_audit({sign: rating}, days_ago=days, branch=garden, within=before)
    assert [row.previous for row in queries.marks_then(finished_audit({sign: 1}, branch=garden))] == [0]


def test_first_audit_has_nothing_to_compare_with(sign: Touchpoint) -> None:
    row = queries.marks_then(finished_audit({sign: 1}))[0]
    assert (row.before, row.previous, row.change) == (None, None, 0)


@pytest.mark.parametrize("rows", [1, 3])
def test_page_of_an_audit_takes_a_fixed_number_of_queries(
    as_manager: Browser, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    points = [Touchpoint.objects.create(name=f"Точка {n}", kind="product") for n in range(rows)]
    for rating in (-1, 1):
        for mark in finished_audit(dict.fromkeys(points, rating), days_ago=1 - rating).marks.all():
            with_photo(mark)
    audit = Audit.objects.order_by("-finished_at")[0]
    as_manager.get(url("audit_detail", audit.pk))
    with django_assert_num_queries(10):
        as_manager.get(url("audit_detail", audit.pk))


def test_guest_link_is_shown_to_managers_while_the_walk_is_open(
    as_manager: Browser, manager: User, garden: Branch, sign: Touchpoint
) -> None:
    plan = RoundPlan(branches=[garden], people=[], guests=[Guest("Ирина")], due_on=dt.date(2026, 3, 17))
    audit = services.plan_round(plan=plan, actor=manager, now=NOW).audits.get()
    page = as_manager.get(url("audit_detail", audit.pk)).content.decode()
    assert guest_link(audit).url in page
    assert page.count("btn-beam") == 1
    Audit.objects.update(state="lapsed")
    assert guest_link(audit).url not in as_manager.get(url("audit_detail", audit.pk)).content.decode()


def test_lapsed_audit_says_so_and_offers_another_one(as_manager: Browser, staff: User, garden: Branch) -> None:
    audit = open_audit(staff, branch=garden)
    Audit.objects.update(state="lapsed")
    page = as_manager.get(url("audit_detail", audit.pk), headers={"Accept-Language": "ru"}).content.decode()
    assert "так и не состоялся" in page
    assert f"{url('audit_create')}?branch={garden.pk}" in page
    assert page.count("btn-beam") == 1


def test_report_of_an_audit_has_words_photos_and_standards(as_staff: Browser, staff: User, garden: Branch, sign: Touchpoint) -> None:
    finished_audit({sign: 1}, days_ago=9, branch=garden)
    audit = finished_audit({sign: -1}, auditor=staff, branch=garden)
    AuditMark.objects.filter(audit=audit).update(note="Буква «Л» не горит #panic()")
    with_photo(audit.marks.get())
    standard = Standard.objects.create(touchpoint=sign, sentence="Горит вечером")
    StandardCheck.objects.create(audit=audit, standard=standard, is_kept=False)
    answer = as_staff.get(url("audit_report", audit.pk), headers={"Accept-Language": "ru"})
    words = words_of(answer.content)
    for said in ("Аудит: Садовая", "Вывеска", "Буква «Л» не горит #panic()", "Горит вечером", "не соблюдён", "раньше"):
        assert said in words
    assert (answer["Content-Type"], pictures_in(answer.content)) == ("application/pdf", 1)
    assert len(answer.content) < 300_000


def test_report_leaves_out_a_photo_whose_file_is_gone(as_staff: Browser, staff: User, sign: Touchpoint) -> None:
    audit = finished_audit({sign: -1}, auditor=staff)
    photo = with_photo(audit.marks.get())
    photo.image.storage.delete(str(photo.image.name))
    answer = as_staff.get(url("audit_report", audit.pk), headers={"Accept-Language": "ru"})
    assert (answer.status_code, pictures_in(answer.content)) == (200, 0)
    assert "Не вошло 1 фото" in words_of(answer.content)


def test_report_without_a_mark_is_not_found(as_staff: Browser, staff: User) -> None:
    assert as_staff.get(url("audit_report", open_audit(staff).pk)).status_code == 404


def test_staff_print_only_their_own_audits(as_staff: Browser, manager: User, sign: Touchpoint) -> None:
    assert as_staff.get(url("audit_report", finished_audit({sign: 1}, auditor=manager).pk)).status_code == 404


def test_report_of_a_round_names_everybody(as_manager: Browser, manager: User, staff: User, garden: Branch, sign: Touchpoint) -> None:
    plan = RoundPlan(branches=[garden], people=[manager, staff], due_on=dt.date(2026, 3, 17), name="Весна")
    audit_round = services.plan_round(plan=plan, actor=manager, now=NOW)
    assert as_manager.get(url("round_report", audit_round.pk)).status_code == 404
    for audit, rating in zip(audit_round.audits.order_by("id"), (1, -1), strict=True):
        mark = AuditMark.objects.create(audit=audit, touchpoint=sign, rating=rating, note=f"Вижу {rating}")
        with_photo(mark, (1200 + 100 * rating, 900))
    answer = as_manager.get(url("round_report", audit_round.pk), headers={"Accept-Language": "ru"})
    words = words_of(answer.content)
    for said in ("Весна", "manager person, Садовая", "staff person, Садовая", "Вижу 1", "Вижу -1"):
        assert said in words
    assert pictures_in(answer.content) == 2
