"""The words of a letter get the company's look: 600 px tables, inline styles, no images; and the same as plain text."""

from dataclasses import dataclass
from typing import TypeVar

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from company.formulas.brand import brand_of, initials
from company.models import Company, User
from company.queries import active_owners, the_company
from mailing.enums import TemplateKind
from mailing.formulas.placeholders import neutral
from mailing.templates import COLLEAGUES, FOOTERS, OWN_LINK, PERSONAL, LetterDraft, has_address, names_of

Row = TypeVar("Row", Company, User)
OWN_PLACE, COUNTED_PLACE = "{url}", "{link_1}"
PUBLIC_PLACE = "{promise_url}"


@dataclass(frozen=True)
class LetterParts:
    """A letter in its look, with `{places}` still to be filled in for each recipient."""

    subject: str
    text: str
    html: str


def compose(kind: TemplateKind, locale: str, draft: LetterDraft) -> LetterParts:
    """Return the letter; braces that are no place of its kind become brackets, and a link it does not have is left out."""
    company, link = braceless(the_company(), "name", "tagline"), link_place(kind, draft)
    subject, text = (settled(words, kind, company, link) for words in (draft.subject, draft.text))
    button = neutral(draft.button, ()) if link else ""
    brand = brand_of(company.brand_color)
    context = {
        "company": company,
        "brand": brand,
        "mark": initials(company.name),
        "locale": locale,
        "text": text.strip(),
        "paragraphs": [marked_up(paragraph, link, brand.base) for paragraph in paragraphs_of(text)],
        "button": button,
        "link": link,
        "footer": FOOTERS[kind],
        "for_colleagues": kind in COLLEAGUES,
        "sender": None if kind in COLLEAGUES | PERSONAL else signer(),
    }
    with translation.override(locale):
        return LetterParts(
            subject=" ".join(subject.split()),
            text=render_to_string("mailing/letters/letter.txt", context),
            html=render_to_string("mailing/letters/letter.html", context),
        )


def braceless(row: Row, *fields: str) -> Row:
    """Take braces out of what somebody typed into the row, which is never saved: only this module writes places."""
    for field in fields:
        setattr(row, field, neutral(getattr(row, field), ()))
    return row


def signer() -> User | None:
    """Return who signs letters to Clients: the most senior owner."""
    owner = active_owners().order_by("seniority", "id").first()
    return braceless(owner, "name", "position") if owner else None


def link_place(kind: TemplateKind, draft: LetterDraft) -> str:
    """Return the place of the link: the recipient's own, a counted one, or none."""
    if kind in OWN_LINK:
        return OWN_PLACE
    return COUNTED_PLACE if has_address(kind, draft.button_url) else ""


def settled(words: str, kind: TemplateKind, company: Company, link: str) -> str:
    """Return the words with only such places as are filled in per recipient."""
    known = neutral(words, names_of(kind)).replace(OWN_PLACE, link)
    return known.replace("{company}", company.name)


def paragraphs_of(text: str) -> list[str]:
    """Part a text at its empty lines."""
    parts = "\n".join(line.strip() for line in text.strip().splitlines()).split("\n\n")
    return [part.strip("\n") for part in parts if part.strip()]


def marked_up(paragraph: str, link: str, color: str) -> SafeString:
    """Return a paragraph as markup: escaped, its lines kept, its addresses links."""
    html = str(escape(paragraph)).replace("\n", "<br>")
    for place in filter(None, (link, PUBLIC_PLACE)):
        html = html.replace(place, f'<a href="{place}" style="color:{color}">{place}</a>')
    return mark_safe(html)  # noqa: S308 - escaped above; the rest is ours
