"""Static files are collected (hashed names, compressed) only when a source changed: a warm start stays quick."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

# Parts of Bootstrap and HTMX that no page uses; compressing them takes most of the time.
UNUSED = ["bootstrap-*", "*.rtl.*", "bootstrap.esm*", "bootstrap.css*", "bootstrap.js*", "bootstrap.bundle.js*", "htmx-4*", "htmax*"]


def fingerprint() -> str:
    """Return a digest of the names, sizes and times of every source file."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list(UNUSED), key=lambda item: str(item[0])):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_when_changed() -> None:
    """Collect when the sources are not those of the last time; the mark is written last."""
    mark = Path(settings.STATIC_ROOT) / ".collected"
    now = fingerprint()
    if not mark.exists() or mark.read_text() != now:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=UNUSED)
        mark.write_text(now)
