"""Letters in the company's look: put together from a template, a version at a time."""

import datetime as dt
from dataclasses import asdict, replace
from uuid import UUID

from django.db import transaction

from company.models import User
from mailing.composing import compose
from mailing.enums import TemplateKind
from mailing.models import Letter, LetterLink, LetterTemplate
from mailing.queries import example_values, template_in_force
from mailing.services.planning import Recipient, plan_wave
from mailing.templates import OWN_LINK, LetterDraft, built_in, draft_of

TEST_KIND = "letter_test"
TEST_WINDOW = dt.timedelta(hours=12)


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


@transaction.atomic
def save_template(*, kind: TemplateKind, locale: str, draft: LetterDraft, actor: User | None, series: str = "") -> LetterTemplate:
    """Save new words as a new version, which is in force from now on; the same words again are no new version."""
    current = template_in_force(kind, locale, series)
    if current and draft_of(current) == draft:
        return current
    return LetterTemplate.objects.create(kind=kind, locale=locale, series=series, created_by=actor, **asdict(draft))


def restore_template(*, template: LetterTemplate, actor: User) -> LetterTemplate:
    """Put an older version in force again, as a new one."""
    kind = TemplateKind(template.kind)
    return save_template(kind=kind, locale=template.locale, series=template.series, draft=draft_of(template), actor=actor)


def reset_template(*, kind: TemplateKind, locale: str, actor: User) -> LetterTemplate:
    """Put the text we supply in force, as a new version: the company's own ones are kept."""
    return save_template(kind=kind, locale=locale, draft=built_in(kind, locale), actor=actor)


@transaction.atomic
def send_test_letter(*, kind: TemplateKind, locale: str, draft: LetterDraft, actor: User, request_key: UUID, now: dt.datetime) -> None:  # noqa: PLR0913 - named, what a test is
    """Send the letter to the colleague, with invented values; the same form twice is one letter."""
    letter = save_letter(kind=kind, locale=locale, name=draft.subject, draft=draft, template=None, actor=actor)
    recipient = Recipient(address=actor.email, name=actor.name, external_key=f"test-{actor.pk}", context=example_values(kind, locale))
    plan_wave(
        kind=TEST_KIND,
        occurrence_key=str(request_key),
        letter=letter,
        recipients=[recipient],
        not_before=now,
        window_end=now + TEST_WINDOW,
        actor=actor,
    )
