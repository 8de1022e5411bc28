"""Finds a Chromium for the browser tests, installing one when it can; run as a module it says plainly when it cannot."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
UNAVAILABLE = 69  # EX_UNAVAILABLE: the Makefile passes over it


def find() -> str | None:
    """Return a browser of this machine, else the one Playwright has downloaded."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    caches = [Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))]
    found = [path for cache in caches for path in sorted(cache.glob("chromium-*/chrome-linux*/chrome"))]
    return str(found[-1]) if found else None


def install() -> None:
    """Try the machine's packages (as root), then Playwright's own download; quiet, since `find` tells the outcome."""
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        attempts.insert(0, ["apt-get", "install", "-y", "-qq", "chromium"])
        attempts.insert(0, ["apt-get", "update", "-qq"])
    for attempt in attempts:
        if not find():
            subprocess.run(attempt, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)  # noqa: S603 - fixed


def main() -> int:
    """Say whether there is a browser."""
    if not find():
        sys.stdout.write("Installing Chromium for the browser tests …\n")
        install()
    if find():
        return 0
    sys.stdout.write(
        "BROWSER TESTS WERE NOT RUN: no Chromium here and none could be installed. Install `chromium` and run `make browser`.\n"
    )
    return UNAVAILABLE


if __name__ == "__main__":
    sys.exit(main())
