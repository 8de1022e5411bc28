"""A score for the world: the words of a press release, the data of the card."""

import datetime as dt
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.money import group_digits
from common.templatetags.mayak import signed
from company.formulas.brand import brand_of, initials
from company.models import Company
from surveys.formulas.sharing import MAX_AGE_DAYS, MAX_SUSPECT_SHARE, MIN_PUBLIC_ANSWERS, Refusal
from surveys.letters import in_words
from surveys.models import Wave
from surveys.queries import WaveResult

LOCALES = ("ru", "en")
REFUSALS: dict[Refusal, Promise] = {
    Refusal.OTHERS: gettext_lazy("This wave asked others than Clients. Only what Clients say is shown to the world."),
    Refusal.FEW: gettext_lazy("There are fewer than %(answers)s answers. Collect more: a number on so few is easily wrong."),
    Refusal.OLD: gettext_lazy("The answers are older than %(days)s days. Ask again: the world must see how you are today."),
    Refusal.DOUBTFUL: gettext_lazy("More than %(percent)s %% of the answers are in doubt. Look at them first, or ask again."),
}


def reason_text(reason: Refusal) -> str:
    """Say why a score is not shown and what to do."""
    limits = {"answers": MIN_PUBLIC_ANSWERS, "days": MAX_AGE_DAYS, "percent": int(100 * MAX_SUSPECT_SHARE)}
    return str(REFUSALS[reason]) % limits


def span(wave: Wave, now: dt.datetime) -> str:
    """Write the days answers were taken."""
    last = min(wave.closed_at or wave.closes_at, now) - dt.timedelta(seconds=1)
    days = localtime(wave.starts_at).date(), localtime(last).date()
    whole = date_format(days[1], "j E Y")
    if days[0] == days[1]:
        return whole
    if days[0].year != days[1].year:
        return f"{date_format(days[0], 'j E Y')} – {whole}"
    return f"{days[0].day}–{whole}" if days[0].month == days[1].month else f"{date_format(days[0], 'j E')} – {whole}"


def press_facts(wave: Wave, result: WaveResult, company: Company, now: dt.datetime) -> str:
    """Return the facts a journalist may check, in the language now in use."""
    estimate = result.estimate
    if estimate is None:
        return ""
    numbers = {"score": signed(estimate.score), "low": signed(estimate.low), "high": signed(estimate.high)}
    ways = ", ".join(f"{way.mode.label} {group_digits(way.counts.n)}" for way in result.modes)
    lines = [
        _("%(company)s: NPS %(score)s, 95 %% interval from %(low)s to %(high)s.") % {"company": company.name, **numbers},
        _("When: %(span)s.") % {"span": span(wave, now)},
        _("Who: %(answers)s.") % {"answers": answers_of_asked(result)},
        _("How they were asked: %(ways)s.") % {"ways": ways},
        _("The question: “%(question)s”") % {"question": in_words(wave.questionnaire.score_question, company)},
        _("How it is counted: share of 9–10 minus share of 0–6; interval by adjusted Wald; answers in doubt left out: %(suspect)s.")
        % {"suspect": group_digits(result.suspect)},
    ]
    return "\n".join(lines)


def answers_of_asked(result: WaveResult) -> str:
    """Say how many answered, and of how many where that is known."""
    answered = ngettext("%(n)s Client answered", "%(n)s Clients answered", result.answered) % {"n": group_digits(result.answered)}
    return (
        _("%(answered)s of %(asked)s asked") % {"answered": answered, "asked": group_digits(result.population)}
        if result.population
        else answered
    )


def facts_by_language(wave: Wave, result: WaveResult, company: Company, now: dt.datetime) -> list[tuple[str, str]]:
    """Return the facts in every language of the app, that of the reader first."""
    mine = translation.get_language() or LOCALES[0]
    found = []
    for locale in sorted(LOCALES, key=lambda one: one != mine[:2]):
        with translation.override(locale):
            found.append((locale, press_facts(wave, result, company, now)))
    return found


def card_data(wave: Wave, result: WaveResult, company: Company, now: dt.datetime) -> dict[str, Any]:
    """Return what `templates/prints/nps_card.typ` needs, in the language now in use."""
    estimate = result.estimate
    return {
        "company": company.name,
        "mark": initials(company.name),
        "color": brand_of(company.brand_color).base,
        "score": signed(estimate.score) if estimate else "",
        "interval": _("from %(low)s to %(high)s") % {"low": signed(estimate.low), "high": signed(estimate.high)} if estimate else "",
        "claim": _("how readily Clients recommend us"),
        "answers": answers_of_asked(result),
        "span": span(wave, now),
        "counts": [result.detractors, result.passives, result.promoters],
        "labels": [_("critics, 0–6"), _("neutrals, 7–8"), _("fans, 9–10")],
        "locale": translation.get_language() or LOCALES[0],
    }
