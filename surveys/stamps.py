"""The signed mark of an answer page: when it was shown, for which link, and a key that makes a form sent twice one answer.

It stands in for a CSRF cookie: the pages use no session, so a fresh phone browser without cookies can answer.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.core import signing

SALT = "surveys.page"


@dataclass(frozen=True)
class Stamp:
    """What a page was given when it was shown."""

    key: uuid.UUID
    shown_at: dt.datetime


def new_stamp(link_token: str, now: dt.datetime) -> str:
    """Return a fresh mark for a page behind the link."""
    return signing.dumps([link_token, uuid.uuid4().hex, now.timestamp()], salt=SALT)


def read_stamp(text: str, link_token: str) -> Stamp | None:
    """Read the mark; None when it is forged or belongs to another link."""
    try:
        token, key, shown_at = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return Stamp(uuid.UUID(key), dt.datetime.fromtimestamp(shown_at, dt.UTC)) if token == link_token else None
