"""A call to a leaver: what is typed survives a closed tab, the saved call leads on, on a laptop and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from churn.models import ExitCall, Leaver
from churn.services import ensure_reasons, ensure_script
from company.models import User
from tests.churn.world import ago, make_client, make_leaver
from tests.e2e.conftest import Screenshot
from tests.e2e.test_shell import scrolls_sideways, violations

ROOMS = ["day/", "callers/", "finding/", "warning/", "returns/", "results/", "reasons/tree/history/", "script/versions/"]


@pytest.fixture
def leaver(owner: User) -> Leaver:
    """The first of two leavers the owner is to call."""
    ensure_reasons()
    ensure_script()
    make_leaver(make_client("Наталья Рогова", 250), left=20, last_purchase_on=ago(250), at_risk_cents=100, caller=owner)
    client = make_client("Кофейня «Пенка»", 260, 230, 200, phone="+79000004107")
    return make_leaver(client, left=4, last_purchase_on=ago(200), at_risk_cents=21_200_000, caller=owner)


def tick(page: Page, name: str, value: str) -> None:
    """Tick a box or a radio button whose own picture is drawn by its label."""
    page.locator(f"[name={name}][value='{value}']").check(force=True)


@pytest.mark.django_db(transaction=True)
def test_a_closed_tab_loses_nothing_and_the_saved_call_leads_on(
    page: Page, owner: User, leaver: Leaver, sign_in: Callable[[User], None], screenshot: Screenshot
) -> None:
    sign_in(owner)
    page.goto(f"/leavers/{leaver.pk}/")
    page.fill("#id_words", "Фартуки перепутали перед открытием")
    tick(page, "steps_done", "0")
    page.get_by_label("Перепутали заказ").check()
    expect(page.locator("#saved")).to_have_text("Черновик сохранён")
    expect(page.locator("[name=is_within_power][value=yes]")).to_be_checked()
    page.close()
    second = page.context.new_page()
    second.goto(f"/leavers/{leaver.pk}/")
    expect(second.locator("#id_words")).to_have_value("Фартуки перепутали перед открытием")
    expect(second.get_by_label("Перепутали заказ")).to_be_checked()
    expect(second.locator("#steps-done")).to_have_text("1")
    second.get_by_role("button", name="Сохранить и дальше").click()
    expect(second.locator("h2").first).to_have_text("Наталья Рогова")
    call = ExitCall.objects.get()
    assert (call.words, call.steps_done, call.is_within_power) == ("Фартуки перепутали перед открытием", [0], True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patience")
def test_words_outlive_a_lost_network_on_a_phone(page: Page, owner: User, leaver: Leaver, sign_in: Callable[[User], None]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(owner)
    page.goto(f"/leavers/{leaver.pk}/")
    page.evaluate("addEventListener('click', (event) => { if (event.target.closest('[href^=tel]')) event.preventDefault(); })")
    page.locator(".q-bar a").click()
    expect(page.locator("#rule form")).to_have_attribute("action", f"/leavers/{leaver.pk}/back/")
    assert Leaver.objects.get(pk=leaver.pk).taken_by == owner
    page.context.set_offline(True)
    page.fill("#id_words", "Два раза переносили срок")
    expect(page.locator("#saved")).to_contain_text("на этом устройстве")
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#id_words")).to_have_value("Два раза переносили срок")
    page.get_by_label("Перепутали заказ").check()
    page.get_by_role("button", name="Сохранить и дальше").click()
    expect(page.locator("h2").first).to_have_text("Наталья Рогова")
    call = ExitCall.objects.get()
    assert (call.leaver, call.words, call.outcome) == (leaver, "Два раза переносили срок", "talked")
    assert Leaver.objects.get(pk=leaver.pk).taken_by is None


@pytest.mark.django_db(transaction=True)
def test_the_next_date_follows_the_outcome(page: Page, owner: User, leaver: Leaver, sign_in: Callable[[User], None]) -> None:
    sign_in(owner)
    page.goto(f"/leavers/{leaver.pk}/")
    talked = page.input_value("#id_next_call_on")
    tick(page, "outcome", "no_answer")
    assert page.input_value("#id_next_call_on") < talked
    expect(page.locator(".talk-only").first).to_be_hidden()
    page.get_by_role("button", name="Сохранить и дальше").click()
    page.wait_for_url(lambda url: str(leaver.pk) not in url)
    assert ExitCall.objects.get().outcome == "no_answer"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1440, 390])
def test_pages_are_accessible_and_fit(page: Page, owner: User, leaver: Leaver, sign_in: Callable[[User], None], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(owner)
    for address in ["", f"{leaver.pk}/", "reasons/", "reasons/tree/", "script/", "script/edit/", *ROOMS]:
        page.goto(f"/leavers/{address}")
        assert (scrolls_sideways(page), violations(page)) == (False, [])
