"""Settings, URLs, Celery and the launcher: imports every app, nothing imports it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
