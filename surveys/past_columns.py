"""What the columns of a file of past answers are: Delighted's export, or any table with Russian or English headers."""

from collections.abc import Sequence

from common.tables.headers import normal
from surveys.enums import PastField, PastKind

DELIGHTED_SIGNS = {"permalink", "person email", "person id", "response id", "survey response id", "person name", "delighted source"}
ENOUGH_SIGNS = 2
SYNONYMS: dict[PastField, tuple[str, ...]] = {
    PastField.SCORE: (
        "score",
        "nps score",
        "nps",
        "rating",
        "grade",
        "оценка",
        "балл",
        "баллы",
        "оценка nps",
        "nps оценка",
        "оценка от 0 до 10",
    ),
    PastField.WHY: ("comment", "comments", "feedback", "reason", "why", "комментарий", "отзыв", "почему", "причина", "текст", "ответ"),
    PastField.TEN: ("wish", "improve", "what to improve", "что улучшить", "пожелание", "чтобы было 10", "что сделать или сохранить"),
    PastField.MOMENT: (
        "created at",
        "responded at",
        "answered at",
        "response date",
        "survey response date",
        "submitted at",
        "date",
        "timestamp",
        "time",
        "дата",
        "дата ответа",
        "дата опроса",
        "когда",
        "когда ответили",
        "отметка времени",
        "время",
    ),
    PastField.EMAIL: ("person email", "email", "e mail", "email address", "почта", "эл почта", "электронная почта", "адрес"),
    PastField.PHONE: ("person phone", "phone", "phone number", "person phone number", "телефон", "тел", "номер телефона", "мобильный"),
    PastField.NUMBER: (
        "customer id",
        "client id",
        "external id",
        "person properties customer id",
        "код клиента",
        "номер клиента",
        "клиент id",
        "id клиента",
        "номер",
        "код",
    ),
    PastField.ANSWER_ID: ("response id", "survey response id", "id", "answer id", "номер ответа", "id ответа"),
    PastField.SURVEY_KIND: ("survey type", "project type", "тип опроса", "вид опроса"),
    PastField.TAGS: ("tags", "tag", "метки", "теги"),
}


def kind_of(headers: Sequence[str]) -> PastKind:
    """Tell an export of Delighted by its columns."""
    found = DELIGHTED_SIGNS & {normal(header) for header in headers}
    return PastKind.DELIGHTED if len(found) >= ENOUGH_SIGNS else PastKind.PLAIN


def guess_columns(headers: Sequence[str]) -> dict[int, PastField]:
    """Return what the columns seem to be; every field once, the better known name first."""
    names = [normal(header) for header in headers]
    guess: dict[int, PastField] = {}
    for field, synonyms in SYNONYMS.items():
        column = next((names.index(word) for word in synonyms if word in names and names.index(word) not in guess), None)
        if column is not None:
            guess[column] = field
    return guess
