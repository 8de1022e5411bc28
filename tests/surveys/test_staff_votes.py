"""Votes of employees: cast by a phone, counted once, told as far as nothing small follows from it."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone, translation
from nacl.public import SealedBox

from company.models import Branch, Company, User
from surveys.attacks.report import everything
from surveys.ballot_keys import read_key
from surveys.enums import GroupStatus, StaffSurveyKind, WithheldReason
from surveys.formulas.ballots import Cell, Vote, unpacked
from surveys.models import StaffBallot, StaffGroup, StaffTicket, StaffWave
from surveys.queries import foreseen, vote_result
from surveys.services import cast_ballot, close_staff_wave, let_newcomers_wait
from surveys.staff_exports import result_sheets
from surveys.staff_forms import StaffForm, first_staff_values
from surveys.staff_vote_forms import sign_of
from tests.surveys.staff import hire, launched, make_staff_wave, tokens_of

pytestmark = pytest.mark.django_db
OPTIONS = ["Держим слово", "Помним каждого", "Отвечаем сразу"]


@pytest.fixture
def people(company: Company) -> None:
    """Nine with a letter in one branch and three with a code in another."""
    hire(9, Branch.objects.create(name="На Садовой"))
    hire(3, Branch.objects.create(name="На Мира"), has_email=False)


def vote_wave(**fields: Any) -> StaffWave:
    """Start a vote."""
    return launched(make_staff_wave(StaffSurveyKind.VOTE, **{"options": OPTIONS, "slices": [], **fields}))


def counted(wave: StaffWave, choices: Sequence[int], owner: User) -> StaffGroup:
    """Cast these votes, close the vote and return what is told of it."""
    for token, choice in zip(tokens_of(wave), choices, strict=False):
        cast_ballot(token=token, vote=Vote(choice=choice), now=timezone.now())
    assert close_staff_wave(wave=wave, actor=owner, now=timezone.now())
    assert (StaffBallot.objects.filter(wave=wave).count(), StaffTicket.objects.filter(wave=wave).count()) == (0, 0)
    return wave.groups.get()


def told(group: StaffGroup) -> tuple[object, ...]:
    """Return everything that is stored of a result."""
    wave = StaffWave.objects.get(pk=group.wave_id)
    return group.status, group.reason, group.counts, group.answered, group.histogram, group.leader, wave.answered


@pytest.mark.usefixtures("people")
def test_votes_are_counted_by_option_for_the_whole_company(owner: User, as_manager: Browser) -> None:
    wave = vote_wave()
    assert told(counted(wave, [2, 0, 2, 1, 2, 0, 0, 2, 1, 2], owner)) == ("exact", "", [3, 2, 5], 10, None, None, 10)
    result = vote_result(wave)
    assert [(line.number, line.place, line.votes, line.is_winner) for line in result.lines] == [
        (2, 1, 5, True),
        (0, 2, 3, False),
        (1, 3, 2, False),
    ]
    assert result.winner is not None
    page = as_manager.get(reverse("surveys:staff_detail", args=[wave.pk])).content.decode()
    assert [page.index(OPTIONS[number]) for number in (2, 0, 1)] == sorted(page.index(text) for text in OPTIONS)


@pytest.mark.usefixtures("people")
def test_a_tie_has_no_winner(owner: User) -> None:
    wave = vote_wave()
    counted(wave, [0, 0, 0, 1, 1, 1, 2], owner)
    result = vote_result(wave)
    assert (result.winner, result.is_tie, [line.place for line in result.lines]) == (None, True, [1, 1, 3])


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("choices", [[1] * 12, [1] * 11 + [0], [1] * 9 + [0, 0, 2]])
def test_by_far_looks_the_same_however_far(choices: list[int], owner: User, as_manager: Browser) -> None:
    wave = vote_wave()
    assert told(counted(wave, choices, owner)) == ("band", "landslide", None, None, None, 1, None)
    assert [(line.number, line.votes) for line in vote_result(wave).lines] == [(1, None), (0, None), (2, None)]
    page = as_manager.get(reverse("surveys:staff_detail", args=[wave.pk])).content.decode()
    assert ("выбрали три четверти или больше" in page, "голос" in page.split("vt-list")[1].split("</ol>")[0]) == (True, False)


@pytest.mark.usefixtures("people")
def test_of_four_votes_nothing_is_told(owner: User, as_manager: Browser) -> None:
    wave = vote_wave()
    assert told(counted(wave, [0, 0, 0, 1], owner)) == ("withheld", "too_few", None, None, None, None, None)
    assert [(line.number, line.is_winner) for line in vote_result(wave).lines] == [(0, False), (1, False), (2, False)]
    page = as_manager.get(reverse("surveys:staff_detail", args=[wave.pk])).content.decode()
    assert ("Результат показать нельзя" in page, "is-won" in page) == (True, False)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("first", [[0, 0, 0, 1, 1, 1, 2], [0] * 12])
def test_a_newcomers_vote_does_not_follow_from_two_votes(first: list[int], owner: User) -> None:
    counted(vote_wave(), first, owner)
    hire(1)
    draft = make_staff_wave(StaffSurveyKind.VOTE, options=OPTIONS, slices=[])
    sight = foreseen(draft, timezone.now().date())
    assert [(group.status, group.reason) for group in sight.groups] == [(GroupStatus.WITHHELD, WithheldReason.BETWEEN_WAVES)]
    assert sight.newcomers == 1
    assert told(counted(launched(draft), [0, 0, 0, 1, 1, 1, 2, 2], owner))[:6] == ("withheld", "between_waves", None, None, None, None)
    waiting = make_staff_wave(StaffSurveyKind.VOTE, options=OPTIONS, slices=[])
    assert let_newcomers_wait(wave=waiting, wait=True, actor=owner)


@pytest.mark.usefixtures("people")
def test_a_second_vote_without_the_newcomers_is_told(owner: User) -> None:
    counted(vote_wave(), [0, 0, 0, 1, 1, 1, 2], owner)
    hire(1)
    draft = make_staff_wave(StaffSurveyKind.VOTE, options=OPTIONS, slices=[], newcomers_wait=True)
    assert [group.is_shown for group in foreseen(draft, timezone.now().date()).groups] == [True]
    assert told(counted(launched(draft), [0, 0, 0, 1, 1], owner))[:3] == ("exact", "", [3, 2, 0])


@pytest.mark.usefixtures("people")
def test_what_a_phone_sends_is_sealed_and_says_nothing_of_the_order_it_was_shown_in(client: Browser) -> None:
    wave = vote_wave()
    address = reverse("surveys:staff_answer", args=[tokens_of(wave)[0]])
    orders = {tuple(client.get(address).context["form"].order) for _look in range(40)}
    assert (len(orders) > 1, {frozenset(order) for order in orders}) == (True, {frozenset(sign_of(wave, number) for number in range(3))})
    assert client.post(address, {"choice": "2"}).status_code == 422
    assert StaffBallot.objects.count() == 0
    assert client.post(address, {"choice": sign_of(wave, 2)}).status_code == 302
    assert "Ответ принят" in client.post(address, {"choice": sign_of(wave, 0)}).content.decode()
    key = read_key(wave.public_token)
    assert key is not None
    (ballot,) = [unpacked(SealedBox(key).decrypt(bytes(row.ciphertext))) for row in StaffBallot.objects.all()]
    assert (ballot.cell, ballot.vote) == (Cell(), Vote(choice=2))


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("vote", [Vote(choice=3), Vote(choice=-1), Vote(), Vote(choice=0, why="Слова"), Vote(score=1)])
def test_a_ballot_that_is_no_vote_is_refused(vote: Vote) -> None:
    wave = vote_wave()
    with pytest.raises(ValueError, match="cannot have"):
        cast_ballot(token=tokens_of(wave)[0], vote=vote, now=timezone.now())
    assert (StaffBallot.objects.count(), StaffTicket.objects.filter(answered=True).count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_no_attack_finds_anything_in_votes(people: None, owner: User) -> None:
    running = vote_wave()
    for place, token in enumerate(tokens_of(running)):
        cast_ballot(token=token, vote=Vote(choice=place % 3), now=timezone.now())
    assert [finding.attack for finding in everything([]) if finding.is_link] == []
    assert close_staff_wave(wave=running, actor=owner, now=timezone.now())
    hire(2)
    counted(vote_wave(), [0] * 14, owner)
    hire(7)
    counted(vote_wave(), [0, 1, 2] * 7, owner)
    assert StaffGroup.objects.filter(status="exact").count() == 2
    assert {finding.claims for finding in everything([])} == {0}


@pytest.mark.parametrize("fields", [{"slices": ["branch"]}, {"options": ["Один"]}, {"options": list("абвгдеё")}, {"options": []}])
def test_the_database_refuses_a_vote_by_groups_or_of_nothing(company: Company, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_staff_wave(StaffSurveyKind.VOTE, **{"options": OPTIONS, "slices": [], **fields})
    assert StaffWave.objects.count() == 0


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    "fields",
    [
        {"status": "exact", "answered": 5, "counts": [3, 1, 1]},
        {"status": "withheld", "reason": "too_few"},
        {"status": "band", "reason": "alike", "band_low": 75, "band_high": 100},
    ],
)
def test_the_database_keeps_a_leader_only_of_one_who_won_by_far(fields: dict[str, Any]) -> None:
    wave = vote_wave()
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffGroup.objects.create(wave=wave, invited=12, leader=0, **fields)
    assert StaffGroup.objects.count() == 0


@pytest.mark.usefixtures("people")
def test_the_book_says_as_much_as_the_page(owner: User) -> None:
    exact, far = vote_wave(), vote_wave()
    counted(exact, [0, 0, 1, 1, 1, 2, 2, 2, 2, 1], owner)
    counted(far, [1] * 12, owner)
    rows = {wave.pk: list(result_sheets(wave, list(wave.groups.all()), [])[0].rows) for wave in (exact, far)}
    assert rows[exact.pk] == [[1, OPTIONS[1], 4, 40], [1, OPTIONS[2], 4, 40], [3, OPTIONS[0], 2, 20]]
    assert rows[far.pk] == [[1, OPTIONS[1], "—", "75–100"], ["—", OPTIONS[0], "—", "—"], ["—", OPTIONS[2], "—", "—"]]


def form_of(variants: str) -> StaffForm:
    """Return the form of a vote as a browser sends it."""
    kind = StaffSurveyKind.VOTE
    values = first_staff_values(kind, "ru")
    return StaffForm(values | {"variants": variants, "closes_on": values["closes_on"].isoformat()}, kind=kind)


@pytest.mark.parametrize("variants", ["", "Один", "а\nб\nв\nг\nд\nе\nё", "Раз\nраз ", "{name}\nДва", "ы" * 301 + "\nДва"])
def test_a_form_without_a_choice_comes_back(company: Company, variants: str) -> None:
    with translation.override("ru"):
        form = form_of(variants)
        assert (form.is_valid(), list(form.errors), form["variants"].value()) == (False, ["variants"], variants)


def test_a_vote_asks_everybody_and_knows_no_groups(people: None) -> None:
    with translation.override("ru"):
        form = form_of("Раз\n\n Два  слова ")
        assert form.is_valid(), form.errors
        assert {"slices", "branches", "comment_threshold", "ours"} & set(form.fields) == set()
        draft = form.draft()
    assert (draft.options, draft.slices, draft.branches) == (("Раз", "Два слова"), [], ())
