"""Casting a ballot: ticket and ballot together or neither, sealed, of one size, and only what the survey asks."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from nacl.public import SealedBox

from company.models import Branch, Company
from surveys.ballot_keys import read_key
from surveys.formulas.ballots import MAX_TEXT, SIZE, Ballot, Cell, Vote, packed, unpacked
from surveys.models import StaffBallot, StaffTicket, StaffWave
from surveys.services import StaffWaveClosedError, TicketUnknownError, TicketUsedError, cast_ballot
from tests.surveys.staff import hire, launched, make_staff_wave, tokens_of

pytestmark = pytest.mark.django_db
OVERHEAD = 48
TEN = tuple(range(1, 11))


@pytest.fixture
def branch(company: Company) -> Branch:
    """A shop with five who have an address and two who have not."""
    branch = Branch.objects.create(name="На Садовой")
    hire(5, branch, department="Зал", hired_on=dt.date(2020, 1, 1))
    hire(2, branch, has_email=False, department="Склад")
    return branch


def opened(wave: StaffWave) -> list[Ballot]:
    """Open the box as only the key can."""
    key = read_key(wave.public_token)
    assert key is not None
    return [unpacked(SealedBox(key).decrypt(bytes(ballot.ciphertext))) for ballot in wave.ballots.all()]


def counts(wave: StaffWave) -> tuple[int, int]:
    """Return how many tickets are used and how many ballots lie in the box."""
    return StaffTicket.objects.filter(wave=wave, answered=True).count(), wave.ballots.count()


def test_a_ballot_says_the_groups_of_the_seat_and_the_vote(branch: Branch) -> None:
    wave = launched(make_staff_wave(slices=["branch", "department", "tenure"]))
    vote = Vote(score=9, why="Люди", ten="Тишины")
    cast_ballot(token=tokens_of(wave)[0], vote=vote, now=timezone.now())
    assert opened(wave) == [Ballot(Cell(str(branch.pk), "Зал", "over_three"), vote)]
    assert counts(wave) == (1, 1)


@pytest.mark.parametrize(
    ("slices", "own", "drawn"),
    [
        ([], Cell(), Cell(by_code=True)),
        (["department"], Cell(department="Зал"), Cell(by_code=True)),
        (["tenure"], Cell(tenure="over_three"), Cell(by_code=True)),
    ],
)
def test_a_ballot_keeps_only_the_slices_of_its_survey(branch: Branch, slices: list[str], own: Cell, drawn: Cell) -> None:
    wave = launched(make_staff_wave(slices=slices))
    for token in (tokens_of(wave)[0], tokens_of(wave)[-1]):
        cast_ballot(token=token, vote=Vote(score=5), now=timezone.now())
    assert {ballot.cell for ballot in opened(wave)} == {own, drawn}


def test_a_drawn_code_gives_away_the_branch_at_most(branch: Branch) -> None:
    wave = launched(make_staff_wave(slices=["branch", "department"]))
    cast_ballot(token=tokens_of(wave)[-1].lower(), vote=Vote(score=5), now=timezone.now())
    assert [ballot.cell for ballot in opened(wave)] == [Cell(str(branch.pk), by_code=True)]


def test_ballots_are_of_one_size_and_show_nothing(branch: Branch) -> None:
    wave = launched(make_staff_wave())
    for token, why in zip(tokens_of(wave), ("", "я" * MAX_TEXT, 'x\n"\\'), strict=False):
        cast_ballot(token=token, vote=Vote(score=0, why=why), now=timezone.now())
    sealed = [bytes(ballot.ciphertext) for ballot in wave.ballots.all()]
    assert {len(content) for content in sealed} == {SIZE + OVERHEAD}
    assert len(set(sealed)) == 3
    assert not any(b"score" in content for content in sealed)
    assert {field.name for field in StaffBallot._meta.get_fields()} == {"id", "wave", "ciphertext"}
    assert {ballot.pk.version for ballot in wave.ballots.all()} == {4}


def test_a_second_ballot_with_one_ticket_is_refused(branch: Branch) -> None:
    wave = launched(make_staff_wave())
    token = tokens_of(wave)[0]
    cast_ballot(token=token, vote=Vote(score=9), now=timezone.now())
    with pytest.raises(TicketUsedError):
        cast_ballot(token=token, vote=Vote(score=1), now=timezone.now())
    assert counts(wave) == (1, 1)
    assert opened(wave)[0].vote.score == 9


@pytest.mark.parametrize("token", ["", "unknown", "K7Q2-M4XR-9P", "\0", "я" * 5000])
def test_an_unknown_ticket_casts_nothing(branch: Branch, token: str) -> None:
    wave = launched(make_staff_wave())
    with pytest.raises(TicketUnknownError):
        cast_ballot(token=token, vote=Vote(score=9), now=timezone.now())
    assert counts(wave) == (0, 0)


def test_the_box_closes_at_its_time(branch: Branch) -> None:
    wave = launched(make_staff_wave())
    with pytest.raises(StaffWaveClosedError):
        cast_ballot(token=tokens_of(wave)[0], vote=Vote(score=9), now=wave.closes_at)
    assert counts(wave) == (0, 0)
    cast_ballot(token=tokens_of(wave)[0], vote=Vote(score=9), now=wave.closes_at - dt.timedelta(microseconds=1))
    assert counts(wave) == (1, 1)


@pytest.mark.parametrize(
    ("kind", "vote"),
    [
        ("enps", Vote()),
        ("enps", Vote(score=-1)),
        ("enps", Vote(score=11)),
        ("enps", Vote(score=True)),
        ("enps", Vote(score=5, choice=0)),
        ("enps", Vote(score=5, ratings=TEN)),
        ("enps", Vote(score=5, why="я" * (MAX_TEXT + 1))),
        ("enps", Vote(choice=0)),
        ("motives", Vote()),
        ("motives", Vote(ratings=TEN[:9])),
        ("motives", Vote(ratings=(*TEN, 1))),
        ("motives", Vote(ratings=(0, *TEN[1:]))),
        ("motives", Vote(ratings=(11, *TEN[1:]))),
        ("motives", Vote(ratings=TEN, why="a text")),
        ("motives", Vote(ratings=TEN, score=3)),
        ("pulse", Vote()),
        ("pulse", Vote(choice=-1)),
        ("pulse", Vote(choice=3)),
        ("pulse", Vote(choice=0, ten="a text")),
        ("pulse", Vote(score=3)),
    ],
)
def test_a_vote_that_the_survey_cannot_have_changes_nothing(branch: Branch, kind: str, vote: Vote) -> None:
    wave = launched(make_staff_wave(kind))
    with pytest.raises(ValueError, match="cannot have"):
        cast_ballot(token=tokens_of(wave)[0], vote=vote, now=timezone.now())
    assert counts(wave) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "vote"),
    [("enps", Vote(score=0)), ("enps", Vote(score=10, ten="я")), ("motives", Vote(ratings=TEN)), ("pulse", Vote(choice=2))],
)
def test_each_kind_takes_its_own_vote(branch: Branch, kind: str, vote: Vote) -> None:
    wave = launched(make_staff_wave(kind))
    cast_ballot(token=tokens_of(wave)[0], vote=vote, now=timezone.now())
    assert [ballot.vote for ballot in opened(wave)] == [vote]


def test_what_the_database_cannot_hold_is_left_out_of_texts(branch: Branch) -> None:
    wave = launched(make_staff_wave())
    cast_ballot(token=tokens_of(wave)[0], vote=Vote(score=1, why=" a\0b\ud800\x07\nc \x1b "), now=timezone.now())
    assert [ballot.vote.why for ballot in opened(wave)] == ["ab\nc"]


def test_the_longest_vote_fits() -> None:
    worst = Ballot(Cell(str(2**63), "я" * 80, "over_three"), Vote(score=10, why="\U0001f600" * MAX_TEXT, ten="\U0001f600" * MAX_TEXT))
    assert len(packed(worst)) == SIZE


def test_a_ballot_that_cannot_be_stored_does_not_use_up_the_ticket(branch: Branch) -> None:
    wave = launched(make_staff_wave())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE surveys_staffballot ADD CONSTRAINT no_ballot CHECK (wave_id < 0)")
    with pytest.raises(IntegrityError), transaction.atomic():
        cast_ballot(token=tokens_of(wave)[0], vote=Vote(score=1), now=timezone.now())
    assert counts(wave) == (0, 0)


FROZEN: list[dict[str, Any]] = [
    {"kind": "motives"},
    {"slices": ["branch", "department"]},
    {"threshold": 6},
    {"comment_threshold": 11},
    {"question": "Другой?"},
    {"why_question": "Другое?"},
    {"ten_question": "Третье?"},
    {"remind_whom": "silent"},
    {"public_key": b"x" * 32},
    {"public_token": "another"},
    {"locale": "en"},
    {"invited": 6},
    {"starts_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
    {"state": "draft"},
]


@pytest.mark.parametrize("change", FROZEN, ids=lambda change: next(iter(change)))
def test_the_database_keeps_what_people_were_promised(branch: Branch, change: dict[str, Any]) -> None:
    wave = launched(make_staff_wave())
    before = row_of(wave)
    with pytest.raises(DatabaseError), transaction.atomic():
        StaffWave.objects.filter(pk=wave.pk).update(**change)
    assert row_of(wave) == before


def row_of(wave: StaffWave) -> str:
    """Return the wave's row as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT w::text FROM surveys_staffwave w WHERE id = %s", [wave.pk])
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize("change", [{"threshold": 7}, {"slices": []}, {"question": "Другой?"}, {"kind": "motives"}])
def test_a_draft_may_still_change(company: Company, change: dict[str, Any]) -> None:
    wave = make_staff_wave()
    assert StaffWave.objects.filter(pk=wave.pk).update(**change) == 1


@pytest.mark.parametrize("change", [{"threshold": 4}, {"comment_threshold": 9}, {"threshold": 11}, {"slices": ["position"]}])
def test_no_threshold_falls_below_the_floor(company: Company, change: dict[str, Any]) -> None:
    wave = make_staff_wave()
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffWave.objects.filter(pk=wave.pk).update(**change)


def test_a_running_survey_may_change_its_letter_and_last_day(branch: Branch) -> None:
    wave = launched(make_staff_wave())
    changes = {"subject": "Ещё раз", "closes_at": timezone.now() + dt.timedelta(days=1)}
    assert StaffWave.objects.filter(pk=wave.pk).update(**changes) == 1


def test_a_running_survey_has_no_count_of_answers(branch: Branch) -> None:
    wave = launched(make_staff_wave())
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffWave.objects.filter(pk=wave.pk).update(answered=5)


def test_a_sealed_ballot_is_never_changed(branch: Branch) -> None:
    wave = launched(make_staff_wave())
    cast_ballot(token=tokens_of(wave)[0], vote=Vote(score=1), now=timezone.now())
    before = bytes(wave.ballots.get().ciphertext)
    with pytest.raises(DatabaseError), transaction.atomic():
        wave.ballots.update(ciphertext=b"another")
    assert bytes(wave.ballots.get().ciphertext) == before


def test_a_used_ticket_stays_used(branch: Branch) -> None:
    wave = launched(make_staff_wave())
    cast_ballot(token=tokens_of(wave)[0], vote=Vote(score=1), now=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        wave.tickets.update(answered=False)
    assert counts(wave) == (1, 1)
