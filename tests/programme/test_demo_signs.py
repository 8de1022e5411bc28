"""The demo firm shows its number, and one sign waits to be printed anew."""

import datetime as dt
from pathlib import Path
from typing import Any

from company.enums import Role
from company.models import Branch, Company, User
from metrics.models import LtvVersion
from metrics.queries import hanging_signs, with_numbers
from programme.demo.firm import OWNER
from programme.demo.signs import hang_signs


def test_one_demo_sign_is_out_of_date(company: Company, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    now = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
    User.objects.create_user(OWNER, "a long test password", name="Owner", role=Role.OWNER)
    Branch.objects.create(name="На Садовой")
    LtvVersion.objects.create(purchases_per_year="4,2", average_check="2315", years="5", revenue_cents=4_861_500)
    hang_signs(now)
    found = with_numbers(list(hanging_signs()), now.date())
    assert [(sign.is_outdated, bool(sign.place.photo)) for sign in found] == [(False, True), (False, True), (True, True)]
