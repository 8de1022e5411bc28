"""What beat asks for."""

from celery import shared_task
from django.utils import timezone

from touchpoints import services


@shared_task(name="touchpoints.tasks.check_standings")
def check_standings() -> int:
    """Count every rating in force anew."""
    return services.check_standings()


@shared_task(name="touchpoints.tasks.remind_of_audits")
def remind_of_audits() -> None:
    """Close audits left open for a month, then remind of those that are due; every hour, so that one missed look costs little."""
    now = timezone.now()
    services.close_forgotten_audits(now=now)
    services.remind_of_audits(now=now)


@shared_task(name="touchpoints.tasks.remind_owners")
def remind_owners() -> None:
    """Remind owners of actions that are due tomorrow or late; beat asks every hour."""
    services.remind_owners(now=timezone.now())


@shared_task(name="touchpoints.tasks.forget_visitors")
def forget_visitors() -> int:
    """Erase what stands for the addresses of Clients' phones when it is a day old."""
    return services.forget_visitors(now=timezone.now())
