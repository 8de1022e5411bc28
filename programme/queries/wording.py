"""Reads of the wording check: its history, and the texts kept in Mayak that still write the word with a small letter."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from company.formulas.words import CLIENT
from company.models import Company, User
from programme.formulas.wording import Context, Lexicon, context_of, find_places
from programme.models import WordingDocument, WordingRun
from programme.queries.saved_texts import saved_texts


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
    """Return the texts in force that are to be mended."""
    found = []
    for saved in saved_texts():
        text = "\n\n".join(filter(None, saved.parts.values()))
        contexts = [context_of(text, hit) for hit in find_places(text, lexicon).hits]
        if contexts:
            found.append(KeptText(saved.title, saved.url, contexts))
    return found
