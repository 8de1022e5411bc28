"""The demo company in, the demo company out."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Count, Sum

from churn.enums import LeaverState
from churn.models import ExitCall, Leaver
from clients.models import Client, ClientSum, Purchase
from company.formulas.morphology import word_forms_of
from company.models import Branch, Company, User
from mailing.models import Message
from programme.services import NewCompany, NotDemoError, NotEmptyError, load_demo, remove_demo, start_own_company
from surveys.models import Answer, Wave
from touchpoints.models import Action, Audit, Touchpoint

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=ZoneInfo("Europe/Moscow"))
OWN = NewCompany(
    name="Пекарня «Колос»",
    branches=("Центр", "Вокзал"),
    word_forms=word_forms_of("Гость"),
    currency="RUB",
    time_zone="Asia/Omsk",
    owner_name="Вера Котова",
    owner_email="vera@example.org",
    owner_password="длинный тестовый пароль",
)


def load(people: int = 150) -> None:
    """Load a small demo company."""
    load_demo(seed=7, now=NOW, people=people)


def fingerprint() -> tuple[object, ...]:
    """What must be the same for the same seed and day."""
    return (
        list(Client.objects.order_by("external_id").values_list("external_id", "name", "phone", "email")),
        list(Purchase.objects.order_by("fingerprint").values_list("day", "cents", "product")),
        list(Answer.objects.order_by("client__external_id", "answered_at").values_list("score", "why", "answered_at")),
        list(Leaver.objects.order_by("client__external_id", "left_on").values_list("client__external_id", "left_on", "state")),
    )


def business_rows() -> dict[str, int]:
    """Count the rows of every table of ours."""
    models = [model for app in settings.LOCAL_APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    return {model._meta.label: model._default_manager.count() for model in models}


@pytest.mark.django_db
def test_demo_fills_every_step_of_the_loop() -> None:
    load()
    assert Company.objects.get().is_demo
    assert Branch.objects.count() == 4
    assert Client.objects.count() == 180
    assert Purchase.objects.aggregate(n=Count("pk"), cents=Sum("cents")) == ClientSum.objects.aggregate(
        n=Sum("n_purchases"), cents=Sum("cents")
    )
    assert Wave.objects.count() == 5
    assert Answer.objects.exclude(why="").exists()
    assert not Message.objects.filter(state__in=["queued", "claimed", "sending"]).exists()
    assert Touchpoint.objects.count() == 32
    assert Audit.objects.filter(state="done").count() == 3
    assert Action.objects.filter(due_on__lt=NOW.date(), done_at=None).count() == 2
    assert set(Leaver.objects.values_list("state", flat=True)) >= {LeaverState.QUEUED, LeaverState.TALKED, LeaverState.RETURNED}
    assert ExitCall.objects.filter(reasons__isnull=False).exists()


@pytest.mark.django_db
def test_demo_is_the_same_for_a_seed_and_a_day() -> None:
    load(60)
    first = fingerprint()
    remove_demo()
    load(60)
    assert fingerprint() == first


@pytest.mark.django_db
def test_no_call_in_the_demo_is_made_by_the_responsible_person() -> None:
    load()
    assert [call for call in ExitCall.objects.all() if call.caller_id == call.responsible_id] == []


@pytest.mark.django_db
def test_demo_does_not_go_over_a_company(company: Company) -> None:
    with pytest.raises(NotEmptyError):
        load()
    assert Client.objects.count() == 0


@pytest.mark.django_db
def test_own_company_leaves_no_demo_row() -> None:
    load(60)
    owner = start_own_company(new=OWN)
    left = {label: count for label, count in business_rows().items() if count}
    assert owner.email == "vera@example.org"
    assert owner.check_password("длинный тестовый пароль")
    assert Company.objects.get().name == "Пекарня «Колос»"
    assert not Company.objects.get().is_demo
    assert [branch.name for branch in Branch.objects.all()] == ["Центр", "Вокзал"]
    assert set(left) == {
        "company.Company",
        "company.Branch",
        "company.User",
        "clients.ValueBand",
        "churn.Reason",
        "churn.ScriptVersion",
        "mailing.MailSettings",
    }


@pytest.mark.django_db
def test_real_company_is_never_removed(company: Company, owner: User) -> None:
    before = business_rows()
    with pytest.raises(NotDemoError):
        start_own_company(new=OWN)
    assert business_rows() == before
