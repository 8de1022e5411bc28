"""What sales managers, channels and quarters show by conversion and by the flow of leads."""

import datetime as dt
from dataclasses import dataclass, replace
from math import sqrt

from common.periods import add_months
from metrics.formulas.chain import THOUSAND_CENTS, ChainSums
from metrics.formulas.constraint import Lever, MarkKind, Showing
from metrics.queries.chain import by_channel, by_manager, by_month, chain_between
from metrics.queries.constraint.branches import Known
from metrics.queries.constraint.quarters import QUARTERS_A_YEAR, YEARS, quarter_of


@dataclass(frozen=True)
class Place:
    """Whose calls they are: a manager, a channel, or a quarter, perhaps one that is gone and can only be a mark."""

    name: str
    season: int = 0
    is_past: bool = False


def conversion_showing(place: Place, sums: ChainSums, price_cents: int) -> Showing | None:
    """Write the share of calls that became Clients as a showing; None where calls are not known."""
    if sums.conversion is None or not sums.contacts:
        return None
    share = float(sums.conversion)
    error = sqrt(max(share * (1 - share), 0.0) / sums.contacts) or 1 / sums.contacts
    cents = 0.0 if place.is_past else sums.contacts * price_cents
    return Showing(place.name, share, error, sums.contacts, sums.contacts, cents, stratum=place.season)


def leads_showing(place: Place, sums: ChainSums, price_cents: int, usual: float) -> Showing | None:
    """Write calls for 1 000 of money as a showing; `usual` is the company's conversion, used where there is no own one."""
    if sums.contacts_per_thousand is None:
        return None
    conversion = float(sums.conversion) if sums.conversion else usual
    thousands = sums.both_spend_cents / THOUSAND_CENTS
    cents = 0.0 if place.is_past else thousands * conversion * price_cents
    spread = 1 / sqrt(sums.asked_clients) if sums.asked_clients else 0.0
    value, error = float(sums.contacts_per_thousand), sqrt(sums.both_contacts) / thousands
    return Showing(place.name, value, error, sums.both_contacts, sums.both_contacts, cents, spread, place.season)


def of_chain(*, today: dt.date, price_cents: int | None) -> Known:
    """Return what the last whole year shows by manager and channel, and the quarters of three years; nothing without a price."""
    if price_cents is None:
        return {}
    end = quarter_of(today)
    chain = chain_between(first=add_months(end, -12 * YEARS), end=end)
    year_ago = add_months(end, -12)
    cells = [cell for cell in chain.cells if cell.month >= year_ago]
    managers, channels = by_manager(cells), by_channel(cells)
    usual = usual_conversion([group.sums for group in channels])
    known = quarters_of_chain(by_month(chain), year_ago, price_cents, usual)
    calls = [conversion_showing(Place(group.label), group.sums, price_cents) for group in managers]
    leads = [(leads_showing(Place(group.label), group.sums, price_cents, usual), group.sums.both_spend_cents) for group in channels]
    known[Lever.CONVERSION, MarkKind.MANAGER] = [each for each in calls if each]
    known[Lever.LEADS, MarkKind.CHANNEL] = within_reach([(each, spend) for each, spend in leads if each])
    return known


def within_reach(leads: list[tuple[Showing, int]]) -> list[Showing]:
    """Count only as much spend as could move: what the best channel takes now. Whether it would bear more nobody knows."""
    _best, most = max(((each.value, spend) for each, spend in leads if each.is_enough), default=(0.0, 0))
    total = sum(spend for _each, spend in leads)
    share = min(most / (total - most), 1.0) if total > most else 1.0
    return [replace(each, cents=each.cents * share) for each, _spend in leads]


def usual_conversion(sums: list[ChainSums]) -> float:
    """Return the share of all calls that became Clients."""
    known = [each for each in sums if each.conversion is not None]
    contacts = sum(each.contacts or 0 for each in known)
    return sum(each.asked_clients for each in known) / contacts if contacts else 0.0


def quarters_of_chain(months: list[tuple[dt.date, ChainSums]], year_ago: dt.date, price_cents: int, usual: float) -> Known:
    """Return the quarters of the chain; those before the last year are gone and can only be a mark."""
    found: Known = {(Lever.CONVERSION, MarkKind.QUARTER): [], (Lever.LEADS, MarkKind.QUARTER): []}
    for index in range(0, len(months), 12 // QUARTERS_A_YEAR):
        first = months[index][0]
        sums = added([each for _month, each in months[index : index + 3]])
        season = (first.month + 2) // 3
        place = Place(f"{first.year}-Q{season}", season, is_past=first < year_ago)
        calls, leads = conversion_showing(place, sums, price_cents), leads_showing(place, sums, price_cents, usual)
        found[Lever.CONVERSION, MarkKind.QUARTER] += [calls] if calls else []
        found[Lever.LEADS, MarkKind.QUARTER] += [leads] if leads else []
    return found


def added(sums: list[ChainSums]) -> ChainSums:
    """Add the months of a quarter up, as far as this page needs them."""
    contacts = [each.contacts for each in sums if each.contacts is not None]
    return ChainSums(
        contacts=sum(contacts) if contacts else None,
        asked_clients=sum(each.asked_clients for each in sums),
        both_spend_cents=sum(each.both_spend_cents for each in sums),
        both_contacts=sum(each.both_contacts for each in sums),
    )
