"""What a server that others reach refuses to start with."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client as Browser

from config.production import refuse_unsafe

SOUND: dict[str, Any] = {
    "base_url": "https://mayak.example.org",
    "debug": False,
    "allowed_hosts": ["mayak.example.org"],
    "secret_key": "of-a-server-" + "".join(map(chr, range(48, 123))),
}


@pytest.mark.parametrize(
    ("unsafe", "said"),
    [
        ({"debug": True}, "DEBUG is on"),
        ({"allowed_hosts": ["mayak.example.org", "*"]}, "ALLOWED_HOSTS holds"),
        ({"secret_key": "short"}, "SECRET_KEY is short"),
        ({"secret_key": "a" * 60}, "SECRET_KEY is short"),
        ({"secret_key": "django-insecure-" + SOUND["secret_key"]}, "SECRET_KEY is short"),
        ({"debug": True, "base_url": "http://10.0.0.5:8000"}, "DEBUG is on"),
    ],
)
def test_unsafe_setting_stops_the_start(unsafe: dict[str, Any], said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        refuse_unsafe(**SOUND | unsafe)


@pytest.mark.parametrize("setting", [{}, {"base_url": "http://127.0.0.1:8000", "debug": True, "allowed_hosts": ["*"], "secret_key": "x"}])
def test_sound_server_and_ones_own_machine_start(setting: dict[str, Any]) -> None:
    refuse_unsafe(**SOUND | setting)


def test_settings_ask_it() -> None:
    environment = os.environ | {"BASE_URL": "https://mayak.example.org", "DEBUG": "on", "SECRET_KEY": str(SOUND["secret_key"])}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (done.returncode, "DEBUG is on" in done.stderr) == (1, True)


@pytest.mark.parametrize("path", ["/login/", "/no-such-page/", "/healthz"])
def test_every_answer_forbids_what_pages_do_not_use(path: str, db: None) -> None:
    policy = Browser().get(path)["Permissions-Policy"]
    assert {"camera=()", "microphone=()", "geolocation=()", "publickey-credentials-get=(self)"} <= set(policy.split(", "))
