"""Background work of surveys."""

from celery import shared_task
from django.utils import timezone

from surveys.services import assign_themes, close_due_waves, forget_posts


@shared_task(name="surveys.tasks.advance_waves")
def advance_waves() -> None:
    """Close the waves whose time is over and forget old counts of posts; beat asks every half a minute."""
    now = timezone.now()
    close_due_waves(now=now)
    forget_posts(now=now)


@shared_task(name="surveys.tasks.find_themes")
def find_themes() -> None:
    """Look at the words of new and corrected answers, of all after a change of the dictionary; beat asks every ten seconds."""
    assign_themes()
