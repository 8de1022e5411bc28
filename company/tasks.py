"""What workers do for the firm."""

from typing import Any

from celery.signals import task_prerun

from company.queries import the_company


@task_prerun.connect
def hear_the_word(**_named: Any) -> None:
    """Speak with the company's word: another process may have changed it since the last task."""
    the_company()
