"""The signed mark of an answer page; see common/stamps.py."""

import datetime as dt

from common import stamps
from common.stamps import Stamp

__all__ = ["Stamp", "new_stamp", "read_stamp"]

PURPOSE = "surveys.page"


def new_stamp(link_token: str, now: dt.datetime) -> str:
    """Return a fresh mark for a page behind the link."""
    return stamps.new_stamp(PURPOSE, link_token, now)


def read_stamp(text: str, link_token: str) -> Stamp | None:
    """Read the mark; None when it is forged or belongs to another link."""
    return stamps.read_stamp(PURPOSE, text, link_token)
