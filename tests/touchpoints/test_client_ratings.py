"""What Clients say by the QR code at a touchpoint."""

import datetime as dt
import uuid

import pytest
from django.core import signing
from django.db import IntegrityError
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from common.stamps import new_stamp
from company.models import Branch, Company, User
from touchpoints import queries, services
from touchpoints.models import ClientRating, PointCode, Touchpoint
from touchpoints.services import client_ratings
from touchpoints.tasks import forget_visitors

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)


def url(view: str, *args: object) -> str:
    return reverse(f"touchpoints:{view}", args=args)


@pytest.fixture
def code(sign: Touchpoint, garden: Branch, company: Company) -> PointCode:
    """A code at the sign of one branch."""
    return PointCode.objects.create(touchpoint=sign, branch=garden)


@pytest.fixture
def phone() -> Browser:
    """A phone without cookies, strict about forged requests."""
    return Browser(enforce_csrf_checks=True)


def stamp(code: PointCode) -> str:
    return new_stamp("touchpoints.rating", code.token, timezone.now())


def rate(phone: Browser, code: PointCode, rating: object, mark: str = "", **extra: str) -> tuple[int, str]:
    answer = phone.post(url("point_rating", code.token), {"rating": rating, "stamp": mark or stamp(code)}, **extra)  # type: ignore[arg-type]
    return answer.status_code, answer.get("Location", "")


def said(code: PointCode, *ratings: int, days_ago: int = 0, note: str = "") -> None:
    moment = timezone.now() - dt.timedelta(days=days_ago)
    ClientRating.objects.bulk_create([ClientRating(code=code, rating=rating, note=note, rated_at=moment) for rating in ratings])


# ---- the page of a Client


@pytest.mark.parametrize("token", ["x", "\0", "a\0b", "ё" * 300])
def test_forged_code_opens_nothing(phone: Browser, code: PointCode, token: str) -> None:
    pages = [url("point_rating", token), url("rating_thanks", token, uuid.uuid4())]
    assert [phone.get(page).status_code for page in pages] == [404, 404]
    assert [phone.post(page, {"rating": 1, "note": "x"}).status_code for page in pages] == [404, 404]
    assert ClientRating.objects.count() == 0


def test_one_tap_is_a_rating_and_a_line_may_follow(phone: Browser, code: PointCode) -> None:
    page = phone.get(url("point_rating", code.token))
    assert (page.status_code, page["Referrer-Policy"], page.cookies) == (200, "no-referrer", {})
    status, thanks = rate(phone, code, 1, page.context["stamp"])
    assert status == 302
    assert phone.get(thanks).context["is_fresh"]
    phone.post(thanks, {"note": "Видно издалека"})
    assert list(code.ratings.values_list("rating", "note")) == [(1, "Видно издалека")]


def test_looking_writes_nothing(phone: Browser, code: PointCode) -> None:
    phone.get(url("point_rating", code.token))
    phone.head(url("point_rating", code.token))
    assert ClientRating.objects.count() == 0


def test_form_sent_twice_is_one_rating_and_another_button_corrects_it(phone: Browser, code: PointCode) -> None:
    mark = stamp(code)
    assert rate(phone, code, 1, mark) == rate(phone, code, 1, mark)
    rate(phone, code, -1, mark)
    assert list(code.ratings.values_list("rating", flat=True)) == [-1]


@pytest.mark.parametrize("rating", ["", "2", "вау", "0.5"])
def test_unknown_button_is_refused(phone: Browser, code: PointCode, rating: str) -> None:
    assert rate(phone, code, rating)[0] == 422
    assert ClientRating.objects.count() == 0


def test_forged_foreign_and_old_marks_are_refused(phone: Browser, code: PointCode) -> None:
    foreign = new_stamp("touchpoints.rating", "another", timezone.now())
    old = new_stamp("touchpoints.rating", code.token, timezone.now() - dt.timedelta(days=2))
    survey = new_stamp("surveys.page", code.token, timezone.now())
    forged = signing.dumps(["x"], salt="touchpoints.rating", key="another key of ours")
    assert [rate(phone, code, 1, mark)[0] for mark in (foreign, old, survey, forged, "x")] == [422] * 5
    assert ClientRating.objects.count() == 0


def test_wrong_code_is_a_kind_page(phone: Browser, company: Company) -> None:
    assert phone.get(url("point_rating", "nothing")).status_code == 404
    assert phone.get(url("rating_thanks", "nothing", uuid.uuid4())).status_code == 404


def test_closed_code_and_archived_point_take_nothing(phone: Browser, code: PointCode, sign: Touchpoint, manager: User) -> None:
    mark = stamp(code)
    services.set_code_open(code=code, is_open=False)
    assert rate(phone, code, 1, mark)[0] == 410
    services.set_code_open(code=code, is_open=True)
    services.archive_touchpoint(touchpoint=sign, actor=manager)
    assert (rate(phone, code, 1, mark)[0], ClientRating.objects.count()) == (410, 0)


def test_flood_from_one_address_waits_and_another_is_heard(phone: Browser, code: PointCode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_ratings, "MOST_IN_WINDOW", 2)
    assert [rate(phone, code, 1)[0] for _ in range(4)] == [302, 302, 429, 429]
    assert rate(phone, code, 1, REMOTE_ADDR="192.0.2.7")[0] == 302
    assert code.ratings.count() == 3


def test_address_itself_is_not_kept_and_its_hash_goes_after_a_day(phone: Browser, code: PointCode) -> None:
    rate(phone, code, 1, REMOTE_ADDR="192.0.2.7")
    kept = bytes(code.ratings.get().visitor or b"")
    assert (len(kept), b"192" in kept) == (32, False)
    assert forget_visitors() == 0
    code.ratings.update(rated_at=timezone.now() - dt.timedelta(days=1, minutes=1))
    assert (forget_visitors(), code.ratings.get().visitor) == (1, None)


@pytest.mark.parametrize("note", ["", "  ", "а" * 501])
def test_wrong_line_comes_back_and_the_rating_stays(phone: Browser, code: PointCode, note: str) -> None:
    thanks = rate(phone, code, 0)[1]
    answer = phone.post(thanks, {"note": note})
    assert (answer.status_code, answer.context["form"]["note"].value()) == (422, note)
    assert list(code.ratings.values_list("rating", "note")) == [(0, "")]


def test_line_is_taken_for_an_hour(phone: Browser, code: PointCode) -> None:
    thanks = rate(phone, code, 0)[1]
    code.ratings.update(rated_at=timezone.now() - dt.timedelta(hours=2))
    assert phone.post(thanks, {"note": "Поздно"}).status_code == 422
    assert code.ratings.get().note == ""


def test_page_speaks_the_language_of_the_phone(phone: Browser, code: PointCode) -> None:
    english = phone.get(url("point_rating", code.token), headers={"Accept-Language": "en"}).content.decode()
    russian = phone.get(url("point_rating", code.token), headers={"Accept-Language": "ru"}).content.decode()
    assert ("How is it here?" in english, "Как вам здесь?" in russian) == (True, True)


# ---- codes


def test_database_keeps_one_code_a_place_and_known_ratings(code: PointCode) -> None:
    with pytest.raises(IntegrityError, match="point_code_once"):
        PointCode.objects.create(touchpoint=code.touchpoint, branch=code.branch)


def test_rating_nobody_knows_is_refused_by_the_database(code: PointCode) -> None:
    with pytest.raises(IntegrityError, match="client_rating_known"):
        ClientRating.objects.create(code=code, rating=5)


def test_codes_are_made_where_the_point_is_met_and_only_once(sign: Touchpoint, garden: Branch, factory: Branch, manager: User) -> None:
    local = Touchpoint.objects.create(name="Лестница", kind="business", branch=factory)
    assert services.open_codes(touchpoints=[sign, local], branches=[garden, factory], actor=manager) == 3
    assert services.open_codes(touchpoints=[sign, local], branches=[garden, factory], actor=manager) == 0
    assert services.open_codes(touchpoints=[sign], branches=[], actor=manager) == 1
    assert sorted(PointCode.objects.values_list("touchpoint__name", "branch__name"), key=str) == sorted(
        [("Вывеска", "Садовая"), ("Вывеска", "Заводская"), ("Вывеска", None), ("Лестница", "Заводская")], key=str
    )


def test_codes_are_made_by_the_form_and_nothing_ticked_comes_back(as_manager: Browser, sign: Touchpoint, garden: Branch) -> None:
    assert as_manager.post(url("code_create"), {"branches": [garden.pk]}).context["ticked_branches"] == [str(garden.pk)]
    as_manager.post(url("code_create"), {"touchpoints": [sign.pk], "branches": [garden.pk]})
    assert list(PointCode.objects.values_list("touchpoint", "branch")) == [(sign.pk, garden.pk)]


@pytest.mark.parametrize(
    ("name", "kind", "start"),
    [("code.svg", "image/svg+xml", b"<svg"), ("code.png", "image/png", b"\x89PNG"), ("tent.pdf", "application/pdf", b"%PDF")],
)
def test_code_is_printed(as_manager: Browser, code: PointCode, name: str, kind: str, start: bytes) -> None:
    answer = as_manager.get(url("code_print", code.pk, name))
    assert (answer["Content-Type"], answer.content[: len(start)]) == (kind, start)


def test_sheet_prints_the_ticked_codes_and_asks_for_a_tick(as_manager: Browser, code: PointCode, smile: Touchpoint) -> None:
    other = PointCode.objects.create(touchpoint=smile)
    answer = as_manager.get(url("code_sheet"), {"code": [code.pk, other.pk]})
    assert answer.content[:4] == b"%PDF"
    assert as_manager.get(url("code_sheet"))["Location"] == url("code_list")
    assert as_manager.get(url("code_print", code.pk, "other.exe")).status_code == 404


def test_code_is_closed_and_opened_again(as_manager: Browser, code: PointCode) -> None:
    for to, is_open in (("close", False), ("close", False), ("open", True)):
        as_manager.post(url("code_toggle", code.pk), {"to": to})
        code.refresh_from_db()
        assert code.is_open is is_open


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_codes_takes_a_fixed_number_of_queries(
    as_manager: Browser, count: int, garden: Branch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        point = Touchpoint.objects.create(name=f"Точка {number}", kind="service")
        said(PointCode.objects.create(touchpoint=point, branch=garden), 1, -1)
    with django_assert_num_queries(5):
        assert len(as_manager.get(url("code_list")).context["rows"]) == count


# ---- results


def test_word_of_clients_counts_by_branch_within_the_days(sign: Touchpoint, code: PointCode, factory: Branch) -> None:
    other = PointCode.objects.create(touchpoint=sign, branch=factory)
    said(code, 1, 1, -1)
    said(code, -1, days_ago=200)
    said(other, 0, note="Долго")
    voice = queries.client_voice(sign, since=timezone.now() - dt.timedelta(days=90))
    assert [(word.branch, word.awful, word.ok, word.wow) for word in voice.branches] == [(code.branch, 1, 0, 2), (factory, 0, 1, 0)]
    assert (voice.total.n, [rating.note for rating in queries.client_notes(sign)]) == (4, ["Долго"])
    assert [round(share.value, 2) for _rating, share in voice.total.shares] == [0.5, 0.25, 0.25]
