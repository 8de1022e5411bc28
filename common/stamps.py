"""The signed mark of a public page: when it was shown, for which link, and a key that makes a form sent twice one row.

It stands in for a CSRF cookie: such pages use no session, so a fresh phone browser without cookies can answer.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.core import signing


@dataclass(frozen=True)
class Stamp:
    """What a page was given when it was shown."""

    key: uuid.UUID
    shown_at: dt.datetime


def new_stamp(purpose: str, link_token: str, now: dt.datetime) -> str:
    """Return a fresh mark for a page of this purpose behind the link."""
    return signing.dumps([link_token, uuid.uuid4().hex, now.timestamp()], salt=purpose)


def read_stamp(purpose: str, text: str, link_token: str) -> Stamp | None:
    """Read the mark; None when it is forged, of another purpose or belongs to another link."""
    try:
        token, key, shown_at = signing.loads(text, salt=purpose)
    except (signing.BadSignature, ValueError):
        return None
    return Stamp(uuid.UUID(key), dt.datetime.fromtimestamp(shown_at, dt.UTC)) if token == link_token else None
