"""What the clock asks of Clients."""

from celery import shared_task
from django.utils import timezone

from clients import services
from clients.services.rightness import count_right_scores as count_scores
from company.queries import company_day


@shared_task
def check_rollups() -> None:
    """Compare the rollups with the purchases behind them."""
    services.check_rollups()


@shared_task
def fold_cohort_cells() -> None:
    """Put the changes of the cells of cohorts together."""
    services.fold_cohort_cells()


@shared_task
def run_due_imports() -> None:
    """Check, load and undo the imports that wait."""
    services.run_due_imports()


@shared_task
def send_visit_reminders() -> None:
    """Remind those whose time to come again has come."""
    services.send_visit_reminders(now=timezone.now())


@shared_task
def count_right_scores() -> None:
    """Count anew how right every Client is, on the company's day."""
    count_scores(today=company_day(timezone.now()))
