"""The tally: right counts, only what may be shown, nothing left of who answered, and a key that is gone."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from nacl.public import PrivateKey, PublicKey, SealedBox

from company.models import Branch, Company, User
from mailing.services import create_letter, plan_wave
from surveys.ballot_keys import create_key, destroy_key, folders, kept_keys
from surveys.enums import Motive
from surveys.formulas.ballots import Ballot, Cell, Vote, packed
from surveys.formulas.release import Ruling
from surveys.models import MotiveRating, StaffBallot, StaffComment, StaffGroup, StaffTicket, StaffWave
from surveys.queries import waves_without_key
from surveys.services import (
    StaffWaveClosedError,
    TallyFailedError,
    TicketUnknownError,
    cast_ballot,
    close_staff_wave,
    destroy_spent_keys,
    give_up_staff_wave,
    tally_due_staff_waves,
    tally_staff_wave,
)
from surveys.services.ballots import sealed
from tests.surveys.staff import cast_all, hire, launched, make_staff_wave, scores, tokens_of

pytestmark = pytest.mark.django_db
MIXED = scores(0, 3, 6, 7, 8, 9, 10, 10, 2, 8, 9, 9)


@pytest.fixture
def garden(company: Company) -> Branch:
    """A shop with twelve people."""
    branch = Branch.objects.create(name="На Садовой", position=1)
    hire(12, branch, department="Зал")
    return branch


def tallied(wave: StaffWave, seconds: int = 1) -> StaffWave:
    """Let the wave's last moment pass, count it and read it again."""
    assert tally_due_staff_waves(now=wave.closes_at + dt.timedelta(seconds=seconds)) == 1
    return StaffWave.objects.get(pk=wave.pk)


def group_of(wave: StaffWave, dimension: str = "", value: str = "") -> StaffGroup:
    """Return a group of the results."""
    return StaffGroup.objects.get(wave=wave, dimension=dimension, value=value)


def assert_nothing_left(wave: StaffWave) -> None:
    """No ballot, no ticket of the wave."""
    assert (StaffBallot.objects.filter(wave=wave).count(), StaffTicket.objects.filter(wave=wave).count()) == (0, 0)


def test_counts_are_right_and_the_box_is_empty_afterwards(garden: Branch) -> None:
    wave = launched(make_staff_wave())
    cast_all(wave, MIXED)
    wave = tallied(wave)
    everybody = group_of(wave)
    assert (everybody.status, everybody.invited, everybody.answered) == ("exact", 12, 12)
    assert everybody.counts == [4, 3, 5]
    assert everybody.histogram == [1, 0, 1, 1, 0, 0, 1, 1, 2, 3, 2]
    assert (wave.state, wave.answered, wave.spoiled, wave.is_lost) == ("closed", 12, 0, False)
    assert wave.tallied_at == wave.closes_at + dt.timedelta(seconds=1)
    assert_nothing_left(wave)
    assert wave.seats.count() == 12


def test_two_groups_are_counted_apart(garden: Branch) -> None:
    fleet = Branch.objects.create(name="На Флотской", position=0)
    hire(10, fleet)
    wave = launched(make_staff_wave())
    cast_all(wave, MIXED + scores(0, 0, 0, 7, 7, 9, 9, 9, 9, 1))
    wave = tallied(wave)
    found = wave.groups.values_list("dimension", "label", "counts", "answered", "position", "histogram")
    assert list(found) == [
        ("", "", [8, 5, 9], 22, 0, [4, 1, 1, 1, 0, 0, 1, 3, 2, 7, 2]),
        ("branch", "На Флотской", [4, 2, 4], 10, 1, None),
        ("branch", "На Садовой", [4, 3, 5], 12, 2, None),
    ]


def test_codes_count_in_the_branch_they_were_drawn_in(garden: Branch) -> None:
    hire(6, garden, has_email=False)
    wave = launched(make_staff_wave(slices=["branch", "department"]))
    cast_all(wave, MIXED + scores(0, 5, 7, 9, 9, 8))
    wave = tallied(wave)
    assert group_of(wave, "branch", str(garden.pk)).invited == 18
    assert group_of(wave).counts == [6, 5, 7]


def test_spans_of_time_are_named_in_the_language_of_the_survey(garden: Branch) -> None:
    today = timezone.now().date()
    hire(10, garden, hired_on=today)
    hire(10, garden, hired_on=today - dt.timedelta(days=365 * 9))
    wave = launched(make_staff_wave(slices=["tenure"], locale="ru"))
    cast_all(wave, MIXED + scores(*[0, 9] * 10))
    wave = tallied(wave)
    assert list(wave.groups.values_list("value", "answered")) == [("", 32), ("first_year", 10), ("over_three", 10)]
    labels = [group.label for group in wave.groups.all()]
    assert labels[0] == ""
    assert not set("".join(labels[1:]).lower()) & set("abcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize("votes", [0, 1, 4])
def test_fewer_answers_than_the_threshold_leave_no_number_at_all(garden: Branch, votes: int) -> None:
    wave = launched(make_staff_wave())
    cast_all(wave, MIXED[:votes])
    wave = tallied(wave)
    assert (wave.state, wave.answered, wave.is_textless) == ("closed", None, True)
    assert {(group.status, group.reason, group.answered) for group in wave.groups.all()} == {("withheld", "too_few", None)}
    assert_nothing_left(wave)


def test_of_a_group_that_is_withheld_nothing_is_stored(garden: Branch) -> None:
    small = Branch.objects.create(name="Склад")
    hire(3, small)
    wave = launched(make_staff_wave())
    cast_all(wave, MIXED + scores(1, 1, 1))
    wave = tallied(wave)
    group = group_of(wave, "branch", str(small.pk))
    assert (group.status, group.reason, group.answered, group.counts, group.band_low) == ("withheld", "too_few", None, None, None)


def test_a_group_that_answered_alike_is_a_band(garden: Branch) -> None:
    wave = launched(make_staff_wave())
    cast_all(wave, scores(*[10] * 12))
    wave = tallied(wave)
    everybody = group_of(wave)
    assert (everybody.status, everybody.reason, everybody.answered, everybody.counts) == ("band", "alike", None, None)
    assert (everybody.band_low, everybody.band_high) == (50, 100)
    assert (wave.answered, everybody.histogram) == (None, None)


def test_texts_are_kept_from_the_threshold_on_alone_and_shuffled(garden: Branch) -> None:
    wave = launched(make_staff_wave())
    cast_all(
        wave, [Vote(score=number % 11, why=f"почему {number}", ten=f"для десятки {number}" if number % 2 else "") for number in range(12)]
    )
    wave = tallied(wave)
    reasons = wave.comments.filter(question="why").values_list("text", flat=True)
    assert sorted(reasons) == sorted(f"почему {number}" for number in range(12))
    assert wave.comments.filter(question="ten").count() == 6
    assert not wave.is_textless
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM surveys_staffcomment ORDER BY ctid")
        order = [row[0] for row in cursor.fetchall()]
    written = [text for number in range(12) for text in (f"почему {number}", f"для десятки {number}")]
    assert order not in ([text for text in written if text in order], sorted(order))
    assert {field.name for field in StaffComment._meta.get_fields()} == {"id", "wave", "question", "text"}


def test_below_their_threshold_texts_are_thrown_away_unread_and_the_page_can_say_so(garden: Branch) -> None:
    wave = launched(make_staff_wave())
    cast_all(wave, [Vote(score=number, why="узнаваемо") for number in range(9)])
    wave = tallied(wave)
    assert (wave.is_textless, wave.comments.count()) == (True, 0)
    assert group_of(wave).histogram is None
    assert group_of(wave).answered == 9


def test_a_pulse_counts_wrong_and_right(garden: Branch) -> None:
    wave = launched(make_staff_wave("pulse"))
    cast_all(wave, [Vote(choice=choice) for choice in (0, 0, 0, 1, 2, 1, 0)])
    wave = tallied(wave)
    assert group_of(wave).counts == [3, 4]
    assert (wave.is_textless, group_of(wave).histogram) == (False, None)


def test_motives_are_put_in_order_with_mean_and_deviation(garden: Branch) -> None:
    wave = launched(make_staff_wave("motives", slices=[]))
    cast_all(wave, [Vote(ratings=(10, 1 + number % 3, 5, 5, 5, 5, 5, 5, 5, 4 + number % 4)) for number in range(12)])
    wave = tallied(wave)
    ratings = {rating.motive: rating for rating in MotiveRating.objects.filter(group__wave=wave)}
    assert len(ratings) == 10
    first, second, last = (ratings[Motive.values[index]] for index in (0, 1, 9))
    assert (first.place, first.mean, first.deviation) == (1, None, None)
    assert (second.place, second.mean, second.deviation) == (10, Decimal("2.0"), Decimal("0.9"))
    assert (last.place, last.mean) == (2, Decimal("5.5"))
    assert (group_of(wave).counts, group_of(wave).answered, wave.answered) == (None, 12, 12)


def test_motives_of_withheld_groups_are_stored_nowhere(garden: Branch) -> None:
    wave = launched(make_staff_wave("motives"))
    cast_all(wave, [Vote(ratings=(5,) * 10)] * 4)
    wave = tallied(wave)
    assert MotiveRating.objects.count() == 0


def test_nothing_is_counted_before_its_time(garden: Branch) -> None:
    wave = launched(make_staff_wave())
    cast_all(wave, MIXED)
    assert tally_due_staff_waves(now=wave.closes_at - dt.timedelta(seconds=1)) == 0
    assert not tally_staff_wave(wave_id=wave.pk, now=wave.closes_at - dt.timedelta(seconds=1))
    assert (wave.ballots.count(), StaffGroup.objects.count()) == (12, 0)


def test_a_wave_is_counted_once(garden: Branch) -> None:
    wave = launched(make_staff_wave())
    cast_all(wave, MIXED)
    before = tallied(wave)
    assert tally_due_staff_waves(now=wave.closes_at + dt.timedelta(days=1)) == 0
    assert not tally_staff_wave(wave_id=wave.pk, now=wave.closes_at + dt.timedelta(days=1))
    assert StaffWave.objects.get(pk=wave.pk).tallied_at == before.tallied_at
    assert wave.groups.count() == 2


def test_nobody_answers_after_the_tally(garden: Branch) -> None:
    wave = launched(make_staff_wave())
    token = tokens_of(wave)[0]
    tallied(wave)
    with pytest.raises(TicketUnknownError):
        cast_ballot(token=token, vote=Vote(score=1), now=timezone.now())
    assert wave.ballots.count() == 0


def test_closing_early_counts_at_once_and_stops_letters(garden: Branch, manager: User, django_capture_on_commit_callbacks: Any) -> None:
    letter = create_letter(name="x", locale="ru", subject="x", text="x {unsubscribe_url}", html="", actor=manager)
    now = timezone.now()
    mail_wave = plan_wave(
        kind="staff_survey",
        occurrence_key="1",
        letter=letter,
        recipients=[],
        not_before=now,
        window_end=now + dt.timedelta(1),
        actor=manager,
    )
    wave = launched(make_staff_wave(mail_wave=mail_wave))
    cast_all(wave, MIXED)
    moment = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        assert close_staff_wave(wave=wave, actor=manager, now=moment)
    wave = StaffWave.objects.get(pk=wave.pk)
    mail_wave.refresh_from_db()
    assert (wave.state, wave.closes_at, wave.answered, mail_wave.state) == ("closed", moment, 12, "cancelled")
    assert kept_keys() == set()
    assert not close_staff_wave(wave=wave, actor=manager, now=timezone.now())


def test_the_key_dies_with_the_commit_and_not_before(garden: Branch, django_capture_on_commit_callbacks: Any) -> None:
    wave = launched(make_staff_wave())
    with django_capture_on_commit_callbacks() as callbacks:
        tallied(wave)
    assert kept_keys() == {wave.public_token}
    for callback in callbacks:
        callback()
    assert kept_keys() == set()


def test_the_sweep_destroys_keys_of_closed_waves_alone(garden: Branch) -> None:
    closed, running = launched(make_staff_wave()), launched(make_staff_wave(closes_at=timezone.now() + dt.timedelta(days=90)))
    tallied(closed)
    create_key("of-nobody")
    assert destroy_spent_keys() == 1
    assert kept_keys() == {running.public_token, "of-nobody"}


def test_the_sweep_destroys_keys_of_failed_starts_after_a_day(company: Company) -> None:
    draft = make_staff_wave()
    create_key(draft.public_token)
    create_key("of-nobody")
    assert destroy_spent_keys() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(hours=25)):
        assert destroy_spent_keys() == 2
    assert kept_keys() == set()


def test_the_sweep_never_touches_the_key_of_a_running_wave(garden: Branch) -> None:
    wave = launched(make_staff_wave())
    with time_machine.travel(timezone.now() + dt.timedelta(days=400)):
        assert destroy_spent_keys() == 0
    assert kept_keys() == {wave.public_token}


def test_a_lost_key_is_noticed_and_nothing_is_deleted(garden: Branch) -> None:
    wave = launched(make_staff_wave())
    cast_all(wave, MIXED)
    assert waves_without_key() == []
    destroy_key(wave.public_token)
    assert waves_without_key() == [wave]
    assert tally_due_staff_waves(now=wave.closes_at) == 0
    assert (wave.ballots.count(), wave.tickets.count(), StaffGroup.objects.count()) == (12, 12, 0)


def test_the_key_of_another_wave_under_this_name_is_no_key(garden: Branch) -> None:
    wave = launched(make_staff_wave())
    cast_all(wave, MIXED)
    kept = {folder: (folder / f"{wave.public_token}.key").read_bytes() for folder in folders()}
    create_key(wave.public_token)
    assert waves_without_key() == [wave]
    assert tally_due_staff_waves(now=wave.closes_at) == 0
    for folder, content in kept.items():
        Path(folder, f"{wave.public_token}.key").write_bytes(content)
    assert tallied(wave).answered == 12


def test_the_good_copy_serves_when_the_other_is_damaged(garden: Branch) -> None:
    wave = launched(make_staff_wave())
    cast_all(wave, MIXED)
    (folders()[0] / f"{wave.public_token}.key").write_bytes(b"rust")
    assert waves_without_key() == []
    assert tallied(wave).answered == 12


def test_a_survey_without_a_key_can_be_given_up(garden: Branch, manager: User) -> None:
    wave = launched(make_staff_wave())
    cast_all(wave, MIXED)
    destroy_key(wave.public_token)
    now = timezone.now()
    assert give_up_staff_wave(wave=wave, actor=manager, now=now)
    wave = StaffWave.objects.get(pk=wave.pk)
    assert (wave.state, wave.is_lost, wave.answered, wave.tallied_at) == ("closed", True, None, now)
    assert_nothing_left(wave)
    assert waves_without_key() == []
    assert not give_up_staff_wave(wave=wave, actor=manager, now=now)


def test_a_survey_with_a_key_is_not_given_up(garden: Branch, manager: User) -> None:
    wave = launched(make_staff_wave())
    cast_all(wave, MIXED)
    assert not give_up_staff_wave(wave=wave, actor=manager, now=timezone.now())
    assert wave.ballots.count() == 12


def foreign_ballot(wave: StaffWave, content: bytes, public_key: bytes | None = None) -> None:
    """Put something into the box that this program never would."""
    key = PublicKey(public_key or bytes(wave.public_key or b""))
    StaffBallot.objects.create(wave=wave, ciphertext=SealedBox(key).encrypt(content))


def test_what_cannot_be_opened_or_read_is_left_out_and_counted(garden: Branch) -> None:
    wave = launched(make_staff_wave(slices=[]))
    cast_all(wave, MIXED[:11])
    good = packed(Ballot(Cell(), Vote(score=5)))
    StaffBallot.objects.create(wave=wave, ciphertext=b"")
    StaffBallot.objects.create(wave=wave, ciphertext=b"x" * 20_000)
    foreign_ballot(wave, good, bytes(PrivateKey.generate().public_key))
    for content in (b"", b"{}", b"[]", b"null", b"\xff", b'{"vote": 3, "cell": 4}', b'{"cell": {}, "vote": {"ratings": 5}}', b"[" * 10_000):
        foreign_ballot(wave, content)
    foreign_ballot(wave, good.replace(b'"branch":""', b'"branch":[]'))
    for ballot in (Ballot(Cell(), Vote(score=11)), Ballot(Cell("no such branch"), Vote(score=5)), Ballot(Cell(), Vote(choice=0))):
        foreign_ballot(wave, packed(ballot))
    wave = tallied(wave)
    assert (wave.answered, wave.spoiled) == (11, 15)
    assert sum(group_of(wave).counts or []) == 11


def test_a_stuffed_box_never_holds_more_votes_than_people(garden: Branch) -> None:
    wave = launched(make_staff_wave(slices=[]))
    cast_all(wave, MIXED)
    for _ in range(20):
        foreign_ballot(wave, packed(Ballot(Cell(), Vote(score=0))))
    wave = tallied(wave)
    assert wave.spoiled == 20
    assert wave.answered in {12, None}


def test_a_tally_that_breaks_off_changes_nothing_and_quotes_nobody(garden: Branch) -> None:
    wave = launched(make_staff_wave())
    cast_all(wave, [Vote(score=number % 11, why="секрет") for number in range(12)])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE surveys_staffcomment ADD CONSTRAINT none CHECK (text <> 'секрет')")
    with pytest.raises(TallyFailedError) as failure, transaction.atomic():
        tally_staff_wave(wave_id=wave.pk, now=wave.closes_at)
    assert str(failure.value) == "IntegrityError"
    assert (wave.ballots.count(), wave.tickets.filter(answered=True).count(), StaffGroup.objects.count()) == (12, 12, 0)
    assert kept_keys() == {wave.public_token}


def test_one_survey_that_cannot_be_counted_does_not_hold_up_the_next(garden: Branch, caplog: pytest.LogCaptureFixture) -> None:
    broken, sound = launched(make_staff_wave()), launched(make_staff_wave(name="Вторая"))
    cast_all(broken, [Vote(score=number % 11, why="секрет") for number in range(12)])
    cast_all(sound, MIXED)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE surveys_staffcomment ADD CONSTRAINT none CHECK (text <> 'секрет')")
    assert tally_due_staff_waves(now=max(broken.closes_at, sound.closes_at)) == 1
    assert set(StaffWave.objects.values_list("pk", "state")) == {(broken.pk, "running"), (sound.pk, "closed")}
    assert "секрет" not in caplog.text
    assert "nothing is lost" in caplog.text


def test_whatever_breaks_a_tally_changes_nothing_and_quotes_nobody(
    garden: Branch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def give_up(**_: object) -> list[Ruling]:
        raise RuntimeError("секрет")  # the solver of the release audit says so, in words of its own

    wave = launched(make_staff_wave())
    cast_all(wave, MIXED)
    monkeypatch.setattr("surveys.services.ballot_count.rule_on", give_up)
    assert tally_due_staff_waves(now=wave.closes_at) == 0
    assert (wave.ballots.count(), wave.tickets.count(), StaffGroup.objects.count()) == (12, 12, 0)
    assert "RuntimeError" in caplog.text
    assert "секрет" not in caplog.text


def test_a_voter_who_comes_while_it_is_counted_is_told_that_it_is_over(garden: Branch) -> None:
    wave = launched(make_staff_wave())
    StaffWave.objects.filter(pk=wave.pk).update(closes_at=timezone.now())
    with pytest.raises(StaffWaveClosedError):
        cast_ballot(token=tokens_of(wave)[0], vote=Vote(score=1), now=timezone.now())


def test_a_closed_survey_never_opens_again(garden: Branch) -> None:
    wave = tallied(launched(make_staff_wave()))
    for change in ({"state": "running"}, {"answered": 7}, {"closes_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StaffWave.objects.filter(pk=wave.pk).update(**change)


def test_ballots_of_one_wave_do_not_open_with_the_key_of_another(garden: Branch) -> None:
    first, second = launched(make_staff_wave(slices=[])), launched(make_staff_wave(slices=[]))
    StaffBallot.objects.create(wave=second, ciphertext=sealed(first, Ballot(Cell(), Vote(score=1))))
    assert tally_staff_wave(wave_id=second.pk, now=second.closes_at)
    second.refresh_from_db()
    assert second.spoiled == 1
