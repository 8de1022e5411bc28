"""How findings about phone access are named."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from touchpoints.formulas.phone import Share
from touchpoints.models import PhoneCall
from touchpoints.queries.phone import BLOCKS, HOURS_IN_BLOCK, Criterion, PhoneBoard

CRITERIA = {
    "reached": gettext_lazy("Somebody answered"),
    "first_try": gettext_lazy("At the first try"),
    "quick": gettext_lazy("Within 15 seconds"),
    "helped": gettext_lazy("The first person could help"),
    "no_transfers": gettext_lazy("Without being put through"),
    "easy": gettext_lazy("The number is easy to find"),
}
ADVICE = {
    "reached": gettext_lazy("Begin here: decide who answers when the usual person cannot."),
    "first_try": gettext_lazy("Begin here: a second line, or a call back within ten minutes."),
    "quick": gettext_lazy("Begin here: agree that the phone is taken by the third ring."),
    "helped": gettext_lazy("Begin here: give the first person the answers to the ten commonest questions."),
    "no_transfers": gettext_lazy("Begin here: let the first person find out and call back."),
    "easy": gettext_lazy("Begin here: put the number at the top of the site, on the door and in every letter."),
}
BLOCK_NAMES = [f"{HOURS_IN_BLOCK * block}–{HOURS_IN_BLOCK * (block + 1)}" for block in range(BLOCKS)]


@dataclass(frozen=True)
class CriterionRow:
    """One question with its words; `text` is what a screen reader says of its interval."""

    name: Any
    found: Share
    text: str
    is_weakest: bool


@dataclass(frozen=True)
class HourCell:
    """One stretch of one weekday; `tone` colours what the words say too."""

    found: Share
    tone: str
    title: str


def criterion_rows(board: PhoneBoard) -> list[CriterionRow]:
    """Name the questions that somebody answered."""
    return [criterion_row(criterion, board.weakest) for criterion in board.criteria if criterion.found.n]


def criterion_row(criterion: Criterion, weakest: Criterion | None) -> CriterionRow:
    """Name one question."""
    low, high = (round(100 * end) for end in criterion.found.interval)
    text = _("from %(low)s to %(high)s %%") % {"low": low, "high": high}
    return CriterionRow(CRITERIA[criterion.key], criterion.found, text, criterion is weakest)


def advice(board: PhoneBoard) -> Any:
    """Say what to do about the weakest question; nothing when all is well."""
    return ADVICE[board.weakest.key] if board.weakest else ""


def hour_rows(hours: Sequence[Sequence[Share]]) -> list[tuple[Any, list[HourCell]]]:
    """Name the weekdays and colour their stretches."""
    return [
        (WEEKDAYS_ABBR[day], [hour_cell(found, WEEKDAYS_ABBR[day], block) for block, found in enumerate(row)])
        for day, row in enumerate(hours)
    ]


def hour_cell(found: Share, day: Any, block: int) -> HourCell:
    """Colour one stretch: everybody got through, some did, nobody did."""
    tone = "" if not found.n else "pos" if found.hits == found.n else "pas" if found.hits else "neg"
    words = {"day": day, "hours": BLOCK_NAMES[block], "hits": found.hits, "n": found.n}
    title = _("%(day)s, %(hours)s: got through %(hits)s of %(n)s") % words if found.n else ""
    return HourCell(found, tone, title)


def export_heads() -> list[str]:
    """Name the columns of the table to take away."""
    return [
        _("When"),
        _("Branch"),
        _("Within the hours we promise"),
        _("Got through"),
        _("Try"),
        _("Seconds to the answer"),
        _("Transfers"),
        _("The first person could help"),
        _("The number is easy to find"),
        pgettext("phone", "Score"),
        _("Note"),
        _("Who called"),
    ]


def export_row(call: PhoneCall) -> list[Any]:
    """Write one call as a row of the table to take away."""
    answers = [answer_word(value) for value in (call.is_in_hours, call.is_reached)]
    later = [answer_word(value) for value in (call.is_helped_at_once, call.is_number_easy)]
    when = f"{call.local_time:%Y-%m-%d %H:%M}"
    numbers = [call.attempts, call.seconds, call.transfers]
    return [when, str(call.branch or ""), *answers, *numbers, *later, round(call.score), call.note, str(call.caller or "")]


def answer_word(value: bool | None) -> str:
    """Write yes, no or nothing."""
    return "" if value is None else _("Yes") if value else _("No")
