"""The overview and the way out of the demo."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client, Purchase
from clients.services import rebuild_rollups
from company.models import Branch, Company, User
from surveys.enums import AnswerChannel, CommentKind, WaveState, WithheldReason
from surveys.models import Answer, Questionnaire, StaffWave, Wave
from tests.surveys.staff_rows import BAND, WITHHELD, add_everybody, add_group, make_closed
from touchpoints.models import Touchpoint

ANSWERS = {
    "name": "Пекарня «Колос»",
    "branches": "Центр\n\n Вокзал \nЦентр",
    "word": "Гость",
    "currency": "RUB",
    "time_zone": "Asia/Omsk",
    "owner_name": "Вера Котова",
    "owner_email": "vera@example.org",
    "password": "совсем другой пароль 9",
}


def add_buyers(count: int, branch: Branch) -> None:
    """Save Clients with a purchase yesterday."""
    day = timezone.localdate() - dt.timedelta(days=1)
    for number in range(count):
        client = Client.objects.create(name=f"Buyer {number}", branch=branch)
        Purchase.objects.create(client=client, day=day, cents=150_000, fingerprint=number.to_bytes(16, "big"))
    rebuild_rollups()


def test_empty_overview_says_what_to_do_first(as_owner: Browser) -> None:
    response = as_owner.get("/")
    steps = response.context["steps"]
    assert [step.key for step in steps] == ["import", "price", "survey", "staff", "map", "audit", "call"]
    assert not any(step.is_done for step in steps)
    assert response.content.count(b"btn-beam") == 1


def test_first_steps_are_ticked_from_rows(as_owner: Browser) -> None:
    Touchpoint.objects.create(name="Sign", kind="business")
    done = {step.key: step.is_done for step in as_owner.get("/").context["steps"]}
    assert done == {"import": False, "price": False, "survey": False, "staff": False, "map": True, "audit": False, "call": False}


@pytest.mark.parametrize("rows", [1, 3])
def test_overview_asks_the_same_number_of_questions(as_owner: Browser, rows: int, django_assert_num_queries: Callable[[int], Any]) -> None:
    branches = [Branch.objects.create(name=f"Branch {number}") for number in range(rows)]
    add_buyers(rows, branches[0])
    as_owner.get("/")
    with django_assert_num_queries(QUERIES):
        as_owner.get("/")


QUERIES = 24


def released_enps(name: str, days_ago: int) -> StaffWave:
    """Save a closed staff survey with a score of everybody."""
    wave = make_closed(name, days_ago=days_ago)
    add_everybody(wave, 10, 14, 20)
    return wave


def test_enps_takes_its_place_once_it_may_be_shown(as_owner: Browser) -> None:
    hidden = make_closed("Лето", days_ago=3)
    add_group(hidden, status=WITHHELD, reason=WithheldReason.TOO_FEW)
    page = as_owner.get("/")
    assert page.context["facts"].enps is None
    assert "Клиентов с нами" in page.content.decode()
    wave = released_enps("Весна", 9)
    page = as_owner.get("/")
    assert page.context["facts"].enps.wave == wave
    assert "Клиентов с нами" not in page.content.decode()
    assert "+23" in page.content.decode()


def test_band_of_enps_is_shown_as_words(as_owner: Browser) -> None:
    add_group(make_closed(), status=BAND, reason=WithheldReason.ALIKE, band_low=50, band_high=100)
    assert "от +50 до +100" in as_owner.get("/").content.decode()


def test_staff_keep_the_tile_of_clients(as_staff: Browser) -> None:
    released_enps("Весна", 9)
    assert as_staff.get("/").context["facts"].enps is None


@pytest.mark.parametrize("rows", [1, 3])
def test_enps_costs_the_same_number_of_questions(as_owner: Browser, rows: int, django_assert_num_queries: Callable[[int], Any]) -> None:
    for number in range(rows):
        released_enps(f"Опрос {number}", 9 + number)
    as_owner.get("/")
    with django_assert_num_queries(ENPS_QUERIES):
        as_owner.get("/")


ENPS_QUERIES = 26


def test_overview_of_one_branch_counts_only_it(as_owner: Browser) -> None:
    here, there = Branch.objects.create(name="Here"), Branch.objects.create(name="There")
    add_buyers(3, here)
    assert as_owner.get("/").context["facts"].active == 3
    assert as_owner.get("/", {"branch": here.pk}).context["facts"].active == 3
    assert as_owner.get("/", {"branch": there.pk}).context["facts"].active == 0


@pytest.mark.parametrize("query", [{"months": "7"}, {"months": "x"}, {"branch": "999999"}, {"branch": "'"}])
def test_overview_survives_a_strange_address(as_owner: Browser, query: dict[str, str]) -> None:
    response = as_owner.get("/", query)
    assert response.status_code == 200
    assert response.context["form"].months == 12
    assert response.context["form"].branch is None


def test_staff_see_no_money_of_the_company(as_staff: Browser) -> None:
    page = as_staff.get("/").content.decode()
    assert "constraint-title" not in page
    assert "pool-title" not in page


def test_menu_numbers_count_late_actions(as_owner: Browser, owner: User) -> None:
    assert as_owner.get("/nav-counts/").status_code == 200


@pytest.fixture
def demo(company: Company) -> Company:
    """A demo company, if a nearly empty one."""
    Company.objects.update(is_demo=True)
    return company


def test_own_company_replaces_the_demo_and_signs_its_owner_in(demo: Company, as_owner: Browser) -> None:
    response = as_owner.post("/own-company/", ANSWERS)
    assert response.status_code == 302
    assert get_user(as_owner).email == "vera@example.org"  # type: ignore[union-attr]
    assert Company.objects.get().name == "Пекарня «Колос»"
    assert Company.objects.get().word_forms["ru"]["clients_gen"] == "Гостей"
    assert [branch.name for branch in Branch.objects.all()] == ["Центр", "Вокзал"]
    assert as_owner.get("/").status_code == 200


def test_own_company_in_one_place_needs_no_branches(demo: Company, as_owner: Browser) -> None:
    assert as_owner.post("/own-company/", ANSWERS | {"branches": "\n \n"}).status_code == 302
    assert Branch.objects.count() == 0
    assert as_owner.get("/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("branches", "x" * 81),
        ("branches", "\n".join(map(str, range(201)))),
        ("owner_email", "vera"),
        ("password", "qwerty123456"),
        ("time_zone", "Mars/Olympus"),
        ("currency", "XXX"),
        ("word", ""),
    ],
)
def test_own_company_keeps_what_was_typed_and_the_demo(demo: Company, as_owner: Browser, field: str, value: str) -> None:
    response = as_owner.post("/own-company/", ANSWERS | {field: value})
    assert response.status_code == 422
    assert response.context["form"].errors
    assert "Вера Котова" in response.content.decode()
    assert Company.objects.get().name == demo.name


def test_own_company_is_not_offered_to_a_real_one(as_owner: Browser, company: Company) -> None:
    assert as_owner.get("/own-company/").status_code == 404
    assert as_owner.post("/own-company/", ANSWERS).status_code == 404
    assert Company.objects.get().name == company.name


def test_own_company_offers_the_first_ready_word(demo: Company, as_owner: Browser) -> None:
    assert as_owner.get("/own-company/").context["form"]["word"].value() == "Клиент"


def test_counts_of_the_menu_go_only_to_places_the_role_has(company: Company, as_manager: Browser, as_staff: Browser) -> None:
    of_staff, of_manager = ({row[0] for row in browser.get("/nav-counts/").context["counts"]} for browser in (as_staff, as_manager))
    assert of_manager - of_staff == {"surveys:comment_list"}


def test_menu_counts_the_comments_nobody_sorted(company: Company, as_owner: Browser) -> None:
    asked = Questionnaire.objects.create()
    wave = Wave.objects.create(
        questionnaire=asked, name="Осень", state=WaveState.RUNNING, starts_at=timezone.now(), closes_at=timezone.now(), public_token="осень"
    )
    said: dict[str, Any] = {"wave": wave, "score": 9, "why": "Тепло", "channel": AnswerChannel.EMAIL}
    for sorting in ({}, {}, {"kind": CommentKind.IDEA, "triaged_at": timezone.now()}):
        Answer.objects.create(**said, **sorting, submission_key=uuid.uuid4())
    counts = {row[0]: row[1] for row in as_owner.get("/nav-counts/").context["counts"]}
    assert counts["surveys:comment_list"] == 2
