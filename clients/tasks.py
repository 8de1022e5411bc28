"""What the clock asks of Clients."""

from celery import shared_task
from django.utils import timezone

from clients import services


@shared_task
def check_rollups() -> None:
    """Compare a sample of rollups with the purchases behind them."""
    services.check_rollups()


@shared_task
def run_due_imports() -> None:
    """Check, load and undo the imports that wait."""
    services.run_due_imports()


@shared_task
def send_visit_reminders() -> None:
    """Remind those whose time to come again has come."""
    services.send_visit_reminders(now=timezone.now())
