"""The map, audits and actions in a real browser: on a laptop and on a phone. For the walk itself see test_walk.py."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from company.models import Branch, User
from tests.e2e.conftest import Screenshot
from tests.e2e.test_shell import SIZES, scrolls_sideways, violations
from tests.touchpoints.make import TODAY, action, finished_audit, open_audit
from touchpoints.models import Audit, Touchpoint

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


def test_long_list_of_points_is_searched(page: Page, owner: User, sign_in: SignIn) -> None:
    for number in range(12):
        Touchpoint.objects.create(name=f"Витрина {number}", kind="product")
    wanted = Touchpoint.objects.create(name="Вывеска", kind="business")
    sign_in(owner)
    page.goto("/touchpoints/actions/new/")
    page.locator("details.pts > summary").click()
    page.get_by_label("Витрина 7").check()
    page.locator("[data-find-ticks]").fill("ВЫВ")
    expect(page.locator("details.pts label:visible")).to_have_text(["Вывеска", "Витрина 7"])
    page.locator("[data-find-ticks]").press("Enter")
    expect(page.locator(f"input[name=touchpoints][value='{wanted.pk}']")).to_be_visible()
