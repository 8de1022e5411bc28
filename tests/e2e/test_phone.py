"""A mystery call on a phone: the stopwatch fills in the form, a dropped page loses no seconds, keys and typing work too."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from company.models import User
from tests.e2e.conftest import Screenshot
from tests.e2e.test_shell import scrolls_sideways, violations
from touchpoints.models import PhoneCall


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patience")
def test_the_stopwatch_fills_in_the_call(page: Page, staff: User, sign_in: Callable[[User], None], screenshot: Screenshot) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(staff)
    page.goto("/touchpoints/phone/calls/new/")
    assert violations(page) == []
    assert not scrolls_sideways(page)
    page.clock.install()
    page.get_by_role("button", name="Пошли гудки").click()
    page.get_by_role("button", name="Не отвечают").click()
    expect(page.locator("[name=is_reached][value=no]")).to_be_checked()
    expect(page.locator("#id_seconds")).to_be_hidden()
    page.get_by_role("button", name="Пошли гудки").click()
    page.clock.fast_forward(21_000)
    page.reload()
    page.clock.fast_forward(4_000)
    screenshot("phone_call_390")
    page.get_by_role("button", name="Ответили", exact=True).click()
    assert 25 <= int(page.input_value("#id_seconds")) <= 40
    expect(page.locator("[name=attempts][value='2']")).to_be_checked()
    page.keyboard.press("Space")  # the next question has the focus
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.locator("h1")).to_have_text("Доступность по телефону")
    assert not scrolls_sideways(page)
    call = PhoneCall.objects.get()
    assert (call.is_reached, call.attempts, call.is_helped_at_once, call.caller) == (True, 2, True, staff)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patience")
def test_keys_press_the_buttons_on_the_screen(page: Page, staff: User, sign_in: Callable[[User], None]) -> None:
    sign_in(staff)
    page.goto("/touchpoints/phone/calls/new/")
    page.locator("h1").click()
    page.keyboard.press("s")
    page.keyboard.press("n")
    expect(page.locator("[name=is_reached][value=no]")).to_be_checked()
    page.keyboard.press("s")
    page.keyboard.press("s")
    expect(page.locator("[name=is_reached][value=yes]")).to_be_checked()
    page.locator("#id_seconds").fill("")
    page.locator("#id_seconds").press_sequentially("1:05s")
    expect(page.locator("#id_seconds")).to_have_value("1:05s")
