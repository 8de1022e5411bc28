"""The invitation letter: 600 px tables, inline styles, eleven links, no images; and the same as plain text."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from company.enums import Role
from company.models import Company, User
from company.queries import the_company
from surveys.greeting import addressed
from surveys.models import Questionnaire, Wave

NAME = re.compile(r"\{name\}[,!]?\s*")
SOFT = 0.1
SHADE = 255


@dataclass(frozen=True)
class LetterParts:
    """A letter with `{subject}`, `{greeting}`, `{question}`, `{url}` and `{unsubscribe_url}` still to be filled in."""

    subject: str
    text: str
    html: str


def build_letter(wave: Wave) -> LetterParts:
    """Return the letter of a wave, in the wave's language."""
    company = the_company()
    context = {
        "company": company,
        "mark": initials(company.name),
        "wave": wave,
        "wording": wave.questionnaire,
        "first_row": range(6),
        "second_row": range(6, 11),
        "soft": mixed_with_white(company.brand_color),
        "sender": letter_sender(),
        "logo_free": True,
    }
    with translation.override(wave.questionnaire.locale):
        text = render_to_string("surveys/letter.txt", context)
        html = render_to_string("surveys/letter.html", {**context, "wave_intro": braceless(wave.intro)})
    return LetterParts(subject="{subject}", text=text, html=html)


def letter_context(wave: Wave, first_name: str, url: str) -> dict[str, str]:
    """Return what fills one recipient's letter."""
    with translation.override(wave.questionnaire.locale):
        hello = _("Hello, %(name)s!") % {"name": first_name} if first_name else _("Hello!")
    question = in_words(wave.questionnaire.score_question)
    return {
        "subject": with_name(wave.subject, first_name),
        "greeting": hello,
        "question": addressed(first_name, question),
        "url": url,
    }


def with_name(subject: str, first_name: str) -> str:
    """Put the first name for `{name}`; without one, take the place out with its comma and begin with a capital letter."""
    if first_name:
        return subject.replace("{name}", first_name)
    rest = NAME.sub("", subject).strip()
    return rest[:1].upper() + rest[1:]


def in_words(text: str) -> str:
    """Put the firm's name for `{company}`."""
    return text.replace("{company}", the_company().name)


def braceless(text: str) -> SafeString:
    """Escape what a manager typed, braces too: only this module writes placeholders."""
    return mark_safe(escape(text).replace("{", "&#123;").replace("}", "&#125;"))  # noqa: S308 - escaped in the same line


def letter_sender() -> User | None:
    """Return who signs: the most senior owner."""
    return User.objects.filter(role=Role.OWNER, is_active=True).order_by("seniority", "id").first()


def initials(name: str) -> str:
    """Return the letters of the round mark: `Лён и хлопок` gives `ЛХ`."""
    words = [word for word in re.findall(r"\w+", name) if len(word) > 1] or ["·"]
    return "".join(word[0] for word in words[:2]).upper()


def mixed_with_white(color: str, share: float = SOFT) -> str:
    """Return a soft tint of a colour written `#RRGGBB`."""
    parts = [int(color[place : place + 2], 16) for place in (1, 3, 5)]
    return "#" + "".join(f"{round(SHADE - (SHADE - part) * share):02X}" for part in parts)
