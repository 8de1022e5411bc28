"""Celery: a doorbell only. The truth about what is due stays in PostgreSQL."""

import logging
import os
from typing import Any

from celery import Celery
from celery.signals import after_setup_logger, after_setup_task_logger

from config.logs import SecretsFilter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("mayak")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@after_setup_logger.connect
@after_setup_task_logger.connect
def keep_secrets(logger: logging.Logger, **_named: Any) -> None:
    """Take secrets out of what a worker logs too: it brings handlers of its own."""
    for handler in logger.handlers:
        handler.addFilter(SecretsFilter())
