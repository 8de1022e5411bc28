"""The report on reasons put together: figures, cuts and pictures of one filter; and the same as a book of tables."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from churn import queries
from churn.enums import ReasonCut, ReasonView
from churn.forms import ReasonFilterForm
from churn.models import Leaver, Reason
from churn.queries import CutRow, ReasonReport, ReasonShare
from churn.reason_charts import focus_chart, unexplained_chart
from churn.reason_words import row_name
from common.charts import Chart
from common.sheets import Sheet


@dataclass(frozen=True)
class BoardRow:
    """One row of the cut with its name and the address of the Clients behind it."""

    name: str
    query: str
    figures: CutRow


@dataclass(frozen=True)
class Board:
    """All that the page of reasons shows."""

    report: ReasonReport
    rows: list[BoardRow]
    focus: Reason | None
    trend: Chart | None
    picture: Chart | None


def make_board(form: ReasonFilterForm, asked: QueryDict) -> Board:
    """Read and draw what the filter asks for."""
    found, cut = form.slice(), form.compared_by
    report = queries.reason_report(since=found.since, today=found.until, chosen=found.chosen)
    months = queries.cut_rows(found, ReasonCut.MONTH)
    rows = months if cut == ReasonCut.MONTH else queries.cut_rows(found, cut)
    named = [(row_name(cut, row.key, form.names.get(cut, {})), row) for row in rows]
    focus = form.value("focus") or first_reason(report)
    return Board(
        report=report,
        rows=[BoardRow(name, query_of(asked, cut, row.key), row) for name, row in named],
        focus=focus,
        trend=unexplained_chart(months),
        picture=focus_chart(named, focus, cut) if focus else None,
    )


def first_reason(report: ReasonReport) -> Reason | None:
    """Return the reason named most, rather one within our power."""
    return next((share.reason for share in [*report.ours, *report.outside]), None)


def query_of(asked: QueryDict, cut: ReasonCut, key: str) -> str:
    """Return the filter narrowed to one row."""
    query = asked.copy()
    for name in ("page", "view", "reason", "power"):
        query.pop(name, None)
    query[cut] = key
    return query.urlencode()


def book(form: ReasonFilterForm, asked: QueryDict) -> list[Sheet]:
    """Return the report as sheets: reasons, the cut, the words, each exactly as filtered."""
    board = make_board(form, asked)
    words = queries.words_of(form.slice(), ReasonView.LEFT)
    share_heads = [_("Group"), _("Reason"), _("Part"), _("Within our power"), _("Named it"), _("Share"), _("From"), _("To")]
    cut_name = str(form.compared_by.label)
    cut_heads = [cut_name, _("They left"), _("They said why"), _("Unexplained"), _("Judged"), _("We could have kept them")]
    word_heads = [_("Client"), _("Left on"), _("Reasons"), _("The Client's words"), _("Would return"), _("What to fix")]
    return [
        Sheet(_("Reasons"), share_heads, share_rows([*board.report.ours, *board.report.outside])),
        Sheet(cut_name[:31], [*cut_heads, _("First reasons")], (cut_row(row) for row in board.rows)),
        Sheet(_("Words"), word_heads, (word_row(leaver) for leaver in words)),
    ]


def share_rows(shares: Iterable[ReasonShare]) -> Iterator[list[Any]]:
    """Write branches, each followed by its parts."""
    for top in shares:
        yield share_row(top, str(top.reason), "")
        for part in top.parts:
            yield share_row(part, str(top.reason), str(part.reason))


def share_row(share: ReasonShare, top: str, part: str) -> list[Any]:
    """Write one share with its interval."""
    power = _("yes") if share.reason.is_within_power else _("no")
    return [share.reason.get_group_display(), top, part, power, share.n, round(share.share, 4), round(share.low, 4), round(share.high, 4)]


def cut_row(row: BoardRow) -> list[Any]:
    """Write one row of the cut; where too few said why, no reasons are named."""
    figures = row.figures
    first = "" if figures.is_small else "; ".join(f"{one.reason} {one.n}" for one in figures.first)
    return [row.name, figures.left, figures.explained, figures.unexplained, figures.judged, figures.within_power, first]


def word_row(leaver: Leaver) -> list[Any]:
    """Write one leaver with what they said, all talks together."""
    talks = leaver.talks  # type: ignore[attr-defined]  # words_of() fetches them
    reasons = dict.fromkeys(str(reason) for talk in talks for reason in talk.reasons.all())
    return [
        str(leaver.client),
        leaver.left_on.isoformat(),
        "; ".join(reasons),
        "\n".join(filter(None, (talk.words for talk in talks))),
        _("yes") if any(talk.would_return for talk in talks) else "",
        "; ".join(filter(None, (talk.return_condition for talk in talks))),
    ]
