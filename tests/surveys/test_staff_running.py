"""A running survey of employees: its page, cards with codes, closing, and a lost key."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from django.conf import settings as site
from django.test import Client as Browser
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from common import prints
from company.models import Branch, Company, User
from surveys.ballot_keys import destroy_key
from surveys.enums import RemindWhom, WaveState
from surveys.formulas.ballots import Vote
from surveys.models import StaffBallot, StaffTicket, StaffWave
from surveys.services import cast_ballot, plan_staff_letters
from surveys.staff_codes import code_of
from surveys.staff_prints import code_sheet, sheet_data
from tests.surveys.staff_people import make_people, start_staff_wave

pytestmark = pytest.mark.django_db
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}")


@pytest.fixture(autouse=True)
def _set_up(company: Company, owner: User, settings: Any, tmp_path: Path) -> None:
    """Keep keys of every test apart; letters need somebody who signs."""
    settings.BALLOT_KEY_FOLDERS = [str(tmp_path / "keys"), str(tmp_path / "copy")]


@pytest.fixture
def wave(company: Company) -> StaffWave:
    """A running survey of two branches, with codes in both."""
    make_people(4, 2, Branch.objects.create(name="Центр", position=1))
    make_people(2, 3, Branch.objects.create(name="Склад", position=2))
    return start_staff_wave()


def url(name: str, wave: StaffWave) -> str:
    """Return the address of a page of the survey."""
    return reverse(f"surveys:{name}", args=[wave.pk])


def codes(wave: StaffWave) -> set[str]:
    """Return the codes of a survey."""
    return {code_of(pk) for pk in StaffTicket.objects.filter(wave=wave, seat=None).values_list("pk", flat=True)}


def test_the_page_shows_everything_to_run_a_survey(as_manager: Browser, wave: StaffWave) -> None:
    text = as_manager.get(url("staff_detail", wave)).content.decode()
    for part in (
        reverse("surveys:staff_tablet", args=[wave.public_token]),
        reverse("surveys:staff_promise", args=[wave.public_token]),
        url("staff_codes", wave),
        url("staff_close", wave),
        "Приглашение",
        "<svg",
    ):
        assert part in text
    assert text.count("btn-beam") == 1
    assert url("staff_give_up", wave) not in text


def test_without_codes_there_is_nothing_to_print(as_manager: Browser) -> None:
    make_people(6)
    wave = start_staff_wave()
    assert as_manager.get(url("staff_codes", wave)).status_code == 404
    assert url("staff_codes", wave) not in as_manager.get(url("staff_detail", wave)).content.decode()


def test_counts_of_letters_to_the_silent_are_not_shown(as_manager: Browser) -> None:
    make_people(6)
    wave = start_staff_wave(remind_whom=RemindWhom.SILENT)
    assert "Напоминания получат только те, кто не ответил" in as_manager.get(url("staff_detail", wave)).content.decode()


def test_each_branch_has_cards_of_its_own_with_every_code_once(as_manager: Browser, wave: StaffWave) -> None:
    answer = as_manager.get(url("staff_codes", wave))
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]
    found = [CODE.findall(page) for page in pages]
    assert [len(page) for page in found] == [2, 3]
    assert {code for page in found for code in page} == codes(wave)
    assert ["Центр" in pages[0], "Склад" in pages[1], "Склад" in pages[0]] == [True, True, False]


def test_the_widest_code_stays_on_one_line(wave: StaffWave) -> None:
    data = sheet_data(wave)
    wide = [card | {"code": code} for card, code in zip(data["bowls"][0]["cards"], ["MWWM-WWWM-WM", "5WSB-DMAT-MW"], strict=True)]
    pdf = prints.pdf("staff_codes", data | {"bowls": [data["bowls"][0] | {"cards": wide}]})
    assert CODE.findall(PdfReader(io.BytesIO(pdf)).pages[0].extract_text()) == ["MWWM-WWWM-WM", "5WSB-DMAT-MW"]


def test_the_picture_carries_the_code_where_no_server_sees_it(wave: StaffWave) -> None:
    data = sheet_data(wave)
    one = data["bowls"][0] | {"cards": data["bowls"][0]["cards"][:1]}
    picture = Image.open(io.BytesIO(prints.png("staff_codes", data | {"bowls": [one]}, ppi=200)))
    [seen] = zxingcpp.read_barcodes(picture)
    assert seen.text == f"{site.BASE_URL}/surveys/e/#{one['cards'][0]['code']}"


def test_the_order_of_cards_tells_nothing(wave: StaffWave) -> None:
    orders = {tuple(card["code"] for card in sheet_data(wave)["bowls"][1]["cards"]) for _print in range(40)}
    assert len(orders) == 6


def test_a_sheet_does_not_show_which_codes_have_been_used(wave: StaffWave) -> None:
    cast_ballot(token=min(codes(wave)), vote=Vote(score=9), now=wave.starts_at)  # type: ignore[arg-type] # it has started
    assert len(CODE.findall("".join(page.extract_text() for page in PdfReader(io.BytesIO(code_sheet(wave))).pages))) == 5


def test_closing_counts_and_ends_the_codes(as_manager: Browser, wave: StaffWave) -> None:
    plan_staff_letters(now=wave.starts_at)  # type: ignore[arg-type] # it has started
    assert as_manager.post(url("staff_close", wave))["Location"] == url("staff_detail", wave)
    wave.refresh_from_db()
    assert (wave.state, StaffTicket.objects.count()) == (WaveState.CLOSED, 0)
    assert as_manager.get(url("staff_codes", wave)).status_code == 404
    assert as_manager.get(url("staff_detail", wave)).status_code == 200
    assert as_manager.post(url("staff_close", wave), follow=True).status_code == 200


def test_a_lost_key_is_said_plainly_and_can_be_given_up(as_manager: Browser, wave: StaffWave) -> None:
    cast_ballot(token=min(codes(wave)), vote=Vote(score=9), now=wave.starts_at)  # type: ignore[arg-type] # it has started
    destroy_key(wave.public_token)
    text = as_manager.get(url("staff_detail", wave)).content.decode()
    assert "Ключ этого опроса пропал" in text
    assert (text.count("btn-beam"), url("staff_close", wave) in text) == (1, False)
    as_manager.post(url("staff_give_up", wave))
    wave.refresh_from_db()
    assert (wave.state, wave.is_lost, StaffBallot.objects.count()) == (WaveState.CLOSED, True, 0)


def test_with_its_key_a_survey_is_not_given_up(as_manager: Browser, wave: StaffWave) -> None:
    as_manager.post(url("staff_give_up", wave))
    wave.refresh_from_db()
    assert (wave.state, wave.is_lost) == (WaveState.RUNNING, False)


def test_the_list_marks_a_survey_without_its_key(as_manager: Browser, wave: StaffWave) -> None:
    listed = reverse("surveys:staff_list")
    assert "ключ потерян" not in as_manager.get(listed).content.decode()
    destroy_key(wave.public_token)
    assert as_manager.get(listed).content.decode().count("ключ потерян") == 1
