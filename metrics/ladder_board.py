"""What the page of the three rungs shows: each rung with its evidence, why they differ, the table by parts."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Segment
from common.money import format_cents, group_digits
from common.numbers import round_significant
from common.templatetags.mayak import decimal
from metrics import queries
from metrics.formulas.ladder import Look, share_kept, split_gap, worth, worth_foreseen
from metrics.formulas.ltv import ThreeNumbers, cents_of
from metrics.formulas.measured import CLIENTS_ENOUGH, GONE_ENOUGH, MeasuredLtv
from metrics.ladder_words import lack_of_measured, lack_of_model, why
from metrics.queries import CostTerms, Dimension, LadderGroup

FACTORS = {
    "purchases_per_year": gettext_lazy("purchases a year"),
    "average_check": gettext_lazy("average check"),
    "years": gettext_lazy("years with us"),
    "with_us": gettext_lazy("Clients still with us"),
    "each": gettext_lazy("each of them brings more"),
    "newer": gettext_lazy("purchases since the model was made"),
}


class RungKind(StrEnum):
    """How the worth of a Client is known."""

    BELIEVED = "believed"
    MEASURED = "measured"
    PREDICTED = "predicted"


@dataclass(frozen=True)
class Rung:
    """One rung: the money, its interval, how it came about, or what it lacks."""

    kind: RungKind
    cents: int | None
    evidence: str = ""
    lack: str = ""
    low: int | None = None
    high: int | None = None
    is_few: bool = False


@dataclass(frozen=True)
class Part:
    """What one factor does to the gap between two rungs: what it was, what it became, the money."""

    factor: str
    was: str
    became: str
    cents: int

    @property
    def name(self) -> str:
        """The factor in words."""
        return str(FACTORS[self.factor])


@dataclass(frozen=True)
class Gap:
    """Why a rung differs from the one below: a sentence about the main factor, and all of them."""

    cents: int
    sentence: str
    parts: list[Part]
    is_chance: bool


@dataclass(frozen=True)
class LadderRow:
    """One line of the table."""

    group: LadderGroup
    believed: Rung
    measured: Rung
    predicted: Rung

    @property
    def address_key(self) -> str:
        """The part as it stands in an address."""
        key = self.group.key
        return key.strftime("%Y-%m") if isinstance(key, dt.date) else str(key or "none")


@dataclass(frozen=True)
class Rungs:
    """The three rungs of one group with the two gaps between them."""

    group: LadderGroup
    rungs: list[Rung]
    to_measured: Gap | None
    to_predicted: Gap | None

    @property
    def most(self) -> int:
        """The largest of the three, for the bars."""
        return max([rung.cents for rung in self.rungs if rung.cents] + [1])


def ladder_board(segment: Segment | None, split: Dimension, look: Look, today: dt.date, currency: str) -> dict[str, Any]:
    """Put the page together."""
    costs = queries.cost_terms(today=today, segment=segment)
    group = queries.ladder_of(today=today, segment=segment)
    return {
        "ladder": rungs_of(group, costs, look, currency),
        "costs": costs,
        "rows": ladder_rows(split, look, today, currency),
        "new_client": None if segment else queries.new_client_value(today=today),
        "today": today,
    }


def ladder_rows(split: Dimension, look: Look, today: dt.date, currency: str) -> list[LadderRow]:
    """Return the table by parts; the costs are those of the company."""
    costs = queries.cost_terms(today=today)
    return [LadderRow(group, *three_rungs(group, costs, look, currency)) for group in queries.ladder_by(split, today=today)]


def rungs_of(group: LadderGroup, costs: CostTerms, look: Look, currency: str) -> Rungs:
    """Put the rungs of one group together with the reasons why they differ."""
    rungs = three_rungs(group, costs, look, currency)
    share = share_kept(costs.terms, look)
    if share is None:
        return Rungs(group, list(rungs), None, None)
    return Rungs(group, list(rungs), gap_to_measured(group, share, currency), gap_to_predicted(group, share, currency))


def three_rungs(group: LadderGroup, costs: CostTerms, look: Look, currency: str) -> tuple[Rung, Rung, Rung]:
    """Count the three rungs."""
    return believed_rung(group, costs, look, currency), measured_rung(group, costs, look, currency), predicted_rung(group, costs, look)


def cents_or_none(amount: Fraction | None) -> int | None:
    """Write an amount in minor units, if there is one."""
    return None if amount is None else cents_of(amount)


def formula_words(numbers: ThreeNumbers, currency: str) -> str:
    """Write three numbers as people say them."""
    check = format_cents(cents_of(numbers.average_check), currency)
    return _("%(often)s purchases a year × %(check)s × %(years)s years") % {
        "often": decimal(numbers.purchases_per_year, 2),
        "check": check,
        "years": decimal(numbers.years),
    }


def no_margin() -> str:
    """Say what profit takes."""
    return _("Profit takes a margin: write it in the calculator.")


def believed_rung(group: LadderGroup, costs: CostTerms, look: Look, currency: str) -> Rung:
    """Return what people think."""
    if group.version is None:
        return Rung(RungKind.BELIEVED, None, lack=_("Nobody has written three numbers for these Clients yet."))
    numbers = queries.believed(group.version)
    cents = cents_or_none(worth(numbers, costs.terms, look))
    return Rung(RungKind.BELIEVED, cents, formula_words(numbers, currency), lack="" if cents is not None else no_margin())


def measured_rung(group: LadderGroup, costs: CostTerms, look: Look, currency: str) -> Rung:
    """Return what the purchases say, with the interval of the years carried over."""
    numbers, known = queries.counted(group.sums), group.measured
    if numbers is None or known is None:
        return Rung(RungKind.MEASURED, None, lack=lack_of_measured(group.sums))
    cents = cents_or_none(worth(numbers, costs.terms, look))
    low, high = (
        cents_or_none(worth(ThreeNumbers(numbers.purchases_per_year, numbers.average_check, Fraction(years)), costs.terms, look))
        for years in (known.years_low, known.years_high)
    )
    lack = no_margin() if cents is None else few_words(known) if known.is_few else ""
    return Rung(RungKind.MEASURED, cents, formula_words(numbers, currency), lack, low, high, known.is_few)


def few_words(known: MeasuredLtv) -> str:
    """Say how much more is needed to lean on what was measured."""
    return _("Too little to lean on: Clients %(clients)s of %(enough)s, gone %(gone)s of %(leavers)s.") % {
        "clients": group_digits(known.clients),
        "enough": CLIENTS_ENOUGH,
        "gone": group_digits(known.gone),
        "leavers": GONE_ENOUGH,
    }


def predicted_rung(group: LadderGroup, costs: CostTerms, look: Look) -> Rung:
    """Return what the model expects."""
    seen = queries.foreseen(group.predicted, group.sums) if group.predicted else None
    if group.predicted is None or seen is None:
        return Rung(RungKind.PREDICTED, None, lack=lack_of_model(group.predicted))
    cents = cents_or_none(worth_foreseen(seen, costs.terms, look))
    words = _("model of %(made)s, purchases to %(until)s") % {
        "made": date_format(localtime(group.predicted.model.made_at), "j E"),
        "until": date_format(group.predicted.until, "j E"),
    }
    return Rung(RungKind.PREDICTED, cents, words, "" if cents is not None else no_margin(), is_few=group.predicted.clients < CLIENTS_ENOUGH)


# ---- why two rungs differ


def gap_to_measured(group: LadderGroup, share: Fraction, currency: str) -> Gap | None:
    """Explain the step from what people think to what the purchases say, before costs; nothing while there is too little data."""
    thought, said = queries.believed(group.version) if group.version else None, queries.counted(group.sums)
    known = group.measured
    if thought is None or said is None or known is None or known.is_few:
        return None
    money = split_gap(vars(thought), vars(said))
    if money is None:
        return None
    words = {name: (factor_words(name, thought, currency), factor_words(name, said, currency)) for name in money}
    parts = [Part(name, *words[name], round(float(share) * part * 100)) for name, part in money.items()]
    agreed = float(said.years * thought.revenue / said.revenue)
    return gap_of(cents_of((said.revenue - thought.revenue) * share), parts, currency, is_chance=is_within(agreed, known))


def factor_words(name: str, numbers: ThreeNumbers, currency: str) -> str:
    """Write one of three numbers."""
    if name == "average_check":
        return format_cents(cents_of(numbers.average_check), currency)
    return decimal(getattr(numbers, name), 2 if name == "purchases_per_year" else 1)


def is_within(years: float, known: MeasuredLtv) -> bool:
    """Say whether so many years lie within the interval of the measured ones."""
    return known.years_low <= years <= known.years_high


def gap_to_predicted(group: LadderGroup, share: Fraction, currency: str) -> Gap | None:
    """Explain the step from what was measured to what the model expects: only what is still to come differs."""
    said, known, model = queries.counted(group.sums), group.measured, group.predicted
    seen = queries.foreseen(model, group.sums) if model else None
    if said is None or known is None or known.is_few or seen is None or model is None or model.alive <= 0:
        return None
    alive = Fraction(model.alive) / model.clients
    before = {"with_us": Fraction(group.sums.active, group.sums.clients), "each": said.revenue}
    money = split_gap(before, {"with_us": alive, "each": seen.to_come / alive})
    if money is None:
        return None
    words = {
        "with_us": (group_digits(group.sums.active), group_digits(round(model.alive))),
        "each": (rounded(said.revenue, currency), rounded(seen.to_come / alive, currency)),
    }
    parts = [Part(name, *words[name], round(float(share) * part * 100)) for name, part in money.items()]
    foreseen = seen.brought + seen.to_come
    agreed = float(said.years * foreseen / said.revenue)
    return gap_of(cents_of((foreseen - said.revenue) * share), parts, currency, is_chance=is_within(agreed, known))


def gap_of(total: int, parts: list[Part], currency: str, *, is_chance: bool) -> Gap:
    """Name the factor that differs most; what no factor explains came after the model was made."""
    main = max(parts, key=lambda part: abs(part.cents))
    sentence = why(main.factor, main.was, main.became, sized(main.cents, currency), takes=main.cents < 0)
    rest = total - sum(part.cents for part in parts)
    newer = [Part("newer", "", "", rest)] if abs(rest) > max(abs(total) // 100, 100) else []
    return Gap(total, sentence, [*parts, *newer], is_chance)


def rounded(amount: Fraction, currency: str) -> str:
    """Write an amount of major units with three significant digits."""
    return format_cents(100 * round_significant(round(amount)), currency)


def sized(cents: int, currency: str) -> str:
    """Write an amount without its sign, with three significant digits."""
    return rounded(Fraction(abs(cents), 100), currency)


# ---- a file


def ladder_lines(rows: Iterable[LadderRow]) -> Iterable[list[Any]]:
    """Yield the table for a file, money in major units."""
    for row in rows:
        known = row.group.measured
        yield [
            row.group.label or ("" if row.group.key is None else row.address_key),
            row.group.sums.clients,
            row.group.sums.gone,
            *(None if cents is None else cents / 100 for cents in (row.believed.cents, row.measured.cents, row.measured.low)),
            *(None if cents is None else cents / 100 for cents in (row.measured.high, row.predicted.cents)),
            round(float(known.years), 2) if known else None,
        ]
