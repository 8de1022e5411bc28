"""The letter of thanks, put together for one person."""

from django.utils import translation
from django.utils.translation import gettext as _

from clients.models import Lead
from company.formulas.names import first_name
from company.models import User
from company.queries import the_company
from mailing.enums import TemplateKind
from mailing.queries import LetterDraft

KIND = TemplateKind.REFERRAL_THANKS


def thanks_draft(lead: Lead, sender: User, draft: LetterDraft, locale: str) -> LetterDraft:
    """Return the company's words with the names filled in, for a person to change and send."""
    name, friend = first_name(str(lead.link.owner)), first_name(lead.name) or lead.name
    with translation.override(locale):
        greeting = _("Hello, %(name)s!") % {"name": name} if name else _("Hello!")
    places = {"{greeting}": greeting, "{friend}": friend, "{company}": the_company().name, "{signature}": sender.name}
    subject, text = draft.subject, draft.text
    for place, words in places.items():
        subject, text = subject.replace(place, words), text.replace(place, words)
    return LetterDraft(subject, text, draft.button, draft.button_url)
