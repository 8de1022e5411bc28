"""Reads of the wording check: its history, and the texts kept in Mayak that still write the word with a small letter."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _

from churn.models import ScriptVersion
from company.formulas.words import CLIENT
from company.models import Company, User
from mailing.enums import TemplateKind
from mailing.queries import drafts_in_force
from programme.formulas.wording import Context, Lexicon, context_of, find_places
from programme.models import Playbook, SellerKit, WordingDocument, WordingRun
from programme.models.playbooks import WORDS
from programme.queries.beacon import beacon_in_force
from programme.queries.manners import manners_in_force
from surveys.enums import SurveyAudience
from surveys.queries import newest_questionnaire

LOCALES = ("ru", "en")
QUESTIONS = ("score_question", "low_label", "high_label", "why_question", "ten_question", "promoter_question")


def company_lexicon() -> Lexicon:
    """Return the forms of the company's word."""
    company = Company.objects.first()
    return Lexicon((company and company.word_forms) or CLIENT)


def own_runs(user: User) -> QuerySet[WordingRun]:
    """Return the checks a person started: nobody else opens their documents."""
    return WordingRun.objects.filter(started_by=user).prefetch_related("documents")


@dataclass(frozen=True)
class WordingMonth:
    """What was checked in a month."""

    month: dt.date
    documents: int
    right: int
    wrong: int

    @property
    def share(self) -> Fraction | None:
        """Which part of all forms had its capital letter when the document came."""
        return Fraction(self.right, self.right + self.wrong) if self.right + self.wrong else None

    @property
    def percent(self) -> int:
        """The same as whole per cent, for a bar."""
        return round(100 * self.share) if self.share is not None else 0


def wording_months(months: int = 12) -> list[WordingMonth]:
    """Return the last months with checks, newest first."""
    rows = (
        WordingDocument.objects.filter(refusal="")
        .annotate(month=TruncMonth("run__started_at"))
        .values("month")
        .annotate(documents=Count("id"), capital=Sum("right"), small=Sum("wrong"))
        .order_by("-month")[:months]
    )
    return [WordingMonth(row["month"].date(), row["documents"], row["capital"], row["small"]) for row in rows]


@dataclass(frozen=True)
class KeptText:
    """A text kept in Mayak with small letters in it, and where to mend it."""

    title: str
    url: str
    contexts: Sequence[Context]


def kept_texts(lexicon: Lexicon) -> list[KeptText]:
    """Walk letters, questions, scripts of calls and the texts of the programme that are in force; return those to be mended."""
    found = []
    for title, url, text in [*letter_texts(), *survey_texts(), *script_texts(), *manners_texts(), *programme_texts()]:
        contexts = [context_of(text, hit) for hit in find_places(text, lexicon).hits]
        if contexts:
            found.append(KeptText(title, url, contexts))
    return found


def letter_texts() -> Iterator[tuple[str, str, str]]:
    """Yield every letter in force."""
    for (kind, locale), draft in drafts_in_force().items():
        text = "\n\n".join(filter(None, (draft.subject, draft.text, draft.button)))
        yield f"{TemplateKind(kind).label} · {locale}", reverse("mailing:template_edit", args=[kind, locale]), text


def survey_texts() -> Iterator[tuple[str, str, str]]:
    """Yield the questions in force."""
    for audience in SurveyAudience:
        for locale in LOCALES:
            if wording := newest_questionnaire(locale, audience):
                url = f"{reverse('surveys:questionnaire')}?audience={audience}&locale={locale}"
                yield f"{_('Survey')}: {audience.label} · {locale}", url, "\n\n".join(str(getattr(wording, name)) for name in QUESTIONS)


def script_texts() -> Iterator[tuple[str, str, str]]:
    """Yield the scripts of calls in force."""
    for version in ScriptVersion.objects.order_by("segment_id", "-id").distinct("segment_id"):
        text = "\n\n".join(f"{step.get('title', '')}\n\n{step.get('say', '')}" for step in version.steps)
        yield _("Script of calls"), reverse("churn:script"), text


def manners_texts() -> Iterator[tuple[str, str, str]]:
    """Yield the code of manners in force."""
    if version := manners_in_force():
        yield _("The code of manners"), reverse("programme:manners_edit"), f"{version.intro}\n\n{version.text}"


def programme_texts() -> Iterator[tuple[str, str, str]]:
    """Yield the beacon, the memos and the kits in force."""
    if beacon := beacon_in_force():
        yield _("Our beacon"), reverse("programme:beacon_edit"), f"{beacon.text}\n\n{beacon.meaning}"
    for playbook in Playbook.objects.filter(is_archived=False):
        url = reverse("programme:playbook_edit", args=[playbook.pk])
        yield playbook.title, url, "\n\n".join(getattr(playbook, name) for name in WORDS)
    for kit in SellerKit.objects.order_by("kind"):
        yield str(kit.get_kind_display()), reverse("programme:seller_kit_edit", args=[kit.kind]), f"{kit.speech}\n\n{kit.told}"
