"""The month for the meeting in words: what moved, what did not, what cannot be compared, what to do next."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.money import format_cents
from common.templatetags.mayak import grouped, memorable
from company.access import may_open
from programme.enums import Tool
from programme.formulas.month import Figure, Lack
from programme.health_words import WORDS as SIGNS
from programme.path_words import LEVERS, because, figure_words, url_for
from programme.queries.effects import Change
from programme.queries.month import DEEDS, MonthReport, Reading, Todo
from programme.tools import WORDS as TOOLS
from touchpoints.models import Action

Text = str | Promise

NAMES: dict[Figure, tuple[Text, str]] = {
    Figure.NPS: ("NPS", "surveys:wave_list"),
    Figure.ENPS: ("eNPS", "surveys:staff_list"),
    Figure.LEFT: (gettext_lazy("Clients left, of the pool"), "metrics:pool"),
    Figure.POINTS: (gettext_lazy("Awful places, of those walked again"), "touchpoints:map"),
    Figure.PHONE: (gettext_lazy("Points of a mystery call"), "touchpoints:phone"),
    **{figure: (SIGNS[sign].name, SIGNS[sign].view) for figure, sign in DEEDS.items()},
}
BEHIND: dict[Figure, Text] = {
    Figure.NPS: gettext_lazy("answers: %(n)s"),
    Figure.ENPS: gettext_lazy("answers: %(n)s"),
    Figure.LEFT: gettext_lazy("in the pool: %(n)s"),
    Figure.POINTS: gettext_lazy("places: %(n)s"),
    Figure.PHONE: gettext_lazy("calls: %(n)s"),
    Figure.CRITICS: gettext_lazy("critics: %(n)s"),
    Figure.PROMISES: gettext_lazy("actions: %(n)s"),
    Figure.AUDITS: gettext_lazy("walks: %(n)s"),
    Figure.CALLS: gettext_lazy("leavers: %(n)s"),
}
LACKS: dict[Lack, Text] = {
    Lack.NONE: "",
    Lack.NOT_ASKED: gettext_lazy("no survey of this month can be shown"),
    Lack.FIRST: gettext_lazy("the first one: nothing to compare with"),
    Lack.CHANGED: gettext_lazy("the question or the people asked are others than before"),
    Lack.WIDE: gettext_lazy("too few answers to tell a change from chance"),
    Lack.FEW: gettext_lazy("too few: %(n)s of %(needed)s needed"),
    Lack.FEW_BEFORE: gettext_lazy("too few in the months before"),
}


@dataclass(frozen=True)
class ReadingRow:
    """A figure as it is read."""

    reading: Reading
    name: Text
    url: str
    before: str
    after: str
    range: str
    behind: str
    lack: str

    @property
    def is_better(self) -> bool:
        """Say whether it moved for the better."""
        return self.reading.change is Change.BETTER

    @property
    def did_rise(self) -> bool:
        """Say whether the figure went up."""
        return (self.reading.after or 0) > (self.reading.before or 0)


@dataclass(frozen=True)
class Step:
    """One thing to do next: what, why, where."""

    title: str
    why: str
    url: str
    action: str


@dataclass(frozen=True)
class MonthWords:
    """The report in words: moved, within chance, cannot be compared; what to do next."""

    moved: list[ReadingRow]
    still: list[ReadingRow]
    early: list[ReadingRow]
    pool: str
    late: list["LateRow"]
    late_more: int
    steps: list[Step]


@dataclass(frozen=True)
class LateRow:
    """A late action: what, who is next, since when."""

    action: Action
    owner: str
    due: str
    is_promised: bool


def month_words_of(request: HttpRequest, found: MonthReport, currency: str) -> MonthWords:
    """Put the report into words, as the reader may see it."""

    def rows(*changes: Change) -> list[ReadingRow]:
        return [reading_row(request, reading, currency) for reading in found.of(*changes)]

    return MonthWords(
        moved=[*rows(Change.WORSE), *rows(Change.BETTER)],
        still=rows(Change.CHANCE),
        early=rows(Change.EARLY),
        pool=pool_words(found),
        late=[late_row(action) for action in found.todo.overdue],
        late_more=found.todo.overdue_count - len(found.todo.overdue),
        steps=steps_of(request, found.todo, currency),
    )


def reading_row(request: HttpRequest, reading: Reading, currency: str) -> ReadingRow:
    """Put words to a reading."""
    name, view = NAMES[reading.figure]
    url = reverse(view)
    before, after, low, high = (
        figure_words(reading.unit, value, currency) for value in (reading.before, reading.after, reading.low, reading.high)
    )
    numbers = {"n": grouped(reading.n), "needed": reading.needed}
    return ReadingRow(
        reading=reading,
        name=name,
        url=url if may_open(request, url) else "",
        before=before,
        after=after,
        range=_("from %(low)s to %(high)s") % {"low": low, "high": high} if low and high else "",
        behind=str(BEHIND[reading.figure]) % numbers if after else "",
        lack=str(LACKS[reading.lack]) % numbers,
    )


def pool_words(found: MonthReport) -> str:
    """Say what flowed through the pool in the month, as plain counts; nothing where there were no Clients."""
    pool = found.pool
    if not (pool.start or pool.came):
        return ""
    numbers = {"came": pool.came, "returned": pool.returned, "left": pool.left, "active": pool.active}
    words = _("Clients in the month: came %(came)s, came back %(returned)s, left %(left)s; at the end %(active)s buy from us.")
    return words % {name: grouped(number) for name, number in numbers.items()}


def late_row(action: Action) -> LateRow:
    """Put words to a late action."""
    return LateRow(action, action.owner.name, date_format(action.due_on, "j E"), bool(getattr(action, "is_promised", False)))


def steps_of(request: HttpRequest, found: Todo, currency: str) -> list[Step]:
    """Return what to do besides what is late: critics who wait, the dearest lever, where the path begins."""
    steps = [critics_step(request, found.late_cases), *lever_steps(request, found, currency), begin_step(request, found)]
    return [step for step in steps if step]


def critics_step(request: HttpRequest, late: int) -> Step | None:
    """Say how many critics wait longer than promised."""
    if not late:
        return None
    words = ngettext("%(late)s critic waits past the deadline", "%(late)s critics wait past the deadline", late)
    url = reverse("surveys:case_list")
    why = _("Who complained and was not called tells others.")
    return Step(words % {"late": grouped(late)}, why, url if may_open(request, url) else "", _("To the cases"))


def lever_steps(request: HttpRequest, found: Todo, currency: str) -> list[Step]:
    """Say which lever is worth most, how much, and the first action of the tool that moves it."""
    if found.lever is None or found.tool is None:
        return []
    money, low, high = (format_cents(memorable(cents) or 0, currency) for cents in (found.lever.cents, found.lever.low, found.lever.high))
    values = {"lever": LEVERS[found.lever.lever.value], "money": money, "low": low, "high": high}
    why = _("The main constraint: %(lever)s. Worth %(money)s a year, from %(low)s to %(high)s.") % values
    return [Step(tool_title(found.tool), why, url_for(request, TOOLS[found.tool].view), _("Open"))]


def begin_step(request: HttpRequest, found: Todo) -> Step | None:
    """Say where the path begins and why, unless the lever says the same."""
    begin = found.path.beginning
    if begin is None or begin.tool == found.tool:
        return None
    tool = Tool(begin.tool)
    return Step(tool_title(tool), _("Begin here. %(why)s") % {"why": because(found.path)}, url_for(request, TOOLS[tool].view), _("Open"))


def tool_title(tool: Tool) -> str:
    """Name a tool with its first action."""
    return f"{tool.label}. {TOOLS[tool].first}"
