"""What the beat rings for. A ring lost or repeated changes nothing: what is due stands in the database."""

import logging

from celery import shared_task
from django.utils import timezone

from mailing.mailbox import MailboxError
from mailing.services import drain, heartbeat, note_domain, read_reports

logger = logging.getLogger(__name__)
SECONDS = 25


@shared_task
def drain_outbox() -> None:
    """Send what is due for a while; only the beat rings this bell, so hearing it shows that the beat is alive."""
    heartbeat(name="beat")
    drain(seconds=SECONDS)


@shared_task
def read_bounces() -> None:
    """Read the mailbox for reports, where there is one; an unreachable one is tried again the next time."""
    try:
        read_reports()
    except MailboxError as error:
        logger.warning("the mailbox for reports cannot be read: %s", error)


@shared_task
def check_domain() -> None:
    """Look at the company's mail domain once a day."""
    note_domain(now=timezone.now())
