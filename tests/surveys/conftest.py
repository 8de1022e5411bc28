"""Clients, a draft and a started wave to answer in."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from company.models import Branch, Company, User
from surveys.enums import AnswerChannel
from surveys.links import personal_link
from surveys.models import Answer, Invitation, Wave
from surveys.services import WaveDraft, create_wave, plan_due_waves, start_wave
from surveys.stamps import new_stamp


def make_draft(**changes: Any) -> Wave:
    """Save a draft open for two weeks."""
    values: dict[str, Any] = {
        "name": "Осень",
        "locale": "ru",
        "subject": "{name}, один вопрос на 20 секунд",
        "intro": "Вы недавно у нас были.",
        "closes_at": timezone.now() + dt.timedelta(days=14),
        **changes,
    }
    return create_wave(draft=WaveDraft(**values), actor=None)


def make_client(number: int, name: str = "Ирина Белова", **fields: Any) -> Client:
    """Save a Client with an address of their own."""
    values = {"external_id": f"c{number}", "name": name, "email": f"client{number}@example.org", **fields}
    return Client.objects.create(**values)


def make_answer(wave: Wave, score: int, **fields: Any) -> Answer:
    """Save an answer given in the past."""
    channel = fields.pop("channel", AnswerChannel.EMAIL)
    return Answer.objects.create(wave=wave, score=score, channel=channel, submission_key=uuid.uuid4(), **fields)


def fill(wave: Wave, promoters: int, passives: int, detractors: int, **fields: Any) -> None:
    """Save so many answers of each kind."""
    for score, count in ((10, promoters), (8, passives), (3, detractors)):
        for _ in range(count):
            make_answer(wave, score, **fields)


def start(wave: Wave, now: dt.datetime | None = None) -> Wave:
    """Start the draft and read it again."""
    now = now or timezone.now()
    assert start_wave(wave=wave, actor=None, now=now)
    plan_due_waves(now=now)
    return Wave.objects.get(pk=wave.pk)


def token_of(wave: Wave, client: Client) -> str:
    """Return the token of the Client's link."""
    return personal_link(wave.public_token, client.pk).token


def old_stamp(token: str, seconds: int = 20) -> str:
    """Return the mark of a page shown a while ago."""
    return new_stamp(token, timezone.now() - dt.timedelta(seconds=seconds))


@pytest.fixture
def irina(db: Any, company: Company) -> Client:
    """A Client with an e-mail, a phone and a branch."""
    return make_client(1, phone="+79035554107", branch=Branch.objects.create(name="На Садовой"))


@pytest.fixture
def wave(irina: Client, owner: User) -> Wave:
    """A running wave in which Irina was asked."""
    return start(make_draft())


@pytest.fixture
def invitation(wave: Wave) -> Invitation:
    """Irina's invitation."""
    return wave.invitations.get()


@pytest.fixture
def token(wave: Wave, irina: Client) -> str:
    """The token of Irina's link."""
    return token_of(wave, irina)


@pytest.fixture
def url(token: str) -> str:
    """The path of Irina's answer page."""
    return reverse("surveys:answer", args=[token])
