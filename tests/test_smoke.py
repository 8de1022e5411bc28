"""The skeleton answers."""

from django.test import Client as Browser


def test_overview_asks_to_sign_in(db: None) -> None:
    assert Browser().get("/").status_code == 302


def test_overview_opens_for_staff(as_staff: Browser) -> None:
    assert as_staff.get("/").status_code == 200
