"""Background work of surveys."""

from celery import shared_task
from django.utils import timezone

from surveys.services import close_due_waves


@shared_task(name="surveys.tasks.advance_waves")
def advance_waves() -> None:
    """Close the waves whose time is over; beat asks every half a minute."""
    close_due_waves(now=timezone.now())
