"""Who of an audience gets a letter, and why the others do not.

The order of reasons is fixed, so that every Client is counted once: no e-mail, asked not to be written to, unsubscribed, asked not long
ago, another Client has this address. Of several Clients with one address the first one gets the letter.
"""

from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple


class Prospect(NamedTuple):
    """A Client of the audience as far as the decision needs to know."""

    client_id: int
    name: str
    email: str
    do_not_mail: bool


class Decision(NamedTuple):
    """A prospect with the reason to leave them out; an empty one means a letter."""

    prospect: Prospect
    reason: str


def decide(prospects: Iterable[Prospect], suppressed: Container[str], recent: Container[str]) -> Iterator[Decision]:
    """Decide on every prospect; `suppressed` and `recent` hold addresses in lower case."""
    seen: set[str] = set()
    for prospect in prospects:
        address = prospect.email.lower()
        reason = reason_against(prospect, address, suppressed, recent) or ("same_address" if address in seen else "")
        if not reason:
            seen.add(address)
        yield Decision(prospect, reason)


def reason_against(prospect: Prospect, address: str, suppressed: Container[str], recent: Container[str]) -> str:
    """Return why nothing may be sent to the prospect, or an empty text."""
    if not address:
        return "no_email"
    if prospect.do_not_mail:
        return "do_not_mail"
    if address in suppressed:
        return "suppressed"
    return "recently_asked" if address in recent else ""
