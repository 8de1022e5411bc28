"""The welcome letter on the page of an employee: offered to newcomers, sent once, quiet for everybody else."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from company.models import Employee, User
from mailing.models import Message
from programme.models import BeaconWelcome
from programme.services import beacon as services


def hire(email: str = "ira@example.org", days: int = 3) -> Employee:
    return Employee.objects.create(name="Ира Лунина", email=email, hired_on=timezone.localdate() - dt.timedelta(days=days))


def publish(actor: User) -> None:
    services.publish_beacon(text="Держим слово", meaning="", based_on=0, actor=actor, now=timezone.now())


def panel(browser: Browser, employee: Employee) -> str:
    return browser.get(reverse("programme:beacon_newcomer", args=[employee.pk])).content.decode()


def test_a_newcomer_is_offered_the_letter_which_goes_once(as_manager: Browser, manager: User) -> None:
    publish(manager)
    hired = hire()
    page, address = reverse("company:employee_edit", args=[hired.pk]), reverse("programme:beacon_welcome", args=[hired.pk])
    assert reverse("programme:beacon_newcomer", args=[hired.pk]) in as_manager.get(page).content.decode()
    assert address in panel(as_manager, hired)
    for _press in range(2):
        assert as_manager.post(address, {"from_employee": "1"})["Location"] == page
    assert Message.objects.get().to_address == "ira@example.org"
    after = panel(as_manager, hired)
    assert (address in after, bool(after.strip())) == (False, True)


@pytest.mark.parametrize(("email", "days"), [("", 3), ("ira@example.org", 200), ("ira@example.org", -5)])
def test_nothing_is_offered_to_those_it_does_not_concern(as_manager: Browser, manager: User, email: str, days: int) -> None:
    publish(manager)
    assert panel(as_manager, hire(email, days)).strip() == ""


def test_nothing_is_offered_before_anything_is_published(as_manager: Browser) -> None:
    assert panel(as_manager, hire()).strip() == ""


def test_an_unknown_employee_and_one_not_saved_yet_have_no_panel(as_manager: Browser) -> None:
    assert as_manager.get(reverse("programme:beacon_newcomer", args=[4040])).status_code == 404
    assert "beacon/newcomers" not in as_manager.get(reverse("company:employee_add")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_send_one_letter(manager: User) -> None:
    publish(manager)
    hired = hire()

    def press(_hand: int) -> bool:
        try:
            return services.welcome_newcomer(employee=hired, actor=manager, now=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as hands:
        assert sorted(hands.map(press, range(2))) == [False, True]
    assert (Message.objects.count(), BeaconWelcome.objects.count()) == (1, 1)
