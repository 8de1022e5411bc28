"""What beat asks for."""

from zoneinfo import ZoneInfo

from celery import shared_task
from django.utils import timezone

from churn import services
from company.queries import the_company


@shared_task(name="churn.tasks.find_leavers")
def find_leavers() -> int:
    """Find leavers by the company's calendar."""
    return services.find_leavers(today=timezone.localdate(timezone=ZoneInfo(the_company().time_zone)))
