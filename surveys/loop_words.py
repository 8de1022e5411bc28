"""Words about promises: the usual letter, the places in it, how movement was computed."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise as Lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.money import MINUS, group_digits
from surveys.formulas.pairs import MIN_PAIRS, Change, PairedMovement
from surveys.queries import PromiseCounts

PLACE = re.compile(r"\{([a-z_]+)\}")
SUBJECT = gettext_lazy("You asked, we have done it")
TEXT = gettext_lazy(
    "{greeting}\n\nYou wrote to us: “{words}”\n\nWhat we have done since: {promise}.\n\n"
    "Thank you for saying it straight: without your words we would not have started. Has it become better?"
)


def letter_words(locale: str) -> tuple[str, str]:
    """Return subject and text of the usual letter in a language."""
    with translation.override(locale):
        return str(SUBJECT), str(TEXT)


def fill_places(text: str, places: dict[str, str]) -> str:
    """Put plain values in the place of their `{names}`, for a preview."""
    return PLACE.sub(lambda match: places.get(match[1], match[0]), text)


@dataclass(frozen=True)
class Fact:
    """One figure of movement in words."""

    name: str | Lazy
    before: str
    after: str
    change: Change | None
    span: str


def movement_facts(found: PairedMovement | None) -> list[Fact]:
    """Return the mean and NPS before and after."""
    if found is None:
        return []
    return [
        Fact(_("Mean score"), tenths(found.before), tenths(found.after), found.change, span_of(found.change, tenths)),
        Fact(
            _("NPS of the same people"),
            points(found.nps_before),
            points(found.nps_after),
            found.nps_change,
            span_of(found.nps_change, points),
        ),
    ]


def span_of(change: Change | None, write: Any) -> str:
    """Write a change with its interval."""
    if change is None:
        return ""
    sign = "+" if change.mean > 0 else ""
    ends = {"low": write(change.low), "high": write(change.high)}
    return f"{sign}{write(change.mean)} ({_('from %(low)s to %(high)s') % ends})"


def tenths(number: float) -> str:
    """Write a mean to one decimal."""
    return number_format(number, 1).replace("-", MINUS)


def points(number: float) -> str:
    """Write NPS as a whole number."""
    return str(round(number)).replace("-", MINUS)


def movement_how(found: PairedMovement | None, counts: PromiseCounts | None) -> dict[str, object]:
    """Say how movement and kept promises were computed."""
    rows: list[tuple[str, str]] = [(_("Pairs: people who scored twice"), group_digits(found.n if found else 0))]
    if counts:
        rows += [
            (_("Promises whose day has come or that are done"), group_digits(counts.due)),
            (_("Of them done by their day"), group_digits(counts.kept)),
        ]
    text = _(
        "Only the same people are compared: the first score and the one given after the promise was kept or the case talked over. "
        "Answers that may not come from a person are left out. The interval is Student's, 95 %%, shown from %(pairs)s pairs. "
        "Those who answer again are often the more content: it shows what changed for them, not for everybody."
    ) % {"pairs": MIN_PAIRS}
    return {
        "formula": _("change = mean of (second score − first score)"),
        "rows": rows,
        "text": text,
        "as_of": date_format(localtime(timezone.now()), "j E Y, H:i"),
    }
