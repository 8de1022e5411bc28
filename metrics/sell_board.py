"""What the pages of selling more show: segments against a year ago, the facts of one, its worksheet."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from clients.models import Segment
from metrics import queries
from metrics.enums import SellQuestion
from metrics.forms import SellNoteForm
from metrics.formulas.growth import TwoYears
from metrics.formulas.measured import MeasuredLtv, PurchaseSums, measure
from metrics.models import SellNote
from metrics.queries import Compared, FallenSum, Window

HINTS = {
    SellQuestion.WHO: _("Those who buy one thing of several, those who came once, those whose firm has grown."),
    SellQuestion.WHAT: _("What do their neighbours on the list buy that they do not?"),
    SellQuestion.HINDERED: _("We did not offer, they did not know, it was too far, nobody was free."),
    SellQuestion.HIDDEN: _("Ask what they do before they come to you and after they leave."),
    SellQuestion.OTHERS: _("Another department, a branch, a spouse, the neighbours."),
    SellQuestion.RIVALS: _("What do they buy there, and what is better there?"),
    SellQuestion.EASIER: _("An order by message, a ready set, delivery, one bill a month."),
}


@dataclass(frozen=True)
class SegmentRow:
    """A line of the table: a segment against a year ago; without a segment, all Clients or those without one."""

    segment: Segment | None
    is_all: bool
    growth: TwoYears
    fallen: FallenSum
    notes: int


@dataclass(frozen=True)
class Question:
    """One question of the worksheet with its answers and the form for the next one."""

    question: SellQuestion
    hint: str
    notes: list[SellNote]
    form: SellNoteForm


@dataclass(frozen=True)
class Facts:
    """What is known of the Clients the worksheet is about."""

    sums: PurchaseSums
    ltv: MeasuredLtv | None
    growth: TwoYears | None
    fallen: FallenSum
    compared: Compared


def sell_board(segment: Segment | None, today: dt.date, bound: SellNoteForm | None = None) -> dict[str, Any]:
    """Put the page together; a form that came back wrong stands under its question."""
    window = queries.two_years(today=today)
    rows = segment_rows(window, today) if window else []
    return {
        "window": window,
        "rows": rows,
        "segment": segment,
        "segments": Segment.objects.all(),
        "facts": facts_of(segment, window, rows, today) if window else None,
        "questions": questions_of(segment, bound),
        "today": today,
    }


def segment_rows(window: Window, today: dt.date) -> list[SegmentRow]:
    """List all Clients first, then segments by the number of their Clients, those without one last."""
    found, fallen = queries.growth(window=window), queries.fallen_by_segment(window=window, today=today)
    names, notes = Segment.objects.in_bulk(), queries.note_counts()
    if found.everybody is None:
        return []
    lost = FallenSum(sum(part.clients for part in fallen.values()), sum(part.lost_cents for part in fallen.values()))
    parts = sorted(found.by_segment.items(), key=lambda part: (part[0] is None, -part[1].clients))
    rows = [
        SegmentRow(
            names.get(key or 0), is_all=False, growth=sums, fallen=fallen.get(key, FallenSum()), notes=notes.get(key, 0) if key else 0
        )
        for key, sums in parts
    ]
    return [SegmentRow(None, is_all=True, growth=found.everybody, fallen=lost, notes=notes.get(None, 0)), *rows]


def facts_of(segment: Segment | None, window: Window, rows: list[SegmentRow], today: dt.date) -> Facts:
    """Gather what is known of a segment or of all Clients."""
    sums = queries.purchase_sums(today=today, segment=segment)
    row = next((row for row in rows if row.segment == segment and row.is_all == (segment is None)), None)
    return Facts(
        sums=sums,
        ltv=measure(sums),
        growth=row.growth if row else None,
        fallen=row.fallen if row else FallenSum(),
        compared=queries.compared(window=window, today=today, segment=segment),
    )


def questions_of(segment: Segment | None, bound: SellNoteForm | None = None) -> list[Question]:
    """Put the answers under their questions."""
    notes: dict[str, list[SellNote]] = defaultdict(list)
    for note in queries.sell_notes(segment=segment):
        notes[note.question].append(note)
    asked = bound.data.get("question") if bound else None
    return [
        Question(one, str(HINTS[one]), notes[one], bound if bound and asked == one else SellNoteForm.empty(one)) for one in SellQuestion
    ]
