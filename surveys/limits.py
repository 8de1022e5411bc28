"""How often one address may post answers to one wave or door. Generous: a whole office shares an address behind NAT.

A tablet has a limit of its own, by its door: five tablets of one shop share an address, and after a night without a connection each sends
all it has kept. Who holds back the tablet by posting to its address wins nothing: the tablet keeps the answers and sends them later.
"""

from django.http import HttpRequest
from django.utils import timezone

from common.tokens import keyed_hash
from common.visitors import address_of
from surveys.queries import posts_in_window
from surveys.services import count_post

POSTS_IN_WINDOW = 300
TABLET_POSTS_IN_WINDOW = 600
API_POSTS_IN_WINDOW = 3_000
WRONG_CODES_IN_WINDOW = 100


def is_too_often(request: HttpRequest, place: str) -> bool:
    """Count the post and say whether its sender is over the limit."""
    key = keyed_hash("answer limit", f"{place}:{address_of(request)}")
    return count_post(key=key, now=timezone.now()) > POSTS_IN_WINDOW


def is_tablet_too_busy(door_id: int) -> bool:
    """Count a post of a tablet and say whether it is over the limit: a person every five seconds, and as many again that waited."""
    return count_post(key=keyed_hash("tablet limit", f"{door_id}"), now=timezone.now()) > TABLET_POSTS_IN_WINDOW


def is_token_too_busy(token_id: int) -> bool:
    """Count a post of another system and say whether its token is over the limit: five a second, for ten minutes on end."""
    return count_post(key=keyed_hash("api limit", f"{token_id}"), now=timezone.now()) > API_POSTS_IN_WINDOW


def guesses_codes(request: HttpRequest) -> bool:
    """Say whether too many wrong codes came from the sender's address. Looking leaves nothing behind: a right code is not counted."""
    return posts_in_window(guess_key(request), timezone.now()) >= WRONG_CODES_IN_WINDOW


def count_wrong_code(request: HttpRequest) -> None:
    """Count a code or link of staff surveys that nobody was given."""
    count_post(key=guess_key(request), now=timezone.now())


def guess_key(request: HttpRequest) -> bytes:
    """Return what stands for the sender's address where wrong codes are counted."""
    return keyed_hash("staff guesses", address_of(request))
