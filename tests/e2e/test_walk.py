"""The walk on a phone: without a connection, reloaded, by two people, by a guest's link, without JavaScript."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from company.models import Branch, User
from tests.e2e.conftest import PASSWORD, Screenshot
from tests.e2e.test_shell import scrolls_sideways, violations
from tests.touchpoints.make import finished_audit, guest_audit, mark, open_audit, picture
from touchpoints.links import guest_link
from touchpoints.models import Action, Audit, AuditMark, MarkPhoto, Standard, StandardCheck, Touchpoint
from touchpoints.services import replace_guest_link

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], None]
NAMES = ("Сайт", "Вывеска", "Парковка")
SAVED = "Всё сохранено"
WAIT = 15_000


@pytest.fixture
def audit(owner: User, settings: Settings, tmp_path: Path) -> Audit:
    """The owner's audit of three touchpoints, walked once before."""
    settings.MEDIA_ROOT = tmp_path / "media"
    branch = Branch.objects.create(name="Садовая")
    points = [Touchpoint.objects.create(name=name, kind="business", hint="Всё ли видно?", position=n) for n, name in enumerate(NAMES)]
    Standard.objects.create(touchpoint=points[0], sentence="Открывается за три секунды")
    finished_audit(dict.fromkeys(points, 0), days_ago=9, branch=branch, auditor=owner)
    return open_audit(owner, branch=branch)


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    """A photo as a phone takes it."""
    path = tmp_path / "shot.jpg"
    path.write_bytes(picture(size=(2400, 1800)).read())
    return path


@pytest.fixture
def phone(page: Page) -> Page:
    """The page at the size of a phone."""
    page.set_viewport_size({"width": 390, "height": 844})
    return page


def press(page: Page, rating: int) -> None:
    """Tap one of the three big buttons."""
    page.locator(f"label.big:has([value='{rating}'])").click()


def next_one(page: Page) -> None:
    """Tap the button that leads on."""
    page.locator("[data-next]").click()


def test_marks_made_without_a_connection_arrive_once_when_it_is_back(
    phone: Page, owner: User, audit: Audit, sign_in: SignIn, *, tmp_path: Path, shot: Path, screenshot: Screenshot
) -> None:
    sign_in(owner)
    phone.goto(f"/touchpoints/audits/{audit.pk}/walk/")
    phone.context.set_offline(True)
    press(phone, -1)
    phone.fill("[name=note]", "Нет телефона")
    phone.set_input_files("[name=photo]", [shot, shot])
    expect(phone.locator(".pho .im")).to_have_count(2)
    phone.locator(".crit-i .neg").click()
    for name, rating in (("Вывеска", 0), ("Парковка", 1)):
        next_one(phone)
        expect(phone.locator("h1")).to_have_text(name)
        press(phone, rating)
    expect(phone.locator("[data-sync]")).to_have_text("Нет связи. Ждут в телефоне: 3. Уйдут сами, когда связь появится.")
    screenshot("walk_offline")
    assert AuditMark.objects.filter(audit=audit).count() == 0
    phone.context.set_offline(False)
    expect(phone.locator("[data-sync]")).to_have_text(SAVED, timeout=WAIT)
    marks = AuditMark.objects.filter(audit=audit).order_by("touchpoint__position")
    assert [(each.rating, each.note, each.photos.count()) for each in marks] == [(-1, "Нет телефона", 2), (0, "", 0), (1, "", 0)]
    assert StandardCheck.objects.values_list("audit", "is_kept").get() == (audit.pk, False)
    assert len(list((tmp_path / "media" / "audits").iterdir())) == 2


def test_walk_opened_again_without_a_connection_goes_on_and_everything_arrives_once(
    phone: Page, owner: User, audit: Audit, sign_in: SignIn, *, shot: Path, screenshot: Screenshot
) -> None:
    sign_in(owner)
    phone.goto(f"/touchpoints/audits/{audit.pk}/walk/")
    press(phone, 1)
    expect(phone.locator("[data-sync]")).to_have_text(SAVED)
    phone.wait_for_function("navigator.serviceWorker.controller")
    expect(phone.locator("[data-walk][data-copy]")).to_have_count(1)
    phone.context.set_offline(True)
    next_one(phone)
    press(phone, -1)
    phone.set_input_files("[name=photo]", shot)
    expect(phone.locator(".pho .im")).to_have_count(1)
    next_one(phone)
    phone.fill("[name=note]", "Ещё думаю")
    expect(phone.locator("[data-sync]")).to_contain_text("Ждут в телефоне: 1")
    phone.wait_for_timeout(1000)
    phone.reload()
    expect(phone.locator("h1")).to_have_text("Парковка")
    expect(phone.locator("[name=note]")).to_have_value("Ещё думаю")
    expect(phone.locator("[data-sync]")).to_contain_text("Ждут в телефоне: 1")
    screenshot("walk_reloaded_offline")
    phone.locator("[data-back]").click()
    expect(phone.locator(".big:has(:checked) b")).to_have_text("Отстой")
    expect(phone.locator(".pho .im")).to_have_count(1)
    phone.locator("[data-back]").click()
    expect(phone.locator(".big:has(:checked) b")).to_have_text("Вау")
    phone.context.set_offline(False)
    expect(phone.locator("[data-sync]")).to_have_text(SAVED, timeout=WAIT)
    marks = AuditMark.objects.filter(audit=audit).order_by("touchpoint__position")
    assert [(each.rating, each.version, each.photos.count()) for each in marks] == [(1, 1, 0), (-1, 1, 1)]


def test_copy_of_the_walk_leaves_the_phone_with_its_owner(phone: Page, owner: User, audit: Audit, sign_in: SignIn) -> None:
    sign_in(owner)
    phone.goto(f"/touchpoints/audits/{audit.pk}/walk/")
    expect(phone.locator("[data-walk][data-copy]")).to_have_count(1)
    phone.context.clear_cookies(name="session")
    phone.goto("/login/")
    phone.wait_for_function(
        "async () => (await caches.keys()).length === 0 && (await navigator.serviceWorker.getRegistrations()).length === 0"
    )


def test_marks_of_a_closed_page_leave_from_the_next_one(page: Page, owner: User, audit: Audit, sign_in: SignIn) -> None:
    sign_in(owner)
    page.goto(f"/touchpoints/audits/{audit.pk}/walk/")
    expect(page.locator("[data-sync]")).to_have_text(SAVED)
    page.context.set_offline(True)
    page.keyboard.press("3")
    expect(page.locator("[data-sync]")).to_contain_text("Ждут в телефоне: 1")
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(f"/touchpoints/audits/{audit.pk}/")
    expect(page.locator("article.pt-hist")).to_have_count(1)
    assert AuditMark.objects.get(audit=audit).rating == 1


def test_marks_for_an_audit_finished_meanwhile_are_shown_and_not_lost_silently(
    phone: Page, owner: User, audit: Audit, sign_in: SignIn, screenshot: Screenshot
) -> None:
    sign_in(owner)
    phone.goto(f"/touchpoints/audits/{audit.pk}/walk/")
    phone.fill("[name=note]", "Долго грузится")
    Audit.objects.filter(pk=audit.pk).update(state="done", finished_at="2026-03-10T10:00:00Z")
    with phone.expect_response(lambda response: response.status == 409):
        press(phone, -1)
    expect(phone.locator("[data-sync]")).to_contain_text("Не приняты оценки: 1")
    expect(phone.locator("[data-sync] li")).to_have_text("Сайт · отстой · Долго грузится")
    screenshot("walk_refused")
    phone.get_by_role("button", name="Убрать").click()
    expect(phone.locator("[data-sync]")).to_have_text(SAVED)


def test_two_people_on_one_point_choose_whose_words_stay(
    phone: Page, owner: User, manager: User, audit: Audit, sign_in: SignIn, *, screenshot: Screenshot
) -> None:
    sign_in(owner)
    phone.goto(f"/touchpoints/audits/{audit.pk}/walk/")
    first, second, _third = Touchpoint.objects.order_by("position")
    for point in (first, second):
        mark(audit, point, -1, manager, note="Не грузится")
    press(phone, 1)
    expect(phone.locator(".clash")).to_contain_text("Не грузится")
    screenshot("walk_clash")
    phone.get_by_role("button", name="Поставить мою").click()
    expect(phone.locator("[data-sync]")).to_have_text(SAVED)
    next_one(phone)
    press(phone, 1)
    phone.get_by_role("link", name="Оставить как есть").click()
    expect(phone.locator("[name=note]")).to_have_value("Не грузится")
    expect(phone.locator("[data-sync]")).to_have_text(SAVED)
    marks = AuditMark.objects.filter(audit=audit).order_by("touchpoint__position").values_list("rating", "marked_by")
    assert list(marks) == [(1, owner.pk), (-1, manager.pk)]


def test_photos_are_added_and_taken_away_one_by_one_and_a_bad_one_says_why(
    phone: Page, owner: User, audit: Audit, sign_in: SignIn, *, tmp_path: Path, shot: Path, screenshot: Screenshot
) -> None:
    heic = tmp_path / "shot.heic"
    heic.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 2_000_000)
    sign_in(owner)
    phone.goto(f"/touchpoints/audits/{audit.pk}/walk/")
    press(phone, -1)
    phone.set_input_files("[name=photo]", heic)
    expect(phone.locator("[data-problem]")).to_contain_text("Это не похоже на фото")
    phone.set_input_files("[name=photo]", [shot] * 5)
    expect(phone.locator("[data-problem]")).to_contain_text("помещаются четыре фото")
    expect(phone.locator("[data-sync]")).to_have_text(SAVED)
    assert MarkPhoto.objects.count() == 4
    screenshot("walk_photos")
    phone.locator(".pho .im").nth(1).get_by_role("button").click()
    expect(phone.locator(".pho .im")).to_have_count(3)
    expect(phone.locator("[data-sync]")).to_have_text(SAVED)
    phone.reload()
    expect(phone.locator(".pho .im")).to_have_count(3)
    assert MarkPhoto.objects.count() == 3


def test_skip_keeps_the_note_and_goes_on(phone: Page, owner: User, audit: Audit, sign_in: SignIn) -> None:
    sign_in(owner)
    phone.goto(f"/touchpoints/audits/{audit.pk}/walk/")
    phone.fill("[name=note]", "Сайт на ремонте")
    phone.get_by_role("button", name="Пропустить").click()
    expect(phone.locator("h1")).to_have_text("Вывеска")
    expect(phone.locator("[data-sync]")).to_have_text(SAVED)
    assert AuditMark.objects.filter(audit=audit).values_list("rating", "note").get() == (None, "Сайт на ремонте")


def test_guest_walks_by_the_link_and_is_thanked(phone: Page, audit: Audit, shot: Path, screenshot: Screenshot) -> None:
    guests = guest_audit(audit.branch)
    phone.goto(reverse("touchpoints:guest_walk", args=[guest_link(guests).token]))
    screenshot("guest_greeting")
    assert violations(phone) == []
    phone.get_by_role("link", name="Начать").click()
    expect(phone.locator("[data-previous]")).to_be_hidden()
    press(phone, -1)
    phone.set_input_files("[name=photo]", shot)
    expect(phone.locator("[data-sync]")).to_have_text(SAVED)
    screenshot("guest_walk")
    assert violations(phone) == []
    assert not scrolls_sideways(phone)
    phone.context.set_offline(True)
    for _name in NAMES[1:]:
        next_one(phone)
        press(phone, 1)
    expect(phone.locator("[data-sync]")).to_contain_text("Ждут в телефоне: 2")
    phone.context.set_offline(False)
    expect(phone.locator("[data-sync]")).to_have_text(SAVED, timeout=WAIT)
    next_one(phone)
    expect(phone.get_by_role("heading", name="Всё отмечено")).to_be_visible()
    screenshot("guest_summary")
    phone.get_by_role("button", name="Завершить").click()
    expect(phone.get_by_role("heading", name="Спасибо, Вера!")).to_be_visible()
    screenshot("guest_thanks")
    assert violations(phone) == []
    marks = guests.marks.order_by("touchpoint__position")
    assert [(each.rating, each.marked_by, each.photos.count()) for each in marks] == [(-1, None, 1), (1, None, 0), (1, None, 0)]
    guests.refresh_from_db()
    assert guests.state == "done"


def test_marks_of_a_guest_leave_by_the_new_link_when_the_old_one_was_replaced(phone: Page, owner: User, audit: Audit, shot: Path) -> None:
    guests = guest_audit(audit.branch)
    phone.goto(reverse("touchpoints:guest_step", args=[guest_link(guests).token]))
    expect(phone.locator("[data-walk][data-copy]")).to_have_count(1)
    phone.context.set_offline(True)
    press(phone, -1)
    phone.set_input_files("[name=photo]", shot)
    expect(phone.locator(".pho .im")).to_have_count(1)
    replace_guest_link(audit=guests, actor=owner, now=timezone.now())
    phone.context.set_offline(False)
    expect(phone.locator("[data-sync]")).to_contain_text("Эта ссылка больше не работает. Ждут в телефоне: 1", timeout=WAIT)
    assert guests.marks.count() == 0
    guests.refresh_from_db()
    phone.goto(reverse("touchpoints:guest_walk", args=[guest_link(guests).token]))
    expect(phone.get_by_role("button", name="Завершить")).to_be_visible(timeout=WAIT)
    assert [(each.rating, each.photos.count()) for each in guests.marks.all()] == [(-1, 1)]


def test_mark_the_server_stumbles_over_does_not_hold_back_the_others(phone: Page, owner: User, audit: Audit, sign_in: SignIn) -> None:
    first, second = Touchpoint.objects.order_by("position")[:2]
    phone.route(f"**/points/{first.pk}/", lambda route: route.fulfill(status=503))
    sign_in(owner)
    phone.goto(f"/touchpoints/audits/{audit.pk}/walk/")
    press(phone, -1)
    next_one(phone)
    expect(phone.locator("[data-name]")).to_have_text(second.name)
    with phone.expect_response(lambda answer: f"/points/{second.pk}/" in answer.url and answer.ok):
        press(phone, 1)
    assert [each.rating for each in audit.marks.all()] == [1]
    expect(phone.locator("[data-sync]")).to_contain_text("Ждут в телефоне: 1")
    phone.unroute(f"**/points/{first.pk}/")
    expect(phone.locator("[data-sync]")).to_have_text(SAVED, timeout=WAIT)
    assert sorted(each.rating or 0 for each in audit.marks.all()) == [-1, 1]


def test_walk_works_without_javascript(browser: Browser, live_server: object, owner: User, audit: Audit) -> None:
    context = browser.new_context(base_url=str(live_server), locale="ru-RU", java_script_enabled=False)
    page = context.new_page()
    page.goto("/login/")
    page.fill("[name=login]", owner.email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.goto(f"/touchpoints/audits/{audit.pk}/walk/")
    for rating in (1, 0, -1):
        press(page, rating)
        next_one(page)
    page.get_by_role("button", name="Завершить аудит").click()
    page.get_by_role("link", name="Создать действие").click()
    page.get_by_role("button", name="Поставить").click()
    context.close()
    assert Action.objects.exclude(mark=None).get().mark == AuditMark.objects.get(audit=audit, rating=-1)
