"""Where the number hangs, with photos; and the office screens that show it."""

import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from company.models import Branch, Company, User
from config.logs import without_secrets
from metrics import queries, services
from metrics.enums import NumberSource
from metrics.models import LtvVersion, OfficeScreen, SignPlace
from surveys.models import PostWindow

TODAY = dt.date(2026, 11, 21)
PLACES, HANG = reverse("metrics:sign_places"), reverse("metrics:sign_hang")
SCREENS, ADD_SCREEN = reverse("metrics:screen_list"), reverse("metrics:screen_create")


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def believe(revenue_cents: int = 4_861_500) -> None:
    LtvVersion.objects.create(purchases_per_year="4,2", average_check="2315", years="5", revenue_cents=revenue_cents)


def hang(place: str = "Над кассой", cents: int | None = 4_860_000, **fields: Any) -> SignPlace:
    values = {"hung_on": TODAY, "source": NumberSource.BELIEVED, **fields}
    return SignPlace.objects.create(place=place, cents=cents, request_key=uuid.uuid4(), **values)


def photo(exif: bool = True) -> SimpleUploadedFile:
    """Make a photo that says where it was taken."""
    picture, target = Image.new("RGB", (40, 30), "orange"), io.BytesIO()
    tags = Image.Exif()
    if exif:
        tags[0x010F] = "PHONE-OF-OLEG"
    picture.save(target, "JPEG", exif=tags)
    return SimpleUploadedFile("IMG_1.jpg", target.getvalue(), "image/jpeg")


def told(**fields: Any) -> dict[str, Any]:
    usual = {
        "request_key": str(uuid.uuid4()),
        "kind": "wall",
        "place": "Над кассой",
        "hung_on": "2026-01-10",
        "number": "48 600",
        "source": "believed",
    }
    return {**usual, **fields}


def test_an_empty_wall_says_what_to_do(as_manager: Browser) -> None:
    response = as_manager.get(PLACES)
    assert response.status_code == 200
    assert HANG in response.content.decode()


def test_a_place_is_kept_with_a_photo_that_tells_nothing_else(as_manager: Browser, manager: User) -> None:
    response = as_manager.post(HANG, told(photo=photo()))
    assert (response.status_code, response["Location"]) == (302, PLACES)
    place = SignPlace.objects.get()
    assert (place.place, place.cents, place.hung_on, place.author) == ("Над кассой", 4_860_000, dt.date(2026, 1, 10), manager)
    sent = as_manager.get(reverse("metrics:sign_photo", args=[place.pk]))
    content = b"".join(sent.streaming_content)  # type: ignore[attr-defined]  # a file's response
    assert b"PHONE-OF-OLEG" not in content
    assert dict(Image.open(io.BytesIO(content)).getexif()) == {}
    assert sent["X-Content-Type-Options"] == "nosniff"


def test_a_form_sent_twice_is_one_place(as_manager: Browser) -> None:
    form = told()
    as_manager.post(HANG, form)
    as_manager.post(HANG, form)
    assert SignPlace.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"place": ""},
        {"number": "many"},
        {"number": "0"},
        {"number": "-5"},
        {"hung_on": "2999-01-01"},
        {"hung_on": "yesterday"},
        {"kind": "balloon"},
        {"request_key": "x"},
        {"segment": "999"},
        {"photo": SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>", "image/jpeg")},
    ],
)
def test_a_wrong_form_comes_back_filled_and_nothing_is_kept(as_manager: Browser, wrong: dict[str, Any]) -> None:
    response = as_manager.post(HANG, told(**{"place": "У входа", **wrong}))
    assert response.status_code == 422
    assert SignPlace.objects.count() == 0
    assert "place" in wrong or "У входа" in response.content.decode()


def test_the_form_starts_with_the_number_that_was_printed(as_manager: Browser) -> None:
    believe()
    initial = as_manager.get(HANG, {"kind": "badge", "source": "believed"}).context["form"].initial
    assert (initial["number"], initial["kind"], initial["source"]) == ("48600", "badge", "believed")


@pytest.mark.parametrize(
    ("cents", "is_other", "is_outdated"),
    [(4_860_000, False, False), (4_700_000, True, False), (4_600_000, True, True), (None, False, False)],
)
def test_a_sign_is_worth_printing_anew_when_the_number_moved_by_a_twentieth(
    company: Company, cents: int | None, is_other: bool, is_outdated: bool
) -> None:
    believe()
    [found] = queries.with_numbers([hang(cents=cents)], TODAY)
    assert (found.is_other, found.is_outdated, found.now_cents) == (is_other, is_outdated, 4_860_000)


def test_without_a_number_nothing_is_outdated(company: Company) -> None:
    [found] = queries.with_numbers([hang()], TODAY)
    assert (found.now_cents, found.is_other, found.is_outdated) == (None, False, False)


def test_the_wall_says_which_sign_to_print_anew(as_manager: Browser) -> None:
    believe()
    hang(cents=3_000_000)
    page = as_manager.get(PLACES).content.decode()
    assert f"{reverse('metrics:signs')}?kind=wall&amp;source=believed" in page


def test_the_wall_is_narrowed_to_a_branch(as_manager: Browser) -> None:
    north = Branch.objects.create(name="Север")
    hang("Там", branch=north)
    hang("Здесь")
    page = as_manager.get(PLACES, {"branch": north.pk}).content.decode()
    assert ("Там" in page, "Здесь" in page) == (True, False)
    assert as_manager.get(PLACES, {"branch": "999"}).status_code == 404


@pytest.mark.usefixtures("company_clock")
def test_a_sign_is_taken_down_once(as_manager: Browser) -> None:
    place = hang(hung_on=dt.date(2026, 1, 1))
    for _ in range(2):
        assert as_manager.post(reverse("metrics:sign_take_down", args=[place.pk])).status_code == 302
    place.refresh_from_db()
    assert place.taken_down_on == timezone.localdate()
    assert list(queries.hanging_signs()) == []
    assert list(queries.taken_signs()) == [place]


def test_a_sign_is_not_taken_down_before_it_hangs(manager: User) -> None:
    assert not services.take_sign_down(place=hang(), on=TODAY - dt.timedelta(days=1), actor=manager)


@pytest.mark.parametrize(
    "wrong", [{"place": ""}, {"cents": 0}, {"kind": "x"}, {"source": "x"}, {"taken_down_on": TODAY - dt.timedelta(days=1)}]
)
def test_the_database_refuses_places_that_cannot_be(company: Company, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        hang(**{"place": "Над кассой", **wrong})


def test_a_lost_photo_is_not_found(as_manager: Browser) -> None:
    lost, none = hang(photo="signs/lost.jpg"), hang()
    assert [as_manager.get(reverse("metrics:sign_photo", args=[place.pk])).status_code for place in (lost, none)] == [404, 404]


@pytest.mark.parametrize("count", [1, 3])
def test_the_wall_takes_a_fixed_number_of_queries(as_manager: Browser, django_assert_max_num_queries: Any, count: int) -> None:
    believe()
    for number in range(count):
        hang(f"Место {number}", branch=Branch.objects.create(name=f"Филиал {number}"))
    with django_assert_max_num_queries(14):
        as_manager.get(PLACES)


def make_screen(actor: User, **fields: Any) -> tuple[OfficeScreen, str]:
    return services.create_screen(**{"name": "У входа", "shows_happiness": True, "language": "ru", **fields}, actor=actor)


def screen_url(secret: str, name: str = "screen") -> str:
    return reverse(f"metrics:{name}", args=[secret])


def test_the_address_of_a_screen_is_shown_once_and_only_its_hash_is_kept(as_manager: Browser, settings: Any) -> None:
    response = as_manager.post(ADD_SCREEN, {"name": "У входа", "language": "ru", "shows_happiness": "on"})
    address = response.context["address"]
    secret = address.rstrip("/").rpartition("/")[2]
    assert (response.status_code, address) == (201, settings.BASE_URL.rstrip("/") + screen_url(secret))
    assert response["Cache-Control"] == "no-store"
    assert queries.screen_by(secret) == OfficeScreen.objects.get()
    assert secret not in as_manager.get(SCREENS).content.decode()
    assert secret.encode() not in bytes(OfficeScreen.objects.get().token_hash)


@pytest.mark.parametrize("wrong", [{"name": ""}, {"language": "de"}, {"name": "x" * 81}])
def test_a_wrong_screen_is_not_made(as_manager: Browser, wrong: dict[str, str]) -> None:
    assert as_manager.post(ADD_SCREEN, {"name": "У входа", "language": "ru", **wrong}).status_code == 422
    assert OfficeScreen.objects.count() == 0


def test_the_screen_shows_the_number_to_whoever_has_the_address(manager: User) -> None:
    believe()
    _screen, secret = make_screen(manager)
    response = Browser().get(screen_url(secret))
    page = response.content.decode().replace("\xa0", " ")
    assert response.status_code == 200
    assert [piece for piece in ("Каждый Клиент — это", "48 600 ₽", "4,2 покупки в год") if piece not in page] == []
    assert {name: response[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")} == {
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
        "Referrer-Policy": "no-referrer",
    }


def test_a_screen_speaks_its_own_language(manager: User) -> None:
    believe()
    _screen, secret = make_screen(manager, language="en")
    assert "Every Client is" in Browser(headers={"Accept-Language": "ru"}).get(screen_url(secret)).content.decode()


def test_a_screen_without_a_number_says_so(manager: User) -> None:
    _screen, secret = make_screen(manager)
    assert "Цифра ещё не посчитана" in Browser().get(screen_url(secret)).content.decode()


def test_looking_changes_nothing_and_asking_again_notes_when(manager: User) -> None:
    screen, secret = make_screen(manager)
    Browser().get(screen_url(secret))
    assert OfficeScreen.objects.get().last_seen_at is None
    response = Browser(enforce_csrf_checks=True).post(screen_url(secret, "screen_now"))
    screen.refresh_from_db()
    assert response.status_code == 200
    assert response["X-Mayak-Screen"] != ""
    assert "<html" not in response.content.decode()
    assert screen.last_seen_at is not None


def test_when_a_screen_was_seen_is_written_once_a_minute(manager: User) -> None:
    screen, _secret = make_screen(manager)
    now = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    moments = [now, now + dt.timedelta(seconds=30), now + dt.timedelta(seconds=61)]
    assert [services.note_screen_seen(screen=screen, now=moment) for moment in moments] == [True, False, True]


def test_a_screen_switched_off_goes_dark(as_manager: Browser, manager: User) -> None:
    believe()
    screen, secret = make_screen(manager)
    revoke = reverse("metrics:screen_revoke", args=[screen.pk])
    assert [as_manager.post(revoke).status_code for _ in range(2)] == [302, 302]
    for response in (Browser().get(screen_url(secret)), Browser().post(screen_url(secret, "screen_now"))):
        assert response.status_code == 410
        assert "600" not in response.content.decode()
    screen.refresh_from_db()
    assert screen.last_seen_at is None


def test_an_unknown_address_shows_nothing(company: Company) -> None:
    believe()
    for response in (Browser().get(screen_url("nobody")), Browser().post(screen_url("nobody", "screen_now"))):
        assert response.status_code == 404
        assert "48" not in response.content.decode().replace("\xa0", " ").partition("<main")[2]


def test_whoever_asks_too_often_waits(manager: User) -> None:
    _screen, secret = make_screen(manager)
    browser = Browser()
    browser.post(screen_url(secret, "screen_now"))
    PostWindow.objects.update(count=300)
    assert browser.post(screen_url(secret, "screen_now")).status_code == 429


def test_the_address_of_a_screen_stays_out_of_the_log(company: Company) -> None:
    assert without_secrets("Gone: /value/screen/abcdefghij/now/") == "Gone: /value/screen/…/now/"
