"""The path in words: its stages and rows, and why one tool is the one to begin with."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.templatetags.mayak import decimal, grouped, memorable, money, signed
from company.access import may_open
from programme.enums import Tool, ToolStage
from programme.formulas.path import Facts, Ground
from programme.queries import Path, ToolState
from programme.queries.effects import Change, Effect, Unit
from programme.tools import STAGE_WORDS, WORDS, Text, ToolWords

LEVERS: dict[str, Promise] = {
    "keeping": gettext_lazy("Clients leave sooner than they could"),
    "conversion": gettext_lazy("fewer of those who call become Clients than could"),
    "leads": gettext_lazy("fewer people ask about us than could"),
    "frequency": gettext_lazy("Clients buy more seldom than they could"),
    "check": gettext_lazy("Clients buy less at a time than they could"),
    "win_back": gettext_lazy("fewer of those who left come back than could"),
    "referrals": gettext_lazy("Clients bring fewer friends than they could"),
}


@dataclass(frozen=True)
class EffectWords:
    """An effect as it is read: before, after, what is counted, what may be said of the change, the interval."""

    before: str
    after: str
    note: Text
    verdict: Text
    interval: str
    money: str = ""


@dataclass(frozen=True)
class ToolRow:
    """One row of the page: `url` is empty where the reader may not enter."""

    state: ToolState
    words: ToolWords
    url: str
    effect: EffectWords | None = None


@dataclass(frozen=True)
class StageRows:
    """A part of the path with its rows."""

    stage: ToolStage
    about: Text
    rows: list[ToolRow]


def row_of(request: HttpRequest, state: ToolState, shown: dict[Tool, EffectWords]) -> ToolRow:
    """Put words to a tool."""
    words = WORDS[state.tool]
    return ToolRow(state, words, url_for(request, words.view), shown.get(state.tool))


def stages_of(request: HttpRequest, path: Path, shown: dict[Tool, EffectWords]) -> list[StageRows]:
    """Put the tools under the headings of their stages."""
    rows = [row_of(request, state, shown) for state in path.states]
    return [StageRows(stage, STAGE_WORDS[stage], [row for row in rows if row.words.stage == stage]) for stage in ToolStage]


def url_for(request: HttpRequest, view: str) -> str:
    """Return the address of a tool's room, or nothing when it is not for the reader or there is no such room."""
    try:
        url = reverse(view)
    except NoReverseMatch:
        return ""
    return url if may_open(request, url) else ""


def because(path: Path) -> str:
    """Say in a sentence why the path begins where it does."""
    if path.beginning is None:
        return ""
    return GROUND_WORDS[path.beginning.ground](path.facts)


def leavers_words(facts: Facts) -> str:
    """Say who waits for a call."""
    words = ngettext(
        "%d Client left and waits for a call: the fresher the trace, the more come back.",
        "%d Clients left and wait for a call: the fresher the trace, the more come back.",
        facts.leavers,
    )
    return words % facts.leavers


def silent_words(facts: Facts) -> str:
    """Say who could be asked."""
    words = ngettext(
        "%d Client has an e-mail, and there are no fresh answers.",
        "%d Clients have an e-mail, and there are no fresh answers.",
        facts.with_email,
    )
    return words % facts.with_email


GROUND_WORDS: dict[Ground, Callable[[Facts], str]] = {
    Ground.PRICE: lambda _facts: _("Everything else is counted in the value of a Client, and three numbers take a minute."),
    Ground.LEAVERS: leavers_words,
    Ground.SILENT: silent_words,
    Ground.CONSTRAINT: lambda facts: _("The main constraint by your data: %(lever)s. This tool moves it.") % {"lever": LEVERS[facts.lever]},
    Ground.BEGUN: lambda _facts: _("It is begun: what is left is to bring it to the end."),
    Ground.NEXT: lambda _facts: _("The next one in the order of the method."),
}


EFFECT_NOTES: dict[Tool, Text] = {
    Tool.WORD: gettext_lazy("documents without a small letter"),
    Tool.BEACON: gettext_lazy("know our definition"),
    Tool.MANNERS: gettext_lazy("of the team praised in three months"),
    Tool.CHAIN: gettext_lazy("of those who call become Clients"),
    Tool.SELLERS: gettext_lazy("of new Clients were sent by a person"),
    Tool.PLAYBOOKS: gettext_lazy("times out of all the memo helped"),
    Tool.LTV: "LTV",
    Tool.SIGN: gettext_lazy("places where it hangs"),
    Tool.NPS: "NPS",
    Tool.ENPS: "eNPS",
    Tool.POINTS: gettext_lazy("awful places of those walked"),
    Tool.PHONE: gettext_lazy("points of a call, of 100"),
    Tool.ACTIONS: gettext_lazy("done by their day"),
    Tool.POOL: gettext_lazy("leave in a month"),
    Tool.CALLS: gettext_lazy("talked to in a year"),
    Tool.RETURNS: gettext_lazy("came back after a call"),
    Tool.REMINDERS: gettext_lazy("letters in 60 days"),
}
VERDICTS: dict[Change, Text] = {
    Change.BETTER: gettext_lazy("better, beyond chance"),
    Change.WORSE: gettext_lazy("worse, beyond chance"),
    Change.CHANCE: gettext_lazy("within chance"),
    Change.EARLY: gettext_lazy("too early to compare"),
    Change.FACT: "",
}


def effect_words(tool: Tool, effect: Effect, currency: str) -> EffectWords:
    """Put an effect into words."""
    before, after = (figure_words(effect.unit, value, currency) for value in (effect.before, effect.after))
    note, brought = EFFECT_NOTES[tool], money(effect.cents, currency)
    if brought:
        note = f"{note}, {brought}"
    interval = ""
    if effect.low is not None and effect.high is not None:
        low, high = (figure_words(effect.unit, end, currency) for end in (effect.low, effect.high))
        interval = _("from %(low)s to %(high)s") % {"low": low, "high": high}
    return EffectWords(before, after, note, VERDICTS[effect.change], interval, brought)


def figure_words(unit: Unit, value: float | None, currency: str) -> str:
    """Write a figure by its unit."""
    if value is None:
        return ""
    if unit is Unit.MONEY:
        return money(memorable(round(value)), currency)
    if unit is Unit.SCORE:
        return signed(value)
    return f"{decimal(100 * value)}\N{NO-BREAK SPACE}%" if unit is Unit.SHARE else grouped(round(value))
