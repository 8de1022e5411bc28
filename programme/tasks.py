"""What beat asks for."""

from celery import shared_task
from django.utils import timezone

from programme.services.beacon_pulse import prepare_due_pulse


@shared_task(name="programme.tasks.prepare_pulse")
def prepare_pulse() -> None:
    """Prepare the quarterly pulse about the beacon when it is due; every hour, so that one missed look costs little."""
    prepare_due_pulse(now=timezone.now())
