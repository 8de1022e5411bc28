"""Settings as a server in production has them: behind a proxy with TLS."""

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

PRODUCTION = {
    "BASE_URL": "https://mayak.example.org",
    "ALLOWED_HOSTS": "mayak.example.org",
    "SECRET_KEY": "of-a-server-" + "".join(map(chr, range(48, 123))),
    "BEHIND_PROXY": "on",
    "EMAIL_URL": "smtp+tls://user:secret@smtp.example.org:587",
}
SHOW = "from django.conf import settings; print({name: getattr(settings, name, None) for name in %r})"


def python(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run Python as the server would."""
    environment = os.environ | PRODUCTION | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=Path(settings.BASE_DIR), env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own


def production(*names: str) -> dict[str, Any]:
    """Return settings as the server has them."""
    found: dict[str, Any] = ast.literal_eval(python("-c", SHOW % (names,)).stdout)
    return found


def test_deployment_check_finds_nothing() -> None:
    done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (0 silenced).")


def test_cookies_are_bound_to_the_host_and_https() -> None:
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH")
    assert list(production(*names).values()) == ["__Host-session", "__Host-csrf", "/", "/"]
    secure = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY")
    assert set(production(*secure).values()) == {True}


def test_one_proxy_is_trusted() -> None:
    assert production("ALLAUTH_TRUSTED_PROXY_COUNT") == {"ALLAUTH_TRUSTED_PROXY_COUNT": 1}
