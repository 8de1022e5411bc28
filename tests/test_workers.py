"""The neighbours of the tests are real and answer."""

import smtplib
from email.message import EmailMessage

import pytest
import redis

from tests.workers import SmtpSink, StartWorker, wait_for


def letter(to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "shop@example.org", to, "Привет"
    message.set_content("Здравствуйте")
    return message


def test_sink_keeps_letters(smtp_sink: SmtpSink) -> None:
    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as client:
        client.send_message(letter("anna@example.org"))
    assert [(m["Subject"], m["X-Sink-Recipients"]) for m in smtp_sink.messages] == [("Привет", "anna@example.org")]


def test_sink_refuses_an_address_as_told(smtp_sink: SmtpSink) -> None:
    smtp_sink.replies["gone@example.org"] = "550 no such user"
    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as client, pytest.raises(smtplib.SMTPRecipientsRefused):
        client.send_message(letter("gone@example.org"))
    assert smtp_sink.messages == []


@pytest.mark.worker
def test_worker_runs_what_beat_rings(start_worker: StartWorker, valkey_url: str) -> None:
    with redis.Redis.from_url(valkey_url) as client, start_worker():
        wait_for(lambda: client.info("stats")["total_commands_processed"] > 20)
