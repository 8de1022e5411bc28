"""What beat asks for."""

from zoneinfo import ZoneInfo

from celery import shared_task
from django.utils import timezone

from company.queries import company_day, the_company
from metrics import services
from metrics.services.trials import take_due_looks as take_looks


@shared_task
def keep_constraint() -> None:
    """Keep today's ranking of the levers."""
    services.keep_constraint(today=timezone.localdate(timezone=ZoneInfo(the_company().time_zone)))


@shared_task
def score_clients() -> None:
    """Score Clients anew when there are new purchases, or a new day has come."""
    services.score_clients(today=timezone.localdate(timezone=ZoneInfo(the_company().time_zone)))


@shared_task
def take_due_looks() -> None:
    """Take the promised looks at experiments whose day is over."""
    take_looks(today=company_day(timezone.now()))
