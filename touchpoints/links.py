"""Links that open a walk without an account."""

from common.tokens import token_hash
from mailing.services import PersonalLink
from touchpoints.models import Audit


def guest_link(audit: Audit) -> PersonalLink:
    """Return a mystery guest's link: its token is derived from the audit's key, so that a new key makes the old link a dead one."""
    return PersonalLink("touchpoints:guest_walk", "mystery guest", f"{audit.pk}:{audit.guest_key}")


def guest_hash(audit: Audit) -> bytes:
    """Return what is stored of the token in the guest's link."""
    return token_hash(guest_link(audit).token)
