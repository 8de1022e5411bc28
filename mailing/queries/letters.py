"""Letters the company wrote, how they look to a recipient, and who followed their links."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils import translation

from company.queries import the_company
from mailing.composing import compose
from mailing.enums import MessageState, TemplateKind
from mailing.links import clicked
from mailing.models import Click, LetterLink, LetterTemplate, MailWave, Message
from mailing.rendering import filled
from mailing.templates import PLACEHOLDERS, LetterDraft, built_in, draft_of

RECENT = 20


def template_in_force(kind: TemplateKind, locale: str, series: str = "") -> LetterTemplate | None:
    """Return the newest template of a kind and language; None: the text we supply is in force."""
    return LetterTemplate.objects.filter(kind=kind, locale=locale, series=series).first()


@dataclass(frozen=True)
class CountedLink:
    """A link of a letter as one recipient got it."""

    message: Message
    link: LetterLink


def counted_link(token: str) -> CountedLink | None:
    """Return the link a token of `mailing:go` stands for; a forged one is found out before the database is asked."""
    if (named := clicked(token)) is None:
        return None
    beginning, number = named
    message = Message.objects.filter(message_id__startswith=beginning).select_related("wave").first()
    link = LetterLink.objects.filter(letter=message.wave.letter_id, number=number).first() if message else None
    return CountedLink(message, link) if message and link else None


@dataclass(frozen=True)
class ClickCount:
    """How many people got letters with a counted link, and how many of them followed it."""

    sent: int
    clicked: int

    @property
    def share(self) -> float:
        """Click-through: people who clicked among people written to."""
        return self.clicked / self.sent if self.sent else 0.0


def clicks_of(mail_wave: MailWave) -> ClickCount | None:
    """Return the click-through of a wave; None when its letter has no counted link."""
    if not LetterLink.objects.filter(letter=mail_wave.letter_id).exists():
        return None
    sent = Message.objects.filter(wave=mail_wave, state=MessageState.SENT)
    return ClickCount(sent.count(), Click.objects.filter(message__wave=mail_wave).values("message").distinct().count())


def clicks_by_kind() -> dict[tuple[str, str], ClickCount]:
    """Return the click-through of all letters with a counted link, by the kind and language of their template."""
    keys = ("wave__letter__template__kind", "wave__letter__template__locale")
    sent = Message.objects.filter(state=MessageState.SENT, wave__letter__in=LetterLink.objects.values("letter"))
    found = sent.filter(wave__letter__template__isnull=False).order_by().values_list(*keys)
    counted = found.annotate(Count("id", distinct=True), Count("clicks__message", distinct=True))
    return {(kind, locale): ClickCount(n, people) for kind, locale, n, people in counted}


def versions_of(kind: TemplateKind, locale: str) -> QuerySet[LetterTemplate]:
    """Return the saved versions of the company's own letter of a kind, the one in force first."""
    return LetterTemplate.objects.filter(kind=kind, locale=locale, series="").select_related("created_by")


def draft_in_force(kind: TemplateKind, locale: str, series: str = "") -> LetterDraft:
    """Return the words in force: the company's, or ours."""
    template = template_in_force(kind, locale, series)
    return draft_of(template) if template else built_in(kind, locale)


def drafts_in_force() -> dict[tuple[str, str], LetterDraft]:
    """Return the words the company itself put in force, by kind and language."""
    newest = LetterTemplate.objects.filter(series="").order_by("kind", "locale", "-id").distinct("kind", "locale")
    return {(template.kind, template.locale): draft_of(template) for template in newest}


def recent_recipients(kind: TemplateKind) -> QuerySet[Message]:
    """Return the last messages of a purpose, to see a letter with a real recipient's values."""
    newest = Message.objects.filter(wave__kind=kind).order_by("-id").values("pk")[:RECENT]
    return Message.objects.filter(pk__in=newest).order_by("-id")


def example_values(kind: TemplateKind, locale: str) -> dict[str, str]:
    """Return invented values for every place of a kind."""
    known = {"company": the_company().name, "url": settings.BASE_URL, "promise_url": settings.BASE_URL}
    with translation.override(locale):
        return {place.name: known.get(place.name) or str(place.example) for place in PLACEHOLDERS[kind]}


def letter_page(kind: TemplateKind, locale: str, draft: LetterDraft, values: Mapping[str, str]) -> str:
    """Return the HTML of a letter as a recipient with the values sees it; its links lead nowhere."""
    known = {name: "#" if value.startswith(("http://", "https://")) else value for name, value in values.items()}
    nowhere = dict.fromkeys(("url", "promise_url", "link_1", "unsubscribe_url"), "#")
    return filled(compose(kind, locale, draft).html, {**example_values(kind, locale), **known, **nowhere}, html=True)
