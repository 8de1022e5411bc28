"""Half a year of mystery calls to every branch, and what Clients said by the codes at the points."""

import datetime as dt
import uuid

import numpy as np

from company.models import Branch, User
from programme.demo.firm import CLERK, MANAGER
from programme.demo.places_texts import CODE_NOTES, CODES
from touchpoints.enums import Rating
from touchpoints.models import CallTraffic, ClientRating, PhoneCall, PointCode, Touchpoint

MONTHS, CALLS_A_MONTH = 6, 6
# Branch: how likely the first try gets through, usual seconds to the answer, how likely the first person helps.
REACH = {"На Садовой": (0.92, 14, 0.85), "Речной вокзал": (0.84, 22, 0.7), "Доставка": (0.78, 30, 0.75), "Заводская": (0.55, 48, 0.5)}
# Calls a month, and how many of how many become Clients: some thirty new ones a month, as many as the purchases show.
TRAFFIC = {"На Садовой": (160, 1, 15), "Речной вокзал": (120, 1, 20), "Доставка": (190, 1, 15), "Заводская": (90, 1, 20)}
LAST_WEEKS = 16


def create_reach(random: np.random.Generator, now: dt.datetime) -> None:
    """Save the calls, how many callers there are, and the ratings by code."""
    caller = User.objects.get(email=CLERK)
    for branch in Branch.objects.filter(name__in=REACH):
        PhoneCall.objects.bulk_create(draw_call(random, branch, caller, day) for day in days_of_calls(random, now))
        calls, buyers, out_of = TRAFFIC[branch.name]
        CallTraffic.objects.create(branch=branch, calls_per_month=calls, buyers=buyers, out_of=out_of, changed_by=caller)
    for row in CODES:
        create_code(random, *row, now)


def days_of_calls(random: np.random.Generator, now: dt.datetime) -> list[dt.datetime]:
    """Return moments of calls, most of them while the branches are open."""
    moments = []
    for number in range(MONTHS * CALLS_A_MONTH):
        day = now - dt.timedelta(days=3 + number * 30 // CALLS_A_MONTH)
        moments.append(day.replace(hour=int(random.integers(8, 21)), minute=int(random.integers(60)), second=0, microsecond=0))
    return moments


def draw_call(random: np.random.Generator, branch: Branch, caller: User, moment: dt.datetime) -> PhoneCall:
    """Return one call; early and late ones get through less often."""
    likely, seconds, helped = REACH[branch.name]
    is_open = 9 <= moment.hour < 20
    is_reached = bool(random.random() < (likely + 0.06 if is_open else 0.2))
    is_at_once = bool(random.random() < likely)
    return PhoneCall(
        branch=branch,
        called_at=moment,
        is_in_hours=is_open,
        is_number_easy=bool(random.random() < 0.9),
        attempts=1 if is_at_once else int(random.integers(2, 4)),
        is_reached=is_reached,
        seconds=max(3, round(random.gamma(4, seconds / 4))) if is_reached else None,
        transfers=int(random.choice(3, p=(0.7, 0.22, 0.08))) if is_reached else None,
        is_helped_at_once=bool(random.random() < helped) if is_reached else None,
        caller=caller,
        request_key=uuid.UUID(bytes=random.bytes(16)),
    )


def create_code(random: np.random.Generator, point: str, branch: str, counts: tuple[int, int, int], now: dt.datetime) -> None:
    """Save a code and what Clients tapped in the last weeks; a few wrote a line."""
    code = PointCode.objects.create(
        touchpoint=Touchpoint.objects.get(name=point),
        branch=Branch.objects.get(name=branch),
        created_by=User.objects.get(email=MANAGER),
    )
    ratings = [rating for rating, count in zip(Rating, counts, strict=True) for _ in range(count)]
    notes = {rating: list(lines) for rating, lines in CODE_NOTES.items()}
    ClientRating.objects.bulk_create(
        ClientRating(
            code=code,
            key=uuid.UUID(bytes=random.bytes(16)),
            rating=rating,
            note=notes[rating].pop() if notes.get(rating) else "",
            rated_at=now - dt.timedelta(hours=float(random.random() * 24 * 7 * LAST_WEEKS)),
        )
        for rating in ratings
    )
