"""Letters in the company's look: put together from a template, a version at a time."""

from dataclasses import replace

from django.db import transaction

from company.models import User
from mailing.composing import compose
from mailing.enums import TemplateKind
from mailing.models import Letter, LetterLink, LetterTemplate
from mailing.queries import template_in_force
from mailing.templates import OWN_LINK, LetterDraft, built_in, draft_of


@transaction.atomic
def letter_of(  # noqa: PLR0913 - named, the promise other apps rely on
    *,
    kind: TemplateKind,
    locale: str,
    name: str,
    actor: User | None,
    subject: str | None = None,
    text: str | None = None,
    template: LetterTemplate | None = None,
) -> Letter:
    """Save the letter of a purpose: the given template, else the company's one in force, else the text we supply.

    `subject` and `text` stand in for the template's. Its places are filled per recipient; `{company}` is filled here.
    """
    template = template or template_in_force(kind, locale)
    draft = draft_of(template) if template else built_in(kind, locale)
    draft = replace(draft, subject=draft.subject if subject is None else subject, text=draft.text if text is None else text)
    return save_letter(kind=kind, locale=locale, name=name, draft=draft, template=template, actor=actor)


def save_letter(  # noqa: PLR0913 - named, one per column
    *, kind: TemplateKind, locale: str, name: str, draft: LetterDraft, template: LetterTemplate | None, actor: User | None
) -> Letter:
    """Save a letter with its counted link."""
    parts = compose(kind, locale, draft)
    letter = Letter.objects.create(
        name=name[:120], locale=locale, subject=parts.subject[:200], text=parts.text, html=parts.html, template=template, created_by=actor
    )
    if draft.button_url and kind not in OWN_LINK:
        LetterLink.objects.create(letter=letter, number=1, label=draft.button[:80], url=draft.button_url)
    return letter
