"""Every main page of the demo company as each role sees it: in English, dark, on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page

from churn.models import Leaver, ReturnTurn
from company.enums import Role
from company.models import User
from programme.services import load_demo
from surveys.models import Wave
from tests.e2e.conftest import PASSWORD
from tests.e2e.test_shell import scrolls_sideways, violations
from touchpoints.models import Action, Audit, Touchpoint

STAFF = ["/", "/value/", "/surveys/", "/surveys/{wave}/", "/leavers/", "/leavers/script/", "/company/profile/", "/password/change/"]
STAFF += ["/leavers/day/", "/leavers/callers/"]
STAFF += [
    "/touchpoints/",
    "/touchpoints/points/{point}/",
    "/touchpoints/audits/",
    "/touchpoints/actions/",
    "/touchpoints/actions/?view=board",
    "/touchpoints/actions/new/",
]
MANAGER = ["/value/pool/", "/value/constraint/", "/surveys/new/", "/surveys/comments/", "/surveys/wording/", "/mail/"]
MANAGER += ["/leavers/{leaver}/", "/leavers/reasons/", "/leavers/reasons/tree/", "/leavers/script/edit/"]
MANAGER += [
    "/leavers/?month=5",
    "/leavers/finding/",
    "/leavers/finding/ledger/?month={month}-01",
    "/leavers/finding/told/",
    "/leavers/reasons/tree/history/",
    "/leavers/reasons/words/",
    "/leavers/script/versions/",
    "/leavers/warning/",
    "/leavers/returns/",
    "/leavers/returns/{campaign}/",
    "/leavers/returns/turns/{turn}/",
    "/leavers/results/",
    "/leavers/results/clients/?show=called",
    "/clients/right/",
    "/clients/right/weights/",
    "/clients/bills/load/",
    "/clients/{client}/marks/",
    "/clients/{client}/bills/",
    "/clients/reminders/",
]
MANAGER += [
    "/clients/",
    "/clients/new/",
    "/clients/bands/",
    "/clients/{client}/",
    "/clients/{client}/edit/",
    "/clients/{client}/purchases/new/",
]
MANAGER += [
    "/clients/imports/",
    "/clients/imports/new/",
    "/touchpoints/catalogue/",
    "/touchpoints/audits/new/",
    "/touchpoints/audits/{audit}/",
]
MANAGER += ["/touchpoints/actions/{action}/"]
OWNER = ["/company/", "/company/word/", "/company/branches/", "/company/people/", "/company/employees/", "/own-company/"]
PAGES = {Role.STAFF: STAFF, Role.MANAGER: STAFF + MANAGER, Role.OWNER: STAFF + MANAGER + OWNER}
QUIET = "() => !document.querySelector('.htmx-request')"


@pytest.fixture
def page(browser: Browser, live_server: Any) -> Any:
    """An English visitor's phone in the dark; everything the console calls an error is a complaint."""
    phone: Any = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    context = browser.new_context(base_url=live_server.url, locale="en-GB", color_scheme="dark", **phone)
    yield context.new_page()
    context.close()


def some_rows() -> dict[str, int | str]:
    """Return ids of rows that have much on their pages."""
    leaver = Leaver.objects.filter(state="queued").order_by("-left_on")[0]
    wave = Wave.objects.exclude(state="draft").order_by("-starts_at")[0]
    audit, action = Audit.objects.filter(state="done")[0], Action.objects.filter(done_at=None)[0]
    turn = ReturnTurn.objects.exclude(letter="").order_by("is_held_out", "pk")[0]
    rows = {"turn": turn, "campaign": turn.campaign}
    rows |= {
        "wave": wave,
        "leaver": leaver,
        "client": leaver.client,
        "audit": audit,
        "action": action,
        "point": Touchpoint.objects.all()[0],
    }
    return {name: row.pk for name, row in rows.items()} | {"month": f"{leaver.left_on:%Y-%m}"}


def is_complaint(message: ConsoleMessage) -> bool:
    """Tell errors of ours; the font is cut at the start of the program, so the tests are without it."""
    return message.type == "error" and "manrope" not in message.location["url"]


def faults(page: Page, address: str) -> list[str]:
    """Open a page and say what is wrong with it."""
    response = page.goto(address)
    page.wait_for_function(QUIET)
    beams = page.locator(".btn-beam:visible").count()
    checks = {
        f"status {response and response.status}": response is None or response.status != 200,
        "scrolls sideways": scrolls_sideways(page),
        f"{beams} beams": beams > 1,
    }
    return [fault for fault, is_there in checks.items() if is_there]


@pytest.mark.django_db(transaction=True)
def test_every_main_page_is_sound_for_every_role(page: Page, sign_in: Callable[[User], None]) -> None:
    load_demo(seed=7, now=timezone.localtime(), people=60)
    ids = some_rows()
    found: list[str] = []
    page.on("console", lambda message: found.append(f"{page.url} {message.text}") if is_complaint(message) else None)
    page.on("pageerror", lambda error: found.append(f"{page.url} {error}"))
    for role, addresses in PAGES.items():
        user = User.objects.get(role=role, email__startswith=role)
        user.set_password(PASSWORD)
        user.save()
        page.context.clear_cookies()
        sign_in(user)
        for address in addresses:
            found += [f"{role} {address} {fault}" for fault in faults(page, address.format(**ids))]
            if role == Role.OWNER:  # who sees the most of every page: a look of axe-core takes longer than the page
                found += [f"{address} {violation}" for violation in violations(page)]
    assert found == [], "\n".join(found)
