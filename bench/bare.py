"""The floor of answers: a Django view without middleware that inserts one row."""

import secrets
from typing import Any

import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

TABLE = "CREATE TABLE IF NOT EXISTS bench_answer (id bigserial PRIMARY KEY, score smallint, comment text, at timestamptz DEFAULT now())"


def insert(request: HttpRequest) -> HttpResponse:
    """Insert what was posted."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_answer (score, comment) VALUES (%s, %s)", [request.POST["score"], request.POST["comment"]])
    return HttpResponse(status=302, headers={"Location": "/"})


urlpatterns = [path("bare/", insert)]


def application() -> Any:
    """Set Django up with nothing but the database; gunicorn calls this."""
    database = environ.Env().db_url("DATABASE_URL") | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    settings.configure(
        ROOT_URLCONF="bench.bare", DATABASES={"default": database}, SECRET_KEY=secrets.token_hex(), ALLOWED_HOSTS=["127.0.0.1"]
    )
    return get_wsgi_application()
