"""A pytest plugin, loaded before Django reads its settings: names the servers and folders of the tests."""

import os
from pathlib import Path

import pytest
from django.conf import settings

from common.catalogue import compile_messages
from config.embedded import test_database_url

VAR_DIR = Path(__file__).resolve().parent.parent / "var" / "test"
os.environ["MAYAK_VAR"] = str(VAR_DIR)
os.environ["SECRET_KEY"] = "only-for-tests-" + "x" * 40
os.environ["EMAIL_URL"] = ""


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start PostgreSQL and give Django its address; the workers of pytest-xdist inherit it."""
    if "TEST_DATABASE_URL" not in os.environ:
        os.environ["TEST_DATABASE_URL"] = test_database_url(VAR_DIR)
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]


def pytest_configure() -> None:
    """Compile the Russian texts; serve static files by their plain names and hash passwords cheaply, so that unit tests are quick."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    Path(settings.VAR_DIR, "font").mkdir(exist_ok=True)
    compile_messages()
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
