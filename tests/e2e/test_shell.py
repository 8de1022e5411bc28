"""The shell: signing in, and what any page owes to a visitor."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from company.models import User
from tests.e2e.conftest import Screenshot

SIZES = {"laptop": (1440, 900), "phone": (390, 844)}


def violations(page: Page) -> list[str]:
    """Return what axe-core finds, as `rule: element`."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def scrolls_sideways(page: Page) -> Any:
    """Say whether the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_owner_signs_in_and_out(page: Page, owner: User, sign_in: Callable[[User], None], screenshot: Screenshot) -> None:
    sign_in(owner)
    expect(page.locator("h1")).to_be_visible()
    screenshot("overview_empty")


def test_wrong_password_is_refused_with_the_address_kept(page: Page, owner: User) -> None:
    page.goto("/login/")
    page.fill("[name=login]", owner.email)
    page.fill("[name=password]", "not the password")
    page.press("[name=password]", "Enter")
    expect(page.locator("[name=login]")).to_have_value(owner.email)
    assert "/login/" in page.url


@pytest.mark.parametrize("size", SIZES)
def test_login_page_is_accessible_and_fits(page: Page, owner: User, size: str, screenshot: Screenshot) -> None:
    page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
    page.goto("/login/")
    screenshot(f"login_{size}")
    assert violations(page) == []
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("size", SIZES)
def test_overview_is_accessible_and_fits(
    page: Page, owner: User, sign_in: Callable[[User], None], size: str, screenshot: Screenshot
) -> None:
    page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
    sign_in(owner)
    screenshot(f"overview_{size}")
    assert violations(page) == []
    assert not scrolls_sideways(page)


def test_panels_of_other_apps_take_the_place_of_their_links(page: Page, owner: User, sign_in: Callable[[User], None]) -> None:
    sign_in(owner)
    page.goto("/", wait_until="networkidle")
    panels = page.locator('#overview [hx-trigger="load"]')
    assert panels.count() > 0
    assert [panels.nth(n).locator("> a.mk-link").count() for n in range(panels.count())] == [0] * panels.count()
