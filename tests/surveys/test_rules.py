"""Rules the company sets for its surveys."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from company.models import Company, User
from surveys.models import SurveySettings
from surveys.queries import survey_settings

pytestmark = pytest.mark.django_db

URL = "surveys:settings"


def values(**changes: object) -> dict[str, object]:
    return {
        "rest_days": "45",
        "case_hours": "8",
        "work_days": ["0", "1", "5"],
        "work_from": "10",
        "work_to": "19",
        "case_owner": "",
        "silent_from_cents": "120 000",
        **changes,
    }


def test_before_anybody_changed_them_the_usual_rules_are_in_force(company: Company) -> None:
    rules = survey_settings()
    assert (rules.rest_days, rules.case_hours, rules.work_days) == (30, 16, [0, 1, 2, 3, 4])
    assert not SurveySettings.objects.exists()


def test_a_manager_changes_the_rules(as_manager: Browser, owner: User) -> None:
    assert as_manager.get(reverse(URL)).status_code == 200
    assert not SurveySettings.objects.exists()
    response = as_manager.post(reverse(URL), values(case_owner=str(owner.pk)))
    assert response.status_code == 302
    rules = survey_settings()
    assert (rules.rest_days, rules.case_hours, rules.work_days, rules.work_from, rules.work_to) == (45, 8, [0, 1, 5], 10, 19)
    assert (rules.case_owner, rules.silent_from_cents, rules.badge_is_on, rules.badge_token) == (owner, 12_000_000, False, "")


def test_the_badge_gets_its_address_once(as_manager: Browser) -> None:
    as_manager.post(reverse(URL), values(badge_is_on="on"))
    token = survey_settings().badge_token
    as_manager.post(reverse(URL), values())
    as_manager.post(reverse(URL), values(badge_is_on="on"))
    assert len(token) == 22
    assert survey_settings().badge_token == token


@pytest.mark.parametrize(
    ("field", "typed"),
    [("work_to", "9"), ("work_days", []), ("case_hours", "0"), ("silent_from_cents", "много"), ("rest_days", "-1"), ("work_days", ["9"])],
)
def test_wrong_rules_come_back_as_typed(as_manager: Browser, field: str, typed: object) -> None:
    response = as_manager.post(reverse(URL), values(**{field: typed}))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not SurveySettings.objects.exists()
