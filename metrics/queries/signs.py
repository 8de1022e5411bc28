"""What signs with the price of a Client show, where they hang, and the screens of the office."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import F, QuerySet

from clients.models import Segment
from common.numbers import NumberError, parse_fraction, round_half_even, round_significant, without_currency
from common.tokens import token_hash
from company.models import Branch
from company.queries import company_day
from metrics.enums import NumberSource
from metrics.models import LtvVersion, OfficeScreen, SignPlace
from metrics.queries.ltv import latest_version, measured_ltv

# A sign is worth printing anew when the number has moved by so much: a measured one moves a little every day.
WORTH_A_PRINT = Fraction(1, 20)


@dataclass(frozen=True)
class SignNumber:
    """A number that may hang on the wall: exact minor units and the three numbers it is made of.

    `clients` are those whose purchases were measured, `saved_on` the day a belief was saved.
    """

    cents: int
    purchases_per_year: Fraction
    check_cents: int
    years: Fraction
    source: NumberSource
    segment: Segment | None = None
    clients: int | None = None
    saved_on: dt.date | None = None

    @property
    def rounded_cents(self) -> int:
        """The number as it is printed: three significant digits of whole money."""
        return memorable_cents(self.cents)


def memorable_cents(cents: int) -> int:
    """Round minor units to three significant digits of whole money; less than one whole stays one."""
    return max(round_significant(round_half_even(Fraction(cents, 100))), 1) * 100


def believed_number(segment: Segment | None) -> SignNumber | None:
    """Return the last saved calculation of the segment, or of all Clients."""
    version = latest_version(segment=segment)
    if version is None:
        return None
    try:
        frequency, check, years = three_numbers(version)
    except NumberError:
        return None
    return SignNumber(
        cents=version.revenue_cents,
        purchases_per_year=frequency,
        check_cents=round_half_even(check * 100),
        years=years,
        source=NumberSource.BELIEVED,
        segment=segment,
        saved_on=company_day(version.created_at),
    )


def three_numbers(version: LtvVersion) -> tuple[Fraction, Fraction, Fraction]:
    """Read the three numbers as they were typed."""
    typed = (version.purchases_per_year, version.average_check, version.years)
    frequency, check, years = (parse_fraction(without_currency(text)) for text in typed)
    return frequency, check, years


def measured_number(segment: Segment | None, today: dt.date) -> SignNumber | None:
    """Return what the purchases show; None while there are too few Clients to print it."""
    found = measured_ltv(today=today, segment=segment)
    if found is None or found.is_few:
        return None
    return SignNumber(
        cents=found.revenue_cents,
        purchases_per_year=found.purchases_per_year,
        check_cents=found.average_check_cents,
        years=found.years,
        source=NumberSource.MEASURED,
        segment=segment,
        clients=found.clients,
    )


def sign_number(source: NumberSource, *, today: dt.date, segment: Segment | None = None) -> SignNumber | None:
    """Return the number of a source; None while it has none."""
    return measured_number(segment, today) if source == NumberSource.MEASURED else believed_number(segment)


def best_number(*, today: dt.date, segment: Segment | None = None) -> SignNumber | None:
    """Return the measured number where there is enough data, else the believed one."""
    return measured_number(segment, today) or believed_number(segment)


@dataclass(frozen=True)
class HungSign:
    """A place with the number that would be printed for it today."""

    place: SignPlace
    now_cents: int | None

    @property
    def is_other(self) -> bool:
        """Say whether the number on the wall differs from today's at all."""
        return self.now_cents is not None and self.place.cents is not None and memorable_cents(self.place.cents) != self.now_cents

    @property
    def is_outdated(self) -> bool:
        """Say whether it differs so much that the sign is worth printing anew."""
        if self.now_cents is None or self.place.cents is None:
            return False
        return abs(self.now_cents - self.place.cents) >= WORTH_A_PRINT * self.place.cents


def hanging_signs(*, branch: Branch | None = None) -> QuerySet[SignPlace]:
    """Return the places where the number hangs, newest first."""
    found = SignPlace.objects.filter(taken_down_on=None).select_related("branch", "segment", "author")
    return found.filter(branch=branch) if branch else found


def taken_signs() -> QuerySet[SignPlace]:
    """Return the places where it used to hang, the last taken down first."""
    return SignPlace.objects.exclude(taken_down_on=None).select_related("branch").order_by("-taken_down_on", "-id")


def with_numbers(places: list[SignPlace], today: dt.date) -> list[HungSign]:
    """Put beside each place today's number; each number is counted once, whoever shows it."""
    wanted = {(place.source, place.segment) for place in places}
    numbers = {(source, segment): sign_number(NumberSource(source), today=today, segment=segment) for source, segment in wanted}
    found = [(place, numbers[place.source, place.segment]) for place in places]
    return [HungSign(place, number.rounded_cents if number else None) for place, number in found]


def office_screens() -> QuerySet[OfficeScreen]:
    """Return the screens, those in force first."""
    return OfficeScreen.objects.select_related("created_by").order_by(F("revoked_at").desc(nulls_first=True), "-id")


def screen_by(secret: str) -> OfficeScreen | None:
    """Return the screen of a secret address, also one that is no longer in force."""
    return OfficeScreen.objects.filter(token_hash=token_hash(secret)).first()
