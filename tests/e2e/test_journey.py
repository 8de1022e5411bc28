"""The journey board in a real browser: by mouse, by keys, by the menu, and when the server refuses."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from company.models import Branch, User
from tests.e2e.conftest import Screenshot
from tests.e2e.test_shell import scrolls_sideways, violations
from tests.touchpoints.make import TODAY, action, finished_audit
from touchpoints import services
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[User], None]


@pytest.fixture
def board(page: Page, owner: User, sign_in: SignIn) -> Page:
    """The journey of a small map."""
    keys = [f"business.{name}" for name in ("sign", "maps", "parking", "website", "office", "smell")]
    services.add_from_catalogue(keys=[*keys, "service.payment", "service.sms", "product.quality", "employee.goodbye"], actor=owner)
    branch = Branch.objects.create(name="Садовая")
    points = list(Touchpoint.objects.in_journey_order())
    for days, ratings in ((30, (0, 1, -1)), (3, (-1, 1, 0))):
        finished_audit({point: ratings[n % 3] for n, point in enumerate(points)}, days_ago=days, branch=branch)
    Touchpoint.objects.filter(pk__in=[point.pk for point in points[::2]]).update(owner=owner)
    action(owner, due_on=TODAY).touchpoints.add(points[0])
    sign_in(owner)
    page.goto("/touchpoints/?view=journey")
    return page


def order(stage: str) -> list[str]:
    return list(Touchpoint.objects.filter(stage=stage).in_journey_order().values_list("name", flat=True))


def names(page: Page, stage: str) -> list[str]:
    return page.locator(f"[data-column={stage}] .nm").all_text_contents()


def point(page: Page, name: str) -> str:
    return f"[data-point='{Touchpoint.objects.get(name=name).pk}']"


@pytest.mark.usefixtures("patience")
def test_board_fits_and_moves_by_mouse_keys_and_menu(board: Page, screenshot: Screenshot) -> None:
    assert violations(board) == []
    screenshot("journey")
    notice, buy = order("notice"), order("buy")

    grip = board.locator(f"{point(board, notice[0])} [data-grip]").bounding_box()
    target = board.locator(point(board, buy[1])).bounding_box()
    assert grip
    assert target
    board.mouse.move(grip["x"] + 10, grip["y"] + 10)
    board.mouse.down()
    board.mouse.move(target["x"] + 40, target["y"] - 40, steps=5)
    board.mouse.move(target["x"] + 40, target["y"] + 8, steps=5)
    with board.expect_response(lambda answer: "/place/" in answer.url and answer.status == 200):
        board.mouse.up()
    assert order("buy") == [buy[0], notice[0], *buy[1:]]
    assert names(board, "buy") == order("buy")

    board.locator(f"{point(board, notice[1])} .nm").focus()
    with board.expect_response(lambda answer: "/place/" in answer.url and answer.status == 200):
        board.keyboard.press("Alt+ArrowRight")
    assert order("choose")[0] == notice[1]
    with board.expect_response(lambda answer: "/place/" in answer.url and answer.status == 200):
        board.keyboard.press("Alt+ArrowDown")
    assert order("choose")[1] == notice[1]
    expect(board.locator("#moved")).to_have_text(f"{notice[1]}: Выбирает, место 2")

    expect(board.locator("[data-column=notice] h2")).to_contain_text("0")
    board.locator(f"{point(board, notice[1])} [data-grip]").click()
    expect(board.locator("#place")).to_be_visible()
    screenshot("journey_menu")
    board.get_by_role("button", name="Возвращается").click()
    expect(board.locator(f"[data-column=return] {point(board, notice[1])} .nm")).to_be_focused()
    assert order("return")[-1] == notice[1]


@pytest.mark.usefixtures("patience")
def test_card_goes_back_when_the_server_refuses(board: Page) -> None:
    buy = order("buy")
    Touchpoint.objects.filter(name=buy[1]).update(stage="use")
    board.locator(f"{point(board, buy[2])} .nm").focus()
    board.keyboard.press("Alt+ArrowUp")
    expect(board.locator("#toasts [data-toast=error]")).to_contain_text("Карту тем временем изменили")
    assert order("buy") == [name for name in buy if name != buy[1]]


@pytest.mark.usefixtures("patience")
def test_board_fits_a_phone_in_the_dark(board: Page, screenshot: Screenshot) -> None:
    board.emulate_media(color_scheme="dark")
    board.set_viewport_size({"width": 390, "height": 844})
    for view in ("journey", "class"):
        board.goto(f"/touchpoints/?view={view}")
        assert not scrolls_sideways(board)
        screenshot(f"map_{view}_phone_dark")
    board.set_viewport_size({"width": 1440, "height": 900})
    screenshot("map_class_dark")
    board.emulate_media(color_scheme="light")
    for name, address in {"map_class": "", "map_catalogue": "catalogue/", "map_form": "points/new/"}.items():
        board.goto(f"/touchpoints/{address}")
        screenshot(name)
