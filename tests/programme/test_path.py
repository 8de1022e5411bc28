"""The path of tools: what works is read from rows, and the beginning is chosen from the company's own data."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client
from company.models import Company, User
from metrics.models import LtvVersion, SignPlace
from programme import queries
from programme.enums import Tool, ToolStatus
from programme.formulas.path import LEVER_TOOLS, Facts, Ground, beginning
from programme.tools import WORDS
from surveys.enums import WaveState
from surveys.models import Questionnaire, Wave
from touchpoints.models import PhoneCall

TODAY = dt.date(2026, 3, 10)
ORDER = [tool.value for tool in Tool]


def status(tool: Tool, today: dt.date | None = None) -> ToolStatus:
    """Return how far a tool is."""
    return queries.path(today or timezone.localdate()).states[list(Tool).index(tool)].status


def price(owner: User) -> LtvVersion:
    """Save a calculation."""
    return LtvVersion.objects.create(purchases_per_year="20", average_check="500", years="5", revenue_cents=5_000_000, created_by=owner)


def test_every_tool_has_its_words_and_stages_keep_the_order() -> None:
    assert list(WORDS) == list(Tool)
    stages = [WORDS[tool].stage for tool in Tool]
    assert stages == sorted(stages, key=lambda stage: list(dict.fromkeys(stages)).index(stage))


def test_every_lever_leads_to_tools_of_the_path() -> None:
    assert {tool for tools in LEVER_TOOLS.values() for tool in tools} <= set(ORDER)


def test_price_comes_before_everything() -> None:
    found = beginning(ORDER, [], ["nps"], Facts(leavers=9, with_email=100, lever="check"))
    assert found is not None
    assert (found.tool, found.ground) == ("ltv", Ground.PRICE)


def test_leavers_come_before_the_silent_and_the_constraint() -> None:
    found = beginning(ORDER, ["ltv"], [], Facts(leavers=1, with_email=100, lever="check"))
    assert found is not None
    assert (found.tool, found.ground) == ("calls", Ground.LEAVERS)


def test_constraint_chooses_the_first_tool_that_does_not_work() -> None:
    found = beginning(ORDER, ["ltv", "nps", "reminders"], [], Facts(lever="frequency", with_email=3))
    assert found is not None
    assert (found.tool, found.ground) == ("manners", Ground.CONSTRAINT)


def test_begun_comes_before_the_next() -> None:
    found = beginning(ORDER, ["ltv"], ["phone"], Facts())
    assert found is not None
    assert (found.tool, found.ground) == ("phone", Ground.BEGUN)


def test_nothing_is_left_when_all_works() -> None:
    assert beginning(ORDER, ORDER, [], Facts(leavers=3, with_email=5, lever="check")) is None


def test_empty_company_begins_with_the_price(as_owner: Browser) -> None:
    page = as_owner.get("/path/")
    path = page.context["path"]
    assert (path.working, path.total) == (0, 18)
    assert [state.tool for state in path.states if state.is_beginning] == [Tool.LTV]
    assert page.content.count(b"btn-beam") == 1


def test_new_company_takes_three_steps_and_the_path_forgets_them(as_manager: Browser, owner: User) -> None:
    def steps() -> dict[str, tuple[bool, str]]:
        return {step.key: (step.is_done, step.url) for step in as_manager.get("/path/").context["steps"]}

    assert steps() == {"price": (False, "/value/"), "sign": (False, "/value/signs/"), "survey": (False, "/clients/imports/new/")}
    price(owner)
    Client.objects.create(name="Ольга", email="olga@example.org")
    assert steps() == {"price": (True, "/value/"), "sign": (False, "/value/signs/"), "survey": (False, "/surveys/")}
    SignPlace.objects.create(place="Till", hung_on=TODAY, request_key=uuid.uuid4(), author=owner)
    page = as_manager.get("/path/")
    assert page.context["next_step"].key == "survey"
    assert page.content.count(b"btn-beam") == 1
    Wave.objects.create(
        name="First",
        questionnaire=Questionnaire.objects.create(),
        public_token="a",
        state=WaveState.RUNNING,
        starts_at=timezone.now(),
        closes_at=timezone.now() + dt.timedelta(days=30),
    )
    assert steps() == {}


def test_staff_are_given_no_first_steps(as_staff: Browser) -> None:
    assert as_staff.get("/path/").context["steps"] == []


def test_saved_price_works_for_a_year(owner: User) -> None:
    version = price(owner)
    today = timezone.localdate()
    assert status(Tool.LTV) == ToolStatus.WORKING
    LtvVersion.objects.filter(pk=version.pk).update(created_at=timezone.now() - dt.timedelta(days=370))
    assert status(Tool.LTV, today) == ToolStatus.AHEAD


def test_sign_without_a_photo_is_only_begun(owner: User) -> None:
    place = SignPlace.objects.create(place="Till", hung_on=TODAY, request_key=uuid.uuid4(), author=owner)
    assert status(Tool.SIGN) == ToolStatus.GOING
    SignPlace.objects.filter(pk=place.pk).update(photo="signs/one.jpg")
    assert status(Tool.SIGN) == ToolStatus.WORKING
    SignPlace.objects.filter(pk=place.pk).update(taken_down_on=TODAY)
    assert status(Tool.SIGN) == ToolStatus.AHEAD


@pytest.mark.parametrize(("calls", "expected"), [(0, ToolStatus.AHEAD), (2, ToolStatus.GOING), (3, ToolStatus.WORKING)])
def test_phone_works_from_three_calls(company: Company, calls: int, expected: ToolStatus) -> None:
    PhoneCall.objects.bulk_create(PhoneCall(is_reached=False) for _number in range(calls))
    assert status(Tool.PHONE) == expected


def test_who_can_be_written_to_is_said_in_the_reason(as_manager: Browser, owner: User) -> None:
    price(owner)
    Client.objects.create(name="Ольга", email="olga@example.org")
    page = as_manager.get("/path/")
    assert page.context["path"].beginning.ground == Ground.SILENT
    assert "1" in page.context["because"]


def test_staff_see_the_path_without_doors_that_are_shut(as_staff: Browser) -> None:
    page = as_staff.get("/path/")
    rows = {row.state.tool: row.url for stage in page.context["stages"] for row in stage.rows}
    assert rows[Tool.CALLS] == "/leavers/"
    assert rows[Tool.CHAIN] == ""


@pytest.mark.parametrize("rows", [1, 3])
def test_path_asks_the_same_number_of_questions(
    as_owner: Browser, owner: User, rows: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for _number in range(rows):
        price(owner)
        Client.objects.create(name="Ольга", email="olga@example.org")
    as_owner.get("/path/")
    with django_assert_num_queries(QUERIES):
        as_owner.get("/path/")


QUERIES = 34


def test_sidebar_counts_the_tools_that_work(as_owner: Browser, owner: User) -> None:
    price(owner)
    page = as_owner.get("/nav-counts/")
    assert 'value="1" max="18"' in page.content.decode()


def test_pages_of_the_programme_are_current_in_the_menu(as_owner: Browser) -> None:
    assert 'href="/path/" title="Программа" class="is-on"' in as_owner.get("/path/").content.decode()
    assert 'href="/" title="Обзор" class="is-on"' in as_owner.get("/").content.decode()
