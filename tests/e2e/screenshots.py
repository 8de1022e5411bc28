"""`make screenshots`: start Mayak with a fresh demo company in a folder of its own and draw the pictures of the README."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.e2e import chromium

ROOT = Path(__file__).resolve().parent.parent.parent
PICTURES = ROOT / "docs" / "screenshots"
VAR = ROOT / "var" / "screenshots"
PAGES = {"overview": "/", "value": "/value/", "nps": "/surveys/", "touchpoints": "/touchpoints/", "leavers": "/leavers/"}
START_SECONDS = 300


@contextmanager
def mayak() -> Iterator[tuple[str, dict[str, str]]]:
    """Run Mayak with its demo company; give the address and the owner's login."""
    shutil.rmtree(VAR, ignore_errors=True)
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "BASE_URL"}}
    process = subprocess.Popen([sys.executable, "manage.py", "up"], cwd=ROOT, env=environment | {"MAYAK_VAR": str(VAR), "PORT": "18950"})
    try:
        logins = wait_for_logins(process)
        yield (VAR / "run" / "web_url").read_text(), logins[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        shutil.rmtree(VAR, ignore_errors=True)


def wait_for_logins(process: subprocess.Popen[bytes]) -> list[dict[str, str]]:
    """Wait until the demo company is there."""
    deadline = time.monotonic() + START_SECONDS
    file = VAR / "run" / "demo_logins.json"
    while not file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit("Mayak did not start.")
        time.sleep(0.5)
    time.sleep(5)  # the processes start after the demo company
    return list(json.loads(file.read_text()))


def sign_in(page: Page, login: dict[str, str]) -> None:
    """Sign in as a person does."""
    page.goto("/login/")
    page.fill("[name=login]", login["email"])
    page.fill("[name=password]", login["password"])
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def main() -> None:
    """Draw every page at a laptop's size."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with mayak() as (url, owner), sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--no-proxy-server"]
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=options)
        page = browser.new_page(base_url=url, locale="ru-RU", viewport={"width": 1440, "height": 900})
        sign_in(page, owner)
        for name, address in PAGES.items():
            page.goto(address, wait_until="networkidle")
            page.screenshot(path=PICTURES / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
