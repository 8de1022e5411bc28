"""The map and the walk in a real browser: on a laptop, on a phone, without a connection and without JavaScript."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from company.models import Branch, User
from tests.e2e.conftest import PASSWORD, Screenshot
from tests.e2e.test_shell import SIZES, scrolls_sideways, violations
from tests.touchpoints.make import TODAY, action, finished_audit, open_audit, picture
from touchpoints.models import Action, Audit, AuditMark, Touchpoint

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], None]
NAMES = ("Сайт", "Вывеска", "Парковка")


@pytest.fixture
def audit(owner: User, settings: Settings, tmp_path: Path) -> Audit:
    """The owner's audit of three touchpoints, walked once before."""
    settings.MEDIA_ROOT = tmp_path / "media"
    branch = Branch.objects.create(name="Садовая")
    points = [Touchpoint.objects.create(name=name, kind="business", hint="Всё ли видно?", position=n) for n, name in enumerate(NAMES)]
    finished_audit(dict.fromkeys(points, 0), days_ago=9, branch=branch, auditor=owner)
    action(owner).touchpoints.add(points[1])
    return open_audit(owner, branch=branch)


def press(page: Page, rating: int) -> None:
    """Tap one of the three big buttons."""
    page.locator(f"label.big:has([value='{rating}'])").click()


def test_marks_made_without_a_connection_arrive_once_when_it_is_back(
    page: Page, owner: User, audit: Audit, sign_in: SignIn, tmp_path: Path, *, screenshot: Screenshot
) -> None:
    shot = tmp_path / "shot.jpg"
    shot.write_bytes(picture(size=(2400, 1800)).read())
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(owner)
    page.goto(f"/touchpoints/audits/{audit.pk}/walk/")
    page.context.set_offline(True)
    press(page, -1)
    page.fill("[name=note]", "Нет телефона")
    page.set_input_files("[name=photo]", shot)
    expect(page.locator(".pho .im")).to_be_visible()
    for name, rating in (("Вывеска", 0), ("Парковка", 1)):
        page.locator(".aud-f button").click()
        expect(page.locator("h1")).to_have_text(name)
        press(page, rating)
    expect(page.locator("[data-sync]")).to_have_text("Нет связи. Ждут в телефоне: 3. Уйдут сами, когда связь появится.")
    screenshot("walk_offline")
    assert AuditMark.objects.filter(audit=audit).count() == 0
    page.context.set_offline(False)
    expect(page.locator("[data-sync]")).to_have_text("Всё сохранено", timeout=15_000)
    marks = AuditMark.objects.filter(audit=audit).order_by("touchpoint__position")
    assert [(mark.rating, mark.note, bool(mark.photo)) for mark in marks] == [(-1, "Нет телефона", True), (0, "", False), (1, "", False)]
    assert len(list((tmp_path / "media" / "audits").iterdir())) == 1


def test_marks_of_a_closed_page_leave_from_the_next_one(page: Page, owner: User, audit: Audit, sign_in: SignIn) -> None:
    sign_in(owner)
    page.goto(f"/touchpoints/audits/{audit.pk}/walk/")
    expect(page.locator("[data-sync]")).to_have_text("Всё сохранено")
    page.context.set_offline(True)
    page.keyboard.press("3")
    expect(page.locator("[data-sync]")).to_contain_text("Ждут в телефоне: 1")
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(f"/touchpoints/audits/{audit.pk}/")
    expect(page.locator("article.hist")).to_have_count(1)
    assert AuditMark.objects.get(audit=audit).rating == 1


def test_marks_for_an_audit_finished_meanwhile_are_shown_and_not_lost_silently(
    page: Page, owner: User, audit: Audit, sign_in: SignIn
) -> None:
    sign_in(owner)
    page.goto(f"/touchpoints/audits/{audit.pk}/walk/")
    Audit.objects.filter(pk=audit.pk).update(state="done", finished_at="2026-03-10T10:00:00Z")
    with page.expect_response(lambda response: response.status == 409):
        press(page, -1)
    expect(page.locator("[data-sync]")).to_contain_text("Не приняты оценки: 1")
    page.get_by_role("button", name="Убрать").click()
    expect(page.locator("[data-sync]")).to_have_text("Всё сохранено")


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
        page.locator(".aud-f button").click()
    page.get_by_role("button", name="Завершить аудит").click()
    page.get_by_role("link", name="Создать действие").click()
    page.get_by_role("button", name="Поставить").click()
    context.close()
    assert Action.objects.exclude(mark=None).get().mark == AuditMark.objects.get(audit=audit, rating=-1)


def test_map_filters_without_reloading_and_keeps_the_address(page: Page, owner: User, audit: Audit, sign_in: SignIn) -> None:
    sign_in(owner)
    page.goto("/touchpoints/")
    page.get_by_placeholder("Найти точку").press_sequentially("парк")
    expect(page.locator("article.tc")).to_have_count(1)
    expect(page.locator("#count-all")).to_have_text("1")
    assert "q=%D0%BF%D0%B0%D1%80%D0%BA" in page.url
    expect(page.get_by_placeholder("Найти точку")).to_be_focused()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_accessible_and_fit(
    page: Page, owner: User, audit: Audit, sign_in: SignIn, screenshot: Screenshot, *, size: str, theme: str
) -> None:
    page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    sign_in(owner)
    point, row = Touchpoint.objects.all()[0], action(owner, title="Помыть дверь", due_on=TODAY, cost_cents=150_000)
    addresses = {
        "map": "",
        "map_path": "?sort=path",
        "catalogue": "catalogue/",
        "touchpoint": f"points/{point.pk}/",
        "touchpoint_new": "points/new/",
        "audits": "audits/",
        "audit_new": "audits/new/",
        "audit": f"audits/{audit.pk}/",
        "walk": f"audits/{audit.pk}/walk/",
        "actions": "actions/",
        "actions_board": "actions/?view=board",
        "action": f"actions/{row.pk}/",
        "action_new": "actions/new/",
    }
    for name, address in addresses.items():
        page.goto(f"/touchpoints/{address}")
        screenshot(f"touchpoints_{name}_{size}_{theme}")
        assert violations(page) == [], name
        assert not scrolls_sideways(page), name
        assert page.locator(".btn-beam:visible").count() == 1, name
