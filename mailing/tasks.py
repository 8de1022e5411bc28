"""What the beat rings for. A ring lost or repeated changes nothing: what is due stands in the database."""

from celery import shared_task

from mailing.services import drain, heartbeat

SECONDS = 25


@shared_task
def drain_outbox() -> None:
    """Send what is due for a while; only the beat rings this bell, so hearing it shows that the beat is alive."""
    heartbeat(name="beat")
    drain(seconds=SECONDS)
