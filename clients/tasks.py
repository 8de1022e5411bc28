"""What the clock asks of Clients."""

from celery import shared_task

from clients import services


@shared_task
def check_rollups() -> None:
    """Compare a sample of rollups with the purchases behind them."""
    services.check_rollups()
