"""What this installation keeps below `var/`: addresses of the embedded servers, the secret key."""

import os
import secrets
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("MAYAK_VAR", BASE_DIR / "var")).resolve()
RUN_DIR = VAR_DIR / "run"
DATABASE_URL_FILE = RUN_DIR / "database_url"
REDIS_URL_FILE = RUN_DIR / "redis_url"
WEB_URL_FILE = RUN_DIR / "web_url"
LOGINS_FILE = RUN_DIR / "demo_logins.json"


def read_url(path: Path, fallback: str) -> str:
    """Return the URL the launcher wrote for the running embedded server, else the fallback."""
    return path.read_text().strip() if path.exists() else fallback


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read; readers see the old text or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)


def secret_key() -> str:
    """Return the key kept in `var/secret_key`, making it on first use."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(64))
    return path.read_text().strip()
