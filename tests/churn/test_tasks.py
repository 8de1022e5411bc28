"""Beat's hourly search goes by the company's calendar."""

import datetime as dt

import pytest
import time_machine

from churn.models import Leaver
from churn.tasks import find_leavers
from company.models import Company
from tests.churn.world import ago, make_client


@pytest.mark.parametrize(("zone", "found"), [("UTC", 0), ("Asia/Vladivostok", 1)])
def test_today_is_the_companys(company: Company, zone: str, found: int) -> None:
    Company.objects.update(time_zone=zone)
    make_client("Клиент", 180)
    with time_machine.travel(dt.datetime(2026, 5, 20, 20, tzinfo=dt.UTC), tick=True):
        assert find_leavers() == found
    assert Leaver.objects.count() == found
    assert ago(180) == dt.date(2025, 11, 21)
