"""Words a table of past audits is known by: headers of its columns, and ratings in words and numbers."""

import re
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.speech import per_word
from common.tables.headers import normal
from company.formulas.spelling import comparable
from touchpoints.enums import Rating
from touchpoints.map_tables import in_all_languages
from touchpoints.queries import rating_words

NUMBER = re.compile(r"[+-]?\d(?:[.,]0)?")


class AuditColumn(models.TextChoices):
    """The columns of the table."""

    DAY = "day", gettext_lazy("When")
    BRANCH = "branch", gettext_lazy("Branch")
    WALKER = "walker", gettext_lazy("Who walked")
    POINT = "point", gettext_lazy("Touchpoint")
    KIND = "kind", gettext_lazy("Class")
    RATING = "rating", gettext_lazy("Rating")
    NOTE = "note", gettext_lazy("Note")
    AUDIT = "audit", gettext_lazy("Audit")
    ROUND = "round", gettext_lazy("Round")
    ROUND_NUMBER = "round_number", gettext_lazy("Number of the round")


class NumberScale(models.TextChoices):
    """What numbers among the ratings mean."""

    GUESS = "", gettext_lazy("find out from the table")
    SIGNED = "signed", gettext_lazy("−1, 0, 1: from the worst to the best")
    THREE = "three", gettext_lazy("1, 2, 3: from the worst to the best")


NEEDED = (AuditColumn.DAY, AuditColumn.POINT, AuditColumn.RATING)
SYNONYMS: dict[AuditColumn, set[str]] = {
    AuditColumn.DAY: {"date", "day", "дата", "день", "дата аудита"},
    AuditColumn.BRANCH: {"office", "shop", "офис", "магазин"},
    AuditColumn.WALKER: {"auditor", "who", "guest", "e mail", "аудитор", "кто", "проверяющий", "гость", "тайный покупатель", "почта"},
    AuditColumn.POINT: {"name", "point", "точка", "название"},
    AuditColumn.KIND: {"kind", "group", "группа", "вид"},
    AuditColumn.RATING: {"mark", "score", "балл", "отметка"},
    AuditColumn.NOTE: {"notes", "comment", "заметка", "заметки", "комментарий", "примечание"},
    AuditColumn.AUDIT: {"audit number", "номер аудита"},
    AuditColumn.ROUND: {"round name"},
    AuditColumn.ROUND_NUMBER: {"round number"},
}
WORDS: dict[Rating, set[str]] = {
    Rating.AWFUL: {"bad", "terrible", "плохо", "ужасно"},
    Rating.OK: {"okay", "fine", "normal", "норм", "нормально"},
    Rating.WOW: {"great", "вау"},
}
SCALES = {
    NumberScale.SIGNED: {-1: Rating.AWFUL, 0: Rating.OK, 1: Rating.WOW},
    NumberScale.THREE: {1: Rating.AWFUL, 2: Rating.OK, 3: Rating.WOW},
}


@per_word
def columns() -> dict[str, AuditColumn]:
    """Return the columns by every header they are known by, in all our languages."""
    known = {word: column for column, words in SYNONYMS.items() for word in words}
    return known | {normal(word): column for word, column in in_all_languages(AuditColumn)}


def column_of(header: str) -> AuditColumn | None:
    """Return what a column of this header is."""
    return columns().get(normal(header))


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Return the row with most known headers, the first of them."""
    return max(range(len(rows)), key=lambda number: (sum(column_of(cell) is not None for cell in rows[number]), -number), default=0)


def rating_key(word: str) -> str:
    """Return what is the same for spellings of a rating: “Вау!!!” is “вау”."""
    return comparable(word).strip("!. ")


def rating_meanings() -> dict[str, Rating | None]:
    """Return the ratings by every word for them, the company's own first; skipped is None."""
    found: dict[str, Rating | None] = {word: rating for rating, words in WORDS.items() for word in words}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found[comparable(_("skipped"))] = None
    found |= {rating_key(word): rating for word, rating in in_all_languages(Rating)}
    return found | {rating_key(word): rating for rating, word in rating_words().pairs()}


def number_in(cell: str) -> int | None:
    """Return the number a rating is written by, if it is one."""
    found = cell.strip().removeprefix("'").replace("−", "-").replace("–", "-")
    return int(re.split(r"[.,]", found)[0]) if NUMBER.fullmatch(found) else None


def scale_of(cells: Iterable[str]) -> NumberScale:
    """Find out what the numbers mean; only ones may mean the best and the worst."""
    numbers = {number_in(cell) for cell in cells}
    signed, three = numbers & {-1, 0}, numbers & {2, 3}
    if bool(signed) == bool(three):
        return NumberScale.GUESS
    return NumberScale.SIGNED if signed else NumberScale.THREE
