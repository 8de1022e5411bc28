"""What beat asks for."""

from celery import shared_task

from touchpoints import services


@shared_task(name="touchpoints.tasks.check_standings")
def check_standings() -> int:
    """Count every rating in force anew."""
    return services.check_standings()
