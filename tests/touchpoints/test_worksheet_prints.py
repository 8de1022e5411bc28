"""Worksheets on paper: one page each, whatever was typed and however much of it."""

import io

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from clients.models import Client, Segment
from company.models import Company
from tests.touchpoints.make import TODAY
from touchpoints.enums import HoldKind
from touchpoints.models import Fear, Guarantee, Hold, Lesson, TalkIdea
from touchpoints.queries.lessons import lessons
from touchpoints.queries.worksheets import fear_sheet, hold_sheet, talk_sheet
from touchpoints.worksheet_prints import fears_pdf, holds_pdf, talk_pdf

ODD = '#panic() $x$ *b* _i_ @a <l> // [ #import "x"'


def words_of(made: bytes) -> str:
    """Return the words of a PDF that has one page."""
    pages = PdfReader(io.BytesIO(made)).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().split())


@pytest.mark.parametrize("sheet", ["fear", "talk", "hold"])
def test_an_empty_sheet_prints_too(as_manager: Browser, sheet: str) -> None:
    answer = as_manager.get(reverse(f"touchpoints:{sheet}_print"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    words_of(answer.content)


def test_gaps_stand_first_and_what_was_typed_is_never_read_as_typst(company: Company) -> None:
    Company.objects.update(name=ODD)
    answered = Fear.objects.create(kind="wrong", words="Не подойдёт")
    Fear.objects.create(kind="past", words=ODD, position=9)
    Guarantee.objects.create(promise="Обменяем", state="given").fears.set([answered])
    words = words_of(fears_pdf(fear_sheet(), TODAY))
    assert words.replace(" ", "").count(ODD.replace(" ", "")) == 2
    assert words.index("#panic() $x$", 60) < words.index("Не подойдёт") < words.index("Обменяем")


def test_a_long_sheet_stays_on_one_page_and_says_what_is_left_out(company: Company) -> None:
    for number in range(40):
        fear = Fear.objects.create(kind="other", words=f"{number} " + "боюсь остаться один на один с поломкой " * 5)
        for promise in range(3):
            Guarantee.objects.create(promise=f"{promise} " + "приедем в тот же день и всё починим " * 5, state="given").fears.set([fear])
    with translation.override("en"):
        words = words_of(fears_pdf(fear_sheet(), TODAY))
    assert "0 боюсь остаться" in words
    assert "More lines on the screen: " in words


def test_a_sheet_of_thirty_short_lines_is_printed_whole(company: Company) -> None:
    for number in range(30):
        Fear.objects.create(kind="other", words=f"Страх номер {number:02}")
    words = words_of(fears_pdf(fear_sheet(), TODAY))
    assert [n for n in range(30) if f"номер {n:02}" not in words] == []


def test_ideas_are_printed_by_how_far_they_are(company: Company) -> None:
    TalkIdea.objects.create(kind="gift", text="Открытка", state="kept", tried_on=TODAY, result="Хранят", came=12, cost_cents=500_00)
    TalkIdea.objects.create(kind="gift", text="Зонты")
    with translation.override("ru"):
        words = words_of(talk_pdf(talk_sheet(TODAY), TODAY))
    assert words.index("Открытка") < words.index("Хранят") < words.index("12") < words.index("Зонты")


@pytest.mark.parametrize("segments", [0, 1, 9])
def test_any_number_of_segments_fits_and_the_rest_is_named(company: Company, segments: int) -> None:
    for number in range(segments):
        segment = Segment.objects.create(name=f"Сегмент {number}")
        Hold.objects.bulk_create([Hold(segment=segment, kind=kind, strength=2, note="видно по заказам " * 4) for kind in HoldKind])
    Lesson.objects.create(kind="webinar", title="Уход за льном", held_on=TODAY).clients.add(Client.objects.create(name="Анна"))
    words = words_of(holds_pdf(hold_sheet(), list(lessons()), TODAY))
    assert [n for n in range(segments) if f"Сегмент {n}" not in words] == []
    assert "Уход за льном" in words
