"""A provider's reports by HTTP: believed with the password only, once, and about the letter's own address."""

import base64
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from config.urls import urlpatterns  # read before a test gives the secret
from mailing.models import Bounce, Message, Suppression
from tests.mailing.conftest import PlanWave

pytestmark = pytest.mark.django_db
PAGE = "/mail/webhooks/postmark/tracking/"


@pytest.fixture(autouse=True)
def _provider(settings: Any) -> None:
    """Set a provider up."""
    settings.ROOT_URLCONF = "tests.mailing.webhook_urls"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "mayak:secret"}


@pytest.fixture
def message(plan: PlanWave) -> Message:
    """A letter that was sent."""
    plan(1)
    for state in ("claimed", "sending"):
        Message.objects.update(state=state)
    Message.objects.update(state="sent", sent_at=timezone.now())
    return Message.objects.get()


def told(message: Message, password: str = "secret", **changes: Any) -> int:  # noqa: S107 - of the test
    """Let the provider tell of a bounce; return the status of the answer."""
    event = {
        "RecordType": "Bounce",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "TypeCode": 1,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Email": message.to_address,
        "Details": "smtp;550 5.1.1 The email account does not exist",
        "BouncedAt": "2026-11-22T09:00:00Z",
        "Metadata": {"message_id": message.message_id},
    }
    key = base64.b64encode(f"mayak:{password}".encode()).decode()
    return Browser().post(PAGE, event | changes, content_type="application/json", headers={"Authorization": f"Basic {key}"}).status_code


def test_an_event_told_twice_is_one_report(message: Message) -> None:
    assert [told(message), told(message)] == [200, 200]
    assert Bounce.objects.values_list("kind", "status", "source").get() == ("hard", "5.1.1", "Postmark")
    assert Message.objects.get().bounced_at is not None
    assert Suppression.objects.get().reason == "bounced"


def test_without_the_password_nothing_is_believed(message: Message) -> None:
    assert told(message, password="guess") == 400
    assert not Bounce.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"Email": "other@example.org"}, {"Metadata": {"message_id": "<unknown@example.org>"}}, {"Metadata": {}}]
)
def test_an_event_about_somebody_else_changes_nothing(message: Message, changes: dict[str, Any]) -> None:
    assert told(message, **changes) == 200
    assert not Bounce.objects.exists()
    assert not Suppression.objects.exists()


def test_a_complaint_stops_letters_and_a_full_mailbox_does_not(message: Message) -> None:
    told(message, ID=1, Type="SoftBounce", TypeCode=4096, Details="smtp;452 4.2.2 full")
    assert not Suppression.objects.exists()
    told(message, ID=2, Type="SpamComplaint", TypeCode=512, RecordType="SpamComplaint")
    assert Suppression.objects.get().reason == "complaint"


def test_without_a_secret_the_address_does_not_exist(settings: Any) -> None:
    settings.ROOT_URLCONF = "config.urls"
    assert not any(str(route.pattern).startswith("mail/webhooks") for route in urlpatterns)
    assert Browser().post(PAGE, {}, content_type="application/json").status_code == 404
