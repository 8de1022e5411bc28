"""Background work of surveys."""

from celery import shared_task
from django.utils import timezone

from surveys.services import close_due_waves, forget_posts


@shared_task(name="surveys.tasks.advance_waves")
def advance_waves() -> None:
    """Close the waves whose time is over and forget old counts of posts; beat asks every half a minute."""
    now = timezone.now()
    close_due_waves(now=now)
    forget_posts(now=now)
