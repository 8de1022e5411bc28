"""What beat asks for."""

from zoneinfo import ZoneInfo

from celery import shared_task
from django.utils import timezone

from churn import services
from churn.services import queue_steps, warnings
from company.queries import the_company


@shared_task(name="churn.tasks.find_leavers")
def find_leavers() -> int:
    """Find leavers by the company's calendar."""
    return services.find_leavers(today=timezone.localdate(timezone=ZoneInfo(the_company().time_zone)))


@shared_task(name="churn.tasks.count_warnings")
def count_warnings() -> int:
    """Count the signs that come before leaving, on the company's day."""
    zone = the_company().time_zone
    return warnings.count_warnings(today=timezone.localdate(timezone=ZoneInfo(zone)), zone=zone)


@shared_task(name="churn.tasks.judge_detectors")
def judge_detectors() -> int:
    """Judge the ways of noticing when their weekly day has come."""
    today = timezone.localdate(timezone=ZoneInfo(the_company().time_zone))
    return services.judge_detectors(today=today, now=timezone.now())


@shared_task(name="churn.tasks.gather_queue")
def gather_queue() -> int:
    """Gather what triggers count of the queue, and compare it with a count of leavers."""
    return queue_steps.gather_queue()
