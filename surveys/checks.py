"""What is looked at on start: the folders of the private keys of staff surveys, and whether every key that is needed is there."""

import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from celery.signals import worker_ready
from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.db import DatabaseError

from surveys.ballot_keys import folders
from surveys.queries import waves_without_key

MEANT = "BALLOT_KEY_FOLDERS names two folders, best on two disks, that are in no backup of the database."
logger = logging.getLogger(__name__)


@checks.register(checks.Tags.security)
def check_key_folders(app_configs: Sequence[AppConfig] | None, **_: object) -> list[checks.CheckMessage]:
    """Complain of key folders that do not keep keys apart from the database, and warn of those that cannot be written."""
    del app_configs
    places = [folder.resolve() for folder in folders()]
    found: list[checks.CheckMessage] = []
    if len(set(places)) < 2 or len(set(places)) < len(places):
        found.append(checks.Error("The private keys of staff surveys need two different folders.", hint=MEANT, id="surveys.E001"))
    found += [
        checks.Error(f"{place} lies within {outer}: keys are kept apart from what is copied or served.", hint=MEANT, id="surveys.E002")
        for place in places
        for outer in forbidden()
        if place.is_relative_to(outer)
    ]
    return found + [
        checks.Warning(f"{place} cannot be written, so no staff survey can start.", hint=MEANT, id="surveys.W001")
        for place in places
        if not can_be_written(place)
    ]


def forbidden() -> list[Path]:
    """Return the folders that are backed up with the database or served."""
    return [Path(folder).resolve() for folder in (settings.VAR_DIR / "postgres", settings.MEDIA_ROOT, settings.STATIC_ROOT)]


def can_be_written(folder: Path) -> bool:
    """Say whether files can be made in the folder, or the folder itself can be made."""
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def lost_keys() -> list[str]:
    """Return a line for each running survey whose private key is gone."""
    names = " or ".join(map(str, folders()))
    return [
        f"The private key of the staff survey “{wave.name}” is gone: its ballots cannot be opened. "
        f"Put {wave.public_token}.key back into {names}, or give the survey up on its page."
        for wave in waves_without_key()
    ]


@worker_ready.connect
def log_lost_keys(**_: object) -> None:
    """Say it in the log of every worker that starts."""
    with suppress(DatabaseError):
        for line in lost_keys():
            logger.error(line)
