"""The calculator takes numbers as people write them; the pages explain what was measured."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Segment, ValueBand
from company.models import Branch, User
from metrics.models import LtvVersion
from tests.metrics.world import regular, write

GOOD = {"purchases_per_year": "1/3", "average_check": "30 000", "years": "9"}
URL = {name: reverse(f"metrics:{name}") for name in ("ltv", "ltv_result", "ltv_save", "pool", "constraint")}
HTMX = {"HX-Request": "true"}
LONG_AGO = dt.date(2024, 1, 10)


def text_of(response: Any) -> str:
    """Return the words of a page without tags, spaces made plain."""
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", plain.replace("\xa0", " "))


def with_purchases() -> None:
    for number, name in enumerate(["North", "South"]):
        people = regular(40, first=LONG_AGO, every=20 + 10 * number, times=9, cents=100_000, prefix=name)
        write(people, branch=Branch.objects.create(name=name))


def test_calculator_opens_empty(as_manager: Browser) -> None:
    response = as_manager.get(URL["ltv"])
    assert response.status_code == 200
    assert response.context["form"].errors == {}


def test_fraction_is_counted_exactly(as_manager: Browser) -> None:
    response = as_manager.post(URL["ltv_result"], GOOD, headers=HTMX)
    assert response.status_code == 200
    assert response.context["belief"].calculation.revenue == 9_000_000
    assert "90 000 ₽" in text_of(response)
    assert LtvVersion.objects.count() == 0


def test_live_answer_replaces_pieces_only(as_manager: Browser) -> None:
    page = as_manager.post(URL["ltv_result"], GOOD, headers=HTMX).content.decode()
    assert "<html" not in page
    assert set(re.findall(r'id="([\w-]+)" hx-swap-oob', page)) >= {"id_years_error", "ltv-save"}


def test_without_javascript_the_whole_page_comes_back(as_staff: Browser) -> None:
    response = as_staff.post(URL["ltv_result"], GOOD)
    assert response.status_code == 200
    assert 'value="1/3"' in response.content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("purchases_per_year", "1/0", "На ноль не делят"),
        ("purchases_per_year", "abc", "Это не число"),
        ("average_check", "-3", "Нужно число больше нуля"),
        ("years", "", "Впишите число"),
        ("years", "0", "Нужно число больше нуля"),
        ("years", "1e400", "Это не число"),
        ("years", "151", "Слишком много"),
        ("average_check", "9" * 18, "Слишком много"),
        ("average_check", "<script>", "Это не число"),
    ],
)
@pytest.mark.parametrize("view", ["ltv_result", "ltv_save"])
def test_a_bad_number_is_explained_and_everything_typed_stays(as_manager: Browser, view: str, field: str, typed: str, message: str) -> None:
    response = as_manager.post(URL[view], GOOD | {field: typed})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"].errors[field][0].startswith(message)
    values = {name: response.context["form"][name].value() for name in GOOD}
    assert values == GOOD | {field: typed}
    assert LtvVersion.objects.count() == 0


def test_a_result_below_a_kopeck_is_refused(as_manager: Browser) -> None:
    response = as_manager.post(URL["ltv_save"], GOOD | {"purchases_per_year": "1/999999999999"})
    assert response.status_code == 422


def test_profit_needs_a_margin(as_manager: Browser) -> None:
    response = as_manager.post(URL["ltv_save"], GOOD | {"with_profit": "on"})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["margin_percent"]


def test_saving_keeps_version_and_author(as_owner: Browser, owner: User) -> None:
    costs = {"with_profit": "on", "margin_percent": "38", "acquisition_cost": "1 900 ₽"}
    response = as_owner.post(URL["ltv_save"], {"purchases_per_year": "4,2", "average_check": "2 315", "years": "5", **costs}, follow=True)
    version = LtvVersion.objects.get()
    assert (version.revenue_cents, version.profit_cents, version.created_by) == (48_615_00, 16_573_70, owner)
    words = text_of(response)
    assert "Сохранено: Клиент приносит 48 600 ₽" in words
    assert "16 573,70 ₽" in words
    assert "Прибыль 16 600 ₽" in words


def test_saving_for_a_segment_returns_to_it(as_manager: Browser) -> None:
    segment = Segment.objects.create(name="Firms")
    response = as_manager.post(URL["ltv_save"], GOOD | {"segment": segment.pk})
    assert response["Location"] == f"{URL['ltv']}?segment={segment.pk}"
    assert LtvVersion.objects.get().segment == segment


def test_costs_are_forgotten_when_profit_is_switched_off(as_manager: Browser) -> None:
    as_manager.post(URL["ltv_save"], GOOD | {"margin_percent": "38"})
    assert LtvVersion.objects.get().margin_percent == ""


def test_staff_see_the_board_and_cannot_save(as_staff: Browser) -> None:
    with_purchases()
    page = as_staff.get(URL["ltv"]).content.decode()
    assert URL["ltv_save"] not in page
    assert "/clients/" not in re.sub(r'<aside.*?</aside>|<nav class="mob-nav.*?</nav>', "", page, flags=re.DOTALL)
    assert as_staff.post(URL["ltv_save"], GOOD).status_code == 403
    assert LtvVersion.objects.count() == 0


@pytest.mark.parametrize("query", ["?segment=999", "?segment=x", "?segment=-1"])
def test_an_unknown_segment_is_not_found(as_manager: Browser, query: str) -> None:
    assert as_manager.get(URL["ltv"] + query).status_code == 404


def test_the_gap_is_said_in_a_sentence(as_manager: Browser) -> None:
    with_purchases()
    as_manager.post(URL["ltv_save"], {"purchases_per_year": "12", "average_check": "1000", "years": "5"})
    words = text_of(as_manager.get(URL["ltv"]))
    assert "Вы думали 60 000 ₽ , по данным 9 000 ₽ : на 85 % меньше." in words
    assert "Лет с нами: вы думали 5, по данным" in words


@pytest.mark.parametrize("split", ["segment", "branch", "channel", "cohort", "nonsense"])
def test_every_split_opens(as_manager: Browser, split: str) -> None:
    with_purchases()
    assert as_manager.get(URL["ltv"], {"split": split}).status_code == 200
    fragment = as_manager.get(URL["ltv"], {"split": split}, headers=HTMX | {"HX-Target": "ltv-split"})
    assert "<html" not in fragment.content.decode()


def test_bands_stand_on_the_page(as_staff: Browser) -> None:
    for up_to in (5_000_00, None):
        ValueBand.objects.create(up_to=up_to)
    with_purchases()
    words = text_of(as_staff.get(URL["ltv"]))
    assert "до 5 000 ₽ 0 0 % 0 ₽ 0 %" in words
    assert "от 5 000 ₽ 80 100 % 720 000 ₽ 100 %" in words


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_number_of_queries(as_manager: Browser, django_assert_num_queries: Any, rows: int) -> None:
    for number in range(rows):
        branch, segment = Branch.objects.create(name=f"b{number}"), Segment.objects.create(name=f"s{number}")
        write(regular(rows, first=LONG_AGO, every=30, times=4, cents=100_00, prefix=f"{number}-"), branch=branch, segment=segment)
        as_manager.post(URL["ltv_save"], GOOD | {"years": str(number + 1)})
    as_manager.get(URL["ltv"])
    with django_assert_num_queries(14):
        as_manager.get(URL["ltv"])


def test_pool_says_where_it_tends_and_what_leaks(as_manager: Browser) -> None:
    with_purchases()
    response = as_manager.get(URL["pool"], {"as_of": "2024-12-01"})
    assert response.status_code == 200
    assert response.context["flow"].left == 40
    assert response.context["months"][-1].active == 40


def test_pool_offers_to_look_at_the_last_day_with_purchases(as_manager: Browser) -> None:
    with_purchases()
    assert "?as_of=2024-09-06" in as_manager.get(URL["pool"]).content.decode()


def test_empty_pool_says_what_to_do(as_manager: Browser) -> None:
    assert "Бассейн пуст" in text_of(as_manager.get(URL["pool"]))


@pytest.mark.parametrize("bad", [{"plug": "101"}, {"plug": "abc"}, {"more": "-3"}, {"plug": "1/0"}, {"plug": ""}])
def test_a_bad_what_if_is_explained(as_manager: Browser, bad: dict[str, str]) -> None:
    with_purchases()
    response = as_manager.get(URL["pool"], bad)
    assert response.status_code == 422
    assert response.context["plan"] is None


@pytest.mark.parametrize("day", ["2024-02-31", "x", "9999-01-01", "0001-01-01", ""])
def test_a_bad_day_is_no_error(as_manager: Browser, day: str) -> None:
    assert as_manager.get(URL["pool"], {"as_of": day}).status_code == 200


@pytest.mark.parametrize("branch", ["999", "x", "9" * 5_000])
def test_pool_of_an_unknown_branch_is_not_found(as_manager: Browser, branch: str) -> None:
    assert as_manager.get(URL["pool"], {"branch": branch}).status_code == 404


def test_constraint_says_early(as_manager: Browser) -> None:
    assert "Рано" in text_of(as_manager.get(URL["constraint"]))


def test_constraint_shows_the_working(as_manager: Browser) -> None:
    for name, every in (("North", 15), ("South", 30)):
        people = regular(40, first=timezone.localdate() - dt.timedelta(420), every=every, times=420 // every, cents=100_000, prefix=name)
        write(people, branch=Branch.objects.create(name=name))
    response = as_manager.get(URL["constraint"])
    assert response.status_code == 200
    assert response.context["found"].levers
    assert "North" in text_of(response)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", ["ltv", "pool", "constraint"])
def test_pages_open_in_both_languages_with_one_beam(as_owner: Browser, name: str, language: str) -> None:
    with_purchases()
    page = as_owner.get(URL[name], headers={"Accept-Language": language}).content.decode()
    assert f'lang="{language}"' in page
    assert "style=" not in re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)
    assert len(re.findall(r'class="btn btn-beam', page)) <= 1


@pytest.mark.parametrize("name", ["ltv_result", "ltv_save"])
def test_counting_and_saving_are_posts(as_manager: Browser, name: str) -> None:
    assert as_manager.get(URL[name]).status_code == 405
