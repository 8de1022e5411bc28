"""Who of an audience gets a letter, and why the others do not.

The order of reasons is fixed, so that everybody is counted once: taken out by hand, no e-mail, asked not to be written to, unsubscribed,
asked not long ago, somebody else has this address. Of several people with one address the first one gets the letter.
"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class Prospect(NamedTuple):
    """Somebody of the audience as far as the decision needs to know."""

    person_id: int
    name: str
    email: str
    do_not_mail: bool
    zone: str = ""


class Decision(NamedTuple):
    """A prospect with the reason to leave them out; an empty one means a letter."""

    prospect: Prospect
    reason: str


@dataclass(frozen=True)
class Grounds:
    """What speaks against letters; addresses are in lower case. `taken` ones get a letter of this wave already."""

    suppressed: Container[str] = frozenset()
    recent: Container[str] = frozenset()
    removed: Container[int] = frozenset()
    taken: frozenset[str] = field(default_factory=frozenset)

    def reason_against(self, prospect: Prospect) -> str:
        """Return why nothing may be sent to the prospect, or an empty text."""
        address = prospect.email.lower()
        reasons = (
            ("removed", prospect.person_id in self.removed),
            ("no_email", not address),
            ("do_not_mail", prospect.do_not_mail),
            ("suppressed", address in self.suppressed),
            ("recently_asked", address in self.recent),
        )
        return next((reason for reason, is_so in reasons if is_so), "")


def decide(prospects: Iterable[Prospect], grounds: Grounds) -> Iterator[Decision]:
    """Decide on every prospect in turn."""
    seen = set(grounds.taken)
    for prospect in prospects:
        address = prospect.email.lower()
        reason = grounds.reason_against(prospect) or ("same_address" if address in seen else "")
        if not reason:
            seen.add(address)
        yield Decision(prospect, reason)
