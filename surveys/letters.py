"""The invitation letter: 600 px tables, inline styles, eleven links, no images; and the same as plain text."""

import re
from dataclasses import dataclass
from typing import Self

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from company.enums import Role
from company.formulas.brand import brand_of, initials
from company.models import Company, User
from company.queries import the_company
from surveys.models import Wave
from surveys.queries import Rest, rest_everywhere, survey_settings

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
NAME = re.compile(r"\{name\}[,!]?\s*")


@dataclass(frozen=True)
class LetterParts:
    """A letter with `{subject}`, `{greeting}`, `{url}` and `{unsubscribe_url}` still to be filled in."""

    subject: str
    text: str
    html: str


def build_letter(wave: Wave, intro: str | None = None) -> LetterParts:
    """Return the letter of a wave, in the wave's language; a reminder has a text of its own above the scale."""
    company = the_company()
    context = {
        "company": company,
        "brand": brand_of(company.brand_color),
        "mark": initials(company.name),
        "locale": wave.questionnaire.locale,
        "wave": wave,
        "question": braceless(in_words(wave.questionnaire.score_question, company)),
        "intro": braceless(wave.intro if intro is None else intro),
        "low_label": braceless(wave.questionnaire.low_label),
        "high_label": braceless(wave.questionnaire.high_label),
        "rows": (range(6), range(6, 11)),
        "sender": letter_sender(),
        "rest_days": rest_everywhere(survey_settings(), Rest(wave.rest_days, wave.survey_id)),
    }
    with translation.override(wave.questionnaire.locale):
        text = render_to_string("surveys/letters/invitation.txt", context)
        html = render_to_string("surveys/letters/invitation.html", context)
    return LetterParts(subject="{subject}", text=text, html=html)


@dataclass(frozen=True)
class Voice:
    """What a wave says to each recipient by name, prepared once for all of them."""

    subject: str
    hello: str
    hello_by_name: str

    @classmethod
    def of(cls, wave: Wave, subject: str = "") -> Self:
        """Return the voice of a wave; a reminder has a subject of its own."""
        with translation.override(wave.questionnaire.locale):
            return cls(subject or wave.subject, _("Hello!"), _("Hello, %(name)s!"))

    def context(self, first_name: str) -> dict[str, str]:
        """Return what fills one recipient's letter besides the link."""
        greeting = self.hello_by_name % {"name": first_name} if first_name else self.hello
        return {"subject": with_name(self.subject, first_name), "greeting": greeting}


def with_name(subject: str, first_name: str) -> str:
    """Put the first name for `{name}`; without one, take the place out with its comma and begin with a capital letter."""
    if first_name:
        return subject.replace("{name}", first_name)
    rest = NAME.sub("", subject).strip()
    return rest[:1].upper() + rest[1:]


def filled(html: str, values: dict[str, str]) -> str:
    """Put escaped values in the place of their `{names}`, as the outbox does."""
    return PLACEHOLDER.sub(lambda match: escape(values.get(match[1], match[0])), html)


def in_words(text: str, company: Company) -> str:
    """Put the firm's name for `{company}`."""
    return text.replace("{company}", company.name)


def braceless(text: str) -> str:
    """Take braces out of what a manager typed: only this module writes placeholders."""
    return text.replace("{", "(").replace("}", ")")


def letter_sender() -> User | None:
    """Return who signs: the most senior owner."""
    return User.objects.filter(role=Role.OWNER, is_active=True).order_by("seniority", "id").first()
