"""What beat asks for."""

from zoneinfo import ZoneInfo

from celery import shared_task
from django.utils import timezone

from company.queries import the_company
from metrics import services


@shared_task
def score_clients() -> None:
    """Score Clients anew when there are new purchases, or a new day has come."""
    services.score_clients(today=timezone.localdate(timezone=ZoneInfo(the_company().time_zone)))
