"""The signs of health in words: what is counted, of what, and what is left out."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.templatetags.mayak import grouped, percent
from company.access import may_open
from programme.formulas.health import Part, Sign
from programme.queries.health import ASKED_WITHIN, FIRST_MONTH, WINDOW, Health

Text = str | Promise
DASH = "\N{EN DASH}"


@dataclass(frozen=True)
class SignWords:
    """What a sign is called, where its work is done, what the whole is made of, and by which rule it is counted."""

    name: Text
    view: str
    whole: Text
    rule: Text


WORDS: dict[Sign, SignWords] = {
    Sign.ASKED: SignWords(
        gettext_lazy("Clients asked"),
        "surveys:wave_list",
        gettext_lazy("Clients who buy from us"),
        gettext_lazy(
            "Clients whose usual silence is not over and who in the last %(asked)s days got a letter of a survey or answered one by "
            "any road, "
            "of all such Clients. Answers brought from elsewhere and answers in doubt are left out."
        ),
    ),
    Sign.ANSWERED: SignWords(
        gettext_lazy("Answered, of those asked"),
        "surveys:comment_list",
        gettext_lazy("Clients asked"),
        gettext_lazy(
            "Clients who answered in the last %(asked)s days, of those asked in them. Each counts once, however often they were asked."
        ),
    ),
    Sign.CRITICS: SignWords(
        gettext_lazy("Critics answered within 48 hours"),
        "surveys:case_list",
        gettext_lazy("critics whose 48 hours were up"),
        gettext_lazy(
            "Cases of critics with a talk noted, or closed with an outcome, within 48 hours of the answer, nights and weekends included. "
            "A case closed because nobody was reached is no answer; critics without a name are left out: there is nobody to call."
        ),
    ),
    Sign.PROMISES: SignWords(
        gettext_lazy("Promises kept in time"),
        "touchpoints:action_list",
        gettext_lazy("actions that came due"),
        gettext_lazy(
            "Actions done by their day, of those whose day was in the last %(window)s days. A promise to Clients is one of these "
            "actions and "
            "is not counted twice. Dropped actions are left out, but a dropped promise was not kept."
        ),
    ),
    Sign.AUDITS: SignWords(
        gettext_lazy("Audits walked in time"),
        "touchpoints:audit_list",
        gettext_lazy("walks that came due"),
        gettext_lazy(
            "Walks finished by their day, of those whose day was in the last %(window)s days. A walk that was forgotten and closed by "
            "itself "
            "was not walked in time; audits brought in from a table are left out: they had no day."
        ),
    ),
    Sign.CALLS: SignWords(
        gettext_lazy("Leavers called within a month"),
        "churn:queue",
        gettext_lazy("leavers whose month was up"),
        gettext_lazy(
            "Leavers called within %(month)s days of leaving, reached or not, of those whose %(month)s days were over in the last "
            "%(window)s. "
            "Counted from your first call on. Left out: who came back before a call, who asked not to be called, rehearsals."
        ),
    ),
}


@dataclass(frozen=True)
class SignRow:
    """A sign as it is read; `refused` stands in the place of a weak number."""

    sign: Sign
    words: SignWords
    part: Part
    url: str
    rows: list[tuple[str, str]]
    rule: str
    more: str = ""

    @property
    def figure(self) -> str:
        """The share in words."""
        return percent(self.part.share)

    @property
    def range(self) -> str:
        """The interval in words."""
        return range_words(self.part)

    @property
    def of(self) -> str:
        """How many of how many."""
        return _("%(hits)s of %(n)s") % {"hits": grouped(self.part.hits), "n": grouped(self.part.n)}

    @property
    def refused(self) -> str:
        """Say that there are too few."""
        return refusal(self.part)

    @property
    def ends(self) -> tuple[float, float, float] | None:
        """The share and the ends of its interval in percent, for the drawing."""
        share, interval = self.part.share, self.part.interval
        return (100 * share, 100 * interval[0], 100 * interval[1]) if share is not None and interval else None


def range_words(part: Part) -> str:
    """Write the interval of a part, nothing for a weak one."""
    if part.interval is None:
        return ""
    low, high = (round(100 * end) for end in part.interval)
    return _("from %(low)s to %(high)s %%") % {"low": low, "high": high}


def refusal(part: Part) -> str:
    """Say how many there are and how many are needed, nothing where there are enough."""
    if part.is_enough:
        return ""
    return _("Too few: %(n)s of %(needed)s needed") % {"n": grouped(part.n), "needed": part.needed}


def health_rows(request: HttpRequest, found: Health) -> list[SignRow]:
    """Return the signs in words; a room the reader may not enter has no door."""
    return [sign_row(request, sign, found) for sign in Sign]


def sign_row(request: HttpRequest, sign: Sign, found: Health) -> SignRow:
    """Put words to a sign."""
    words, part = WORDS[sign], found.signs[sign]
    url = reverse(words.view)
    values = {"asked": ASKED_WITHIN, "window": WINDOW, "month": FIRST_MONTH}
    rows = [
        (_("Days"), days_words(sign, found.day)),
        (str(words.whole), grouped(part.n)),
        (_("Done in time") if sign in DEEDS else _("Of them"), grouped(part.hits)),
    ]
    more = promised_words(found.promised) if sign is Sign.PROMISES else ""
    return SignRow(sign, words, part, url if may_open(request, url) else "", rows, str(words.rule) % values, more)


DEEDS = {Sign.CRITICS, Sign.PROMISES, Sign.AUDITS, Sign.CALLS}


def days_words(sign: Sign, day: dt.date) -> str:
    """Write the first and the last day counted."""
    first = day - dt.timedelta(days=WINDOW if sign in DEEDS else ASKED_WITHIN)
    return f"{date_format(first, 'j E Y')} {DASH} {date_format(day - dt.timedelta(days=1), 'j E Y')}"


def promised_words(promised: Part) -> str:
    """Say how many of the actions were promised to Clients, and how many of these were kept."""
    if not promised.n:
        return ""
    words = ngettext(
        "%(n)s of them was promised to Clients, kept in time: %(kept)s",
        "%(n)s of them were promised to Clients, kept in time: %(kept)s",
        promised.n,
    )
    return words % {"n": promised.n, "kept": promised.hits}
