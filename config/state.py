"""What this installation keeps below `var/`: addresses of the embedded servers, the secret key."""

import os
import secrets
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("MAYAK_VAR", BASE_DIR / "var"))
DATABASE_URL_FILE = VAR_DIR / "run" / "database_url"
REDIS_URL_FILE = VAR_DIR / "run" / "redis_url"


def read_url(path: Path, fallback: str) -> str:
    """Return the URL the launcher wrote for the running embedded server, else the fallback."""
    return path.read_text().strip() if path.exists() else fallback


def secret_key() -> str:
    """Return the key kept in `var/secret_key`, making it on first use (readable by its owner only)."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text().strip()
