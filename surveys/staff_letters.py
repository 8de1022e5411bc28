"""What letters of an anonymous survey of employees say to whom; nothing in them is counted or tells who has answered."""

import datetime as dt
from dataclasses import replace

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from company.queries import company_zone
from mailing.enums import TemplateKind
from mailing.queries import LetterDraft, draft_in_force, example_values, template_in_force
from surveys.enums import RemindWhom
from surveys.greeting import first_name
from surveys.letters import PLACEHOLDER
from surveys.links import promise_url
from surveys.models import StaffWave


def letter_draft(wave: StaffWave) -> LetterDraft:
    """Return the words of the invitation: the survey's own ones on the company's letter."""
    return replace(draft_in_force(TemplateKind.STAFF_SURVEY, wave.locale), subject=wave.subject, text=wave.intro)


def last_day(wave: StaffWave) -> dt.date:
    """Return the last day for answers by the company's calendar."""
    return (wave.closes_at - dt.timedelta(seconds=1)).astimezone(company_zone()).date()


def context_for(wave: StaffWave, name: str) -> dict[str, str]:
    """Return what fills the letter of one colleague besides the links."""
    called = first_name(name)
    with translation.override(wave.locale):
        greeting = _("Hello, %(name)s!") % {"name": called} if called else _("Hello!")
        return {"greeting": greeting, "until": date_format(last_day(wave), "j E"), "promise_url": promise_url(wave.public_token)}


def reminder_text(wave: StaffWave) -> str | None:
    """Return words of ours that stand in for the reminder's: to the silent ones alone ours must not say that it goes to everybody."""
    if wave.remind_whom == RemindWhom.EVERYBODY or template_in_force(TemplateKind.STAFF_REMINDER, wave.locale):
        return None
    with translation.override(wave.locale):
        return _(
            "{greeting}\n\nThe anonymous survey is open until {until}, and no answer has come by your link yet. "
            "It takes two minutes, and nobody learns who answered what.\n\nWhat is stored about an answer: {promise_url}"
        )


def subject_seen(wave: StaffWave) -> str:
    """Return the subject as an invented colleague sees it."""
    values = example_values(TemplateKind.STAFF_SURVEY, wave.locale) | {"until": context_for(wave, "")["until"]}
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), wave.subject)
