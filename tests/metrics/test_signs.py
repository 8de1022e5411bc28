"""Signs with the price of a Client: the right number, the right words, a PDF that a print shop takes."""

import datetime as dt
import io
from fractions import Fraction
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image
from pypdf import PdfReader

from clients.models import Segment
from company.formulas.morphology import word_forms_of
from company.models import Branch, Company, Employee, User
from company.queries import the_company
from metrics.enums import NumberSource, SignKind
from metrics.models import LtvVersion
from metrics.queries import SignNumber, best_number, memorable_cents, sign_number
from metrics.signs import Order, every, facts_of, frequency_words, short_money, sign_pdf, sign_preview, years_words
from tests.metrics.world import regular, write

TODAY = dt.date(2026, 11, 21)
LONG_AGO = dt.date(2024, 1, 10)
MM = 72 / 25.4
NUMBER = SignNumber(4_861_500, Fraction(42, 10), 231_500, Fraction(5), NumberSource.BELIEVED, saved_on=TODAY)
SIGNS = reverse("metrics:signs")
PRINT = reverse("metrics:sign_print")
PREVIEW = reverse("metrics:sign_preview")


def order(kind: SignKind, language: str = "ru", **options: Any) -> Order:
    return Order(kind, options.pop("number", NUMBER), language, **options)


def pages_of(made: bytes) -> list[str]:
    """Return the words of every page, one space apart."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(made)).pages]


def believe(revenue_cents: int = 4_861_500, segment: Segment | None = None, **typed: str) -> LtvVersion:
    three = {"purchases_per_year": "4,2", "average_check": "2 315", "years": "5", **typed}
    return LtvVersion.objects.create(**three, revenue_cents=revenue_cents, segment=segment)


def buy() -> None:
    """Let 40 Clients buy 9 times and leave."""
    write(regular(40, first=LONG_AGO, every=20, times=9, cents=100_000))


def fonts_of(made: bytes) -> set[tuple[str, str]]:
    """Return (kind, name) of the embedded fonts."""
    found = set()
    for page in PdfReader(io.BytesIO(made)).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]  # a dictionary of the page
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            found.add((str(inner["/Subtype"]), str(inner["/BaseFont"]).partition("+")[2]))
    return found


@pytest.mark.parametrize(
    ("cents", "shown"),
    [
        (4_860_000, "48 600 ₽"),
        (50_00, "50 ₽"),
        (999_900_000, "9 999 000 ₽"),
        (1_230_000_000, "12,3 млн ₽"),
        (486_000_000_000, "4,86 млрд ₽"),
    ],
)
def test_a_number_over_seven_digits_is_shortened(cents: int, shown: str) -> None:
    with translation.override("ru"):
        assert short_money(cents, "RUB").replace("\xa0", " ") == shown


def test_english_shortens_in_its_own_words() -> None:
    with translation.override("en"):
        assert short_money(1_230_000_000, "EUR").replace("\xa0", " ") == "12.3 million €"


@pytest.mark.parametrize(("cents", "rounded"), [(4_861_500, 4_860_000), (99_950, 100_000), (40, 100), (123, 100)])
def test_the_number_has_three_significant_digits_and_is_never_nothing(cents: int, rounded: int) -> None:
    assert memorable_cents(cents) == rounded


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (Fraction(42, 10), "4,2 покупки в год"),
        (Fraction(1), "1 покупка в год"),
        (Fraction(5), "5 покупок в год"),
        (Fraction(1, 3), "покупка раз в 3 года"),
        (Fraction(1, 5), "покупка раз в 5 лет"),
        (Fraction(2, 5), "покупка раз в 2,5 года"),
        (Fraction(96, 100), "1 покупка в год"),
    ],
)
def test_frequency_is_said_the_way_people_say_it(number: Fraction, words: str) -> None:
    with translation.override("ru"):
        assert frequency_words(number).replace("\xa0", " ") == words


@pytest.mark.parametrize(
    ("years", "words"), [(Fraction(5), "5 лет"), (Fraction(34, 10), "3,4 года"), (Fraction(1), "1 год"), (Fraction(22), "22 года")]
)
def test_years_agree_with_their_number(years: Fraction, words: str) -> None:
    with translation.override("ru"):
        assert years_words(years).replace("\xa0", " ") == words


def test_facts_stand_in_two_lines() -> None:
    with translation.override("ru"):
        assert [line.replace("\xa0", " ") for line in facts_of(NUMBER, "RUB")] == ["4,2 покупки в год", "по 2 315 ₽, 5 лет"]


def test_the_company_says_its_own_word(company: Company) -> None:
    Company.objects.update(word_forms=word_forms_of("Гость"))
    the_company()
    with translation.override("ru"):
        assert every() == "Каждый Гость"


@pytest.mark.parametrize(("size", "width", "height"), [("a4", 210, 297), ("a3", 297, 420)])
@pytest.mark.parametrize("look", ["night", "paper"])
def test_a_wall_sign_is_one_page_of_its_size_with_selectable_words(company: Company, size: str, width: int, height: int, look: str) -> None:
    made = sign_pdf(order(SignKind.WALL, size=size, look=look), TODAY)
    page = PdfReader(io.BytesIO(made)).pages[0]
    assert (round(float(page.mediabox.width) / MM), round(float(page.mediabox.height) / MM)) == (width, height)
    assert pages_of(made) == ["Каждый Клиент — это 48 600 ₽ 4,2 покупки в год по 2 315 ₽, 5 лет Лён и хлопок ноябрь 2026"]


def test_a_bleed_makes_the_sheet_larger_and_leaves_the_trim_as_it_was(company: Company) -> None:
    page = PdfReader(io.BytesIO(sign_pdf(order(SignKind.WALL, bleed=True), TODAY))).pages[0]
    assert (round(float(page.trimbox.width) / MM), round(float(page.trimbox.height) / MM)) == (210, 297)
    assert (round(float(page.mediabox.width) / MM), round(float(page.mediabox.height) / MM)) == (226, 313)


def test_the_white_sign_has_no_bleed_whatever_was_ticked(company: Company) -> None:
    page = PdfReader(io.BytesIO(sign_pdf(order(SignKind.WALL, look="paper", bleed=True), TODAY))).pages[0]
    assert round(float(page.mediabox.width) / MM) == 210


def test_words_are_set_in_static_manrope(company: Company) -> None:
    fonts = fonts_of(sign_pdf(order(SignKind.WALL), TODAY))
    assert fonts == {("/CIDFontType2", f"Manrope-{weight}") for weight in ("ExtraBold", "Bold", "SemiBold", "Medium")}


def test_english_has_english_words(company: Company) -> None:
    assert pages_of(sign_pdf(order(SignKind.WALL, "en"), TODAY)) == [
        "Every Client is 48 600 ₽ 4.2 purchases a year at 2 315 ₽, 5 years Лён и хлопок November 2026"
    ]


@pytest.mark.parametrize("kind", [SignKind.WALL, SignKind.CARD, SignKind.BADGE, SignKind.BACK_ROOM])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_was_typed_is_never_read_as_typst(company: Company, kind: SignKind, language: str) -> None:
    odd = '#panic() $x$ *b* _i_ @a <l> // [ #import "x"'
    Company.objects.update(name=odd)
    person = Employee.objects.create(name=odd, position=odd)
    made = sign_pdf(order(kind, language, employee=person, phone=odd[:30], with_words=True), TODAY)
    assert odd.replace(" ", "") in "".join(pages_of(made)).replace(" ", "")


def test_a_card_shows_the_number_alone_unless_words_are_wanted(company: Company) -> None:
    person = Employee.objects.create(name="Олег Дунаев", position="Руководитель сервиса", email="oleg@example.org")
    bare = pages_of(sign_pdf(order(SignKind.CARD, cards="one", employee=person, phone="+7 900 000-12-34"), TODAY))
    told = pages_of(sign_pdf(order(SignKind.CARD, cards="one", employee=person, with_words=True), TODAY))
    assert bare == ["Л Лён и хлопок Олег Дунаев Руководитель сервиса +7 900 000-12-34 oleg@example.org 48 600 ₽"]
    assert told[0].endswith("Каждый Клиент для нас — это 48 600 ₽ и репутация. Если что-то не так, звоните мне лично.")


def test_a_sheet_holds_ten_cards_and_one_card_has_its_own_page(company: Company) -> None:
    sheet, one = (PdfReader(io.BytesIO(sign_pdf(order(SignKind.CARD, cards=cards), TODAY))).pages for cards in ("sheet", "one"))
    assert (len(sheet), sheet[0].extract_text().count("₽")) == (1, 10)
    assert (round(float(one[0].mediabox.width) / MM), round(float(one[0].mediabox.height) / MM)) == (90, 50)


def test_there_is_a_badge_for_everybody_who_works_here(company: Company) -> None:
    north = Branch.objects.create(name="Север")
    Employee.objects.bulk_create([Employee(name=f"Сотрудник {number:02}", branch=north if number < 2 else None) for number in range(10)])
    Employee.objects.create(name="Ушедший", left_on=TODAY)
    everybody, few = pages_of(sign_pdf(order(SignKind.BADGE), TODAY)), pages_of(sign_pdf(order(SignKind.BADGE, branch=north), TODAY))
    assert [page.count("Каждый Клиент") for page in everybody] == [9, 1]
    assert "Ушедший" not in "".join(everybody)
    assert [page.count("Сотрудник") for page in few] == [2]


def test_without_employees_a_whole_sheet_of_badges_is_nameless(company: Company) -> None:
    assert [page.count("48 600 ₽") for page in pages_of(sign_pdf(order(SignKind.BADGE), TODAY))] == [9]


def test_the_back_room_says_how_it_was_computed_and_what_a_loss_costs(company: Company) -> None:
    [words] = pages_of(sign_pdf(order(SignKind.BACK_ROOM), TODAY))
    for piece in (
        "4,2 покупки в год",
        "5 лет с нами",
        "2 315 ₽",
        "= 48 600 ₽",
        "Десять ушедших уносят 486 000 ₽.",
        "точно 48 615 ₽",
        "21 ноября 2026",
    ):
        assert piece in words


def test_the_back_room_names_the_clients_measured_and_the_segment(company: Company) -> None:
    number = SignNumber(4_861_500, Fraction(42, 10), 231_500, Fraction(34, 10), NumberSource.MEASURED, Segment(name="Опт"), clients=3412)
    [words] = pages_of(sign_pdf(order(SignKind.BACK_ROOM, number=number), TODAY))
    assert "3,4 года с нами" in words
    assert "Сегмент: Опт. Измерено по покупкам на 21 ноября 2026, Клиентов — 3 412" in words


@pytest.mark.parametrize("kind", [SignKind.WALL, SignKind.CARD, SignKind.BADGE, SignKind.BACK_ROOM])
def test_the_longest_words_stay_on_one_page(company: Company, kind: SignKind) -> None:
    Company.objects.update(name="Ы" * 120, word_forms=word_forms_of("Путешественник"))
    long = SignNumber(9_99_900_000, Fraction(1, 7), 5_000_000_00, Fraction(149), NumberSource.BELIEVED, saved_on=TODAY)
    person = Employee.objects.create(name="Ш" * 120, position="Щ" * 120, email=f"{'w' * 60}@example.org")
    made = sign_pdf(order(kind, number=long, employee=person, phone="8" * 30, with_words=True, cards="one"), TODAY)
    assert len(pages_of(made)) == 1


def test_a_logo_is_printed_and_a_lost_file_of_it_is_no_harm(company: Company, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    picture = io.BytesIO()
    Image.new("RGBA", (300, 100), (200, 30, 60, 120)).save(picture, "PNG")
    company.logo.save("a.png", ContentFile(picture.getvalue()))
    for kind in (SignKind.WALL, SignKind.CARD, SignKind.BACK_ROOM):
        page = PdfReader(io.BytesIO(sign_pdf(order(kind, cards="one"), TODAY))).pages[0]
        assert len(page.images) >= 1
    company.logo.storage.delete(str(company.logo.name))
    assert len(PdfReader(io.BytesIO(sign_pdf(order(SignKind.WALL), TODAY))).pages[0].images) == 0


def test_a_preview_is_a_picture_of_the_sheet(company: Company) -> None:
    for size in ("a4", "a3"):
        picture = Image.open(io.BytesIO(sign_preview(order(SignKind.WALL, size=size), TODAY)))
        assert 850 < picture.height < 950


def test_measured_needs_enough_clients_and_belief_a_saved_version(company: Company) -> None:
    assert best_number(today=TODAY) is None
    write(regular(5, first=LONG_AGO, every=20, times=3, cents=100_000))
    assert sign_number(NumberSource.MEASURED, today=TODAY) is None
    believe()
    found = best_number(today=TODAY)
    assert found is not None
    assert (found.source, found.rounded_cents, found.purchases_per_year) == (NumberSource.BELIEVED, 4_860_000, Fraction(21, 5))


def test_measured_goes_before_belief(company: Company) -> None:
    believe()
    buy()
    found = best_number(today=TODAY)
    assert found is not None
    assert (found.source, found.cents, found.clients) == (NumberSource.MEASURED, 900_000, 40)


def test_the_page_without_a_number_leads_to_the_calculator(as_manager: Browser) -> None:
    response = as_manager.get(SIGNS)
    assert response.status_code == 200
    assert reverse("metrics:ltv") in response.content.decode()
    assert as_manager.get(PRINT).status_code == 404
    assert as_manager.get(PREVIEW).status_code == 404


def test_the_page_shows_what_will_be_printed(as_manager: Browser) -> None:
    believe()
    page = as_manager.get(SIGNS, {"kind": "badge"})
    assert f"{PREVIEW}?kind=badge" in page.content.decode()
    made = as_manager.get(PRINT, {"kind": "badge"})
    assert (made["Content-Type"], made["Content-Disposition"]) == ("application/pdf", 'inline; filename="mayak-badge-a4.pdf"')
    assert as_manager.get(PREVIEW, {"kind": "badge"})["Content-Type"] == "image/png"


def test_a_segment_has_a_number_of_its_own(as_manager: Browser) -> None:
    believe()
    segment = Segment.objects.create(name="Опт")
    believe(90_000_000, segment, purchases_per_year="1/3")
    made = as_manager.get(PRINT, {"segment": str(segment.pk), "source": "believed"})
    assert pages_of(made.content)[0].startswith("Каждый Клиент — это 900 000 ₽ покупка раз в 3 года")


@pytest.mark.parametrize(
    "asked", [{"kind": "screen"}, {"kind": "x"}, {"size": "a0"}, {"segment": "999999"}, {"language": "de"}, {"employee": "x"}]
)
def test_nonsense_in_the_address_is_said_and_nothing_is_printed(as_manager: Browser, asked: dict[str, str]) -> None:
    believe()
    assert as_manager.get(SIGNS, asked).status_code == 422
    assert as_manager.get(PRINT, asked).status_code == 404


def test_who_left_has_no_card(as_manager: Browser) -> None:
    believe()
    gone = Employee.objects.create(name="Ушедший", left_on=timezone.localdate() - dt.timedelta(days=2))
    assert as_manager.get(PRINT, {"kind": "card", "employee": str(gone.pk)}).status_code == 404


def test_the_page_of_signs_takes_a_fixed_number_of_queries(as_manager: Browser, owner: User, django_assert_max_num_queries: Any) -> None:
    believe()
    for number in range(3):
        Employee.objects.create(name=f"Сотрудник {number}")
    with django_assert_max_num_queries(16):
        as_manager.get(SIGNS, {"kind": "card"})


def test_a_belief_was_saved_on_the_day_of_the_company_not_of_utc(company: Company) -> None:
    version = believe()
    LtvVersion.objects.filter(pk=version.pk).update(created_at=dt.datetime(2026, 5, 20, 22, 30, tzinfo=dt.UTC))
    found = sign_number(NumberSource.BELIEVED, today=TODAY)
    assert found is not None
    assert found.saved_on == dt.date(2026, 5, 21)
