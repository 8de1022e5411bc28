"""The sealed ballot box under many hands, kill -9 and people with a copy of the database."""

import datetime as dt
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from company.models import Branch
from config.embedded import postgres_binaries
from surveys.ballot_keys import kept_keys, read_key
from surveys.formulas.ballots import Vote
from surveys.models import StaffBallot, StaffComment, StaffGroup, StaffSeat, StaffTicket, StaffWave
from surveys.queries import waves_without_key
from surveys.services import StaffWaveClosedError, cast_ballot, close_staff_wave, destroy_spent_keys, tally_due_staff_waves
from tests.faults.harness import cut_connections
from tests.faults.senders import elsewhere
from tests.faults.test_people import at_once
from tests.faults.voters import is_killed, launch, tally, vote, vote_for_all, world
from tests.surveys.staff import cast_all, hire, launched, make_staff_wave, tokens_of
from tests.workers import process_environment, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
VOTES = [Vote(score=number % 11, why=f"тайна-{number}", ten=f"мечта-{number}") for number in range(12)]
COUNTS = [8, 2, 2]


@pytest.fixture
def garden() -> Branch:
    """A shop with twelve people."""
    branch = Branch.objects.create(name="На Садовой")
    hire(12, branch)
    return branch


@pytest.fixture
def full_box(garden: Branch) -> StaffWave:
    """A survey in which all have answered and whose time is over."""
    return filled()


def filled() -> StaffWave:
    """Start a survey, have everybody answer and its time pass."""
    wave = launched(make_staff_wave())
    cast_all(wave, VOTES)
    StaffWave.objects.filter(pk=wave.pk).update(closes_at=timezone.now())
    return wave


def box_of(wave: StaffWave) -> tuple[int, int]:
    """Return how many tickets are used and how many ballots there are."""
    return wave.tickets.filter(answered=True).count(), wave.ballots.count()


def settled() -> None:
    """Wait until the database has noticed that a process is dead."""
    wait_for(lambda: cut_connections() == 0)


def assert_counted(wave: StaffWave) -> None:
    """Right counts, once, and nothing else left of the answers."""
    wave.refresh_from_db()
    assert (wave.state, wave.answered, wave.spoiled) == ("closed", 12, 0)
    assert [group.counts for group in wave.groups.all()] == [COUNTS, COUNTS]
    assert sorted(wave.comments.values_list("text", flat=True)) == sorted(text for one in VOTES for text in (one.why, one.ten))
    assert box_of(wave) == (0, 0)
    assert wave.tickets.count() == 0


def test_1800_submits_of_300_tickets_at_once_are_300_ballots() -> None:
    branches = [Branch.objects.create(name=name) for name in ("Первая", "Вторая")]
    for branch in branches:
        hire(120, branch)
        hire(30, branch, has_email=False)
    wave = launched(make_staff_wave())
    tokens = tokens_of(wave)
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda _: elsewhere(world(), vote_for_all, tokens, 4), range(6)))
    assert sum(outcomes, Counter()) == {"cast": 300, "used": 1500}
    assert box_of(wave) == (300, 300)
    StaffWave.objects.filter(pk=wave.pk).update(closes_at=timezone.now())
    assert tally_due_staff_waves(now=timezone.now()) == 1
    everybody = StaffGroup.objects.get(wave=wave, dimension="")
    scores = Counter(number % 11 for number in range(300))
    assert everybody.histogram == [scores[score] for score in range(11)]
    assert [group.answered for group in wave.groups.all()] == [300, 150, 150]


def test_kill_9_between_any_two_steps_of_an_answer_uses_the_ticket_with_its_ballot_or_not_at_all(garden: Branch) -> None:
    wave = launched(make_staff_wave())
    tokens = iter(tokens_of(wave))
    token, cast, steps = next(tokens), 0, 0
    while is_killed(steps, vote, token, 5):
        settled()
        used, ballots = box_of(wave)
        assert used == ballots
        if ballots > cast:
            token, cast = next(tokens), ballots
        steps += 1
    assert steps > 12
    used, ballots = box_of(wave)
    assert used == ballots == cast + 1


def test_kill_9_between_any_two_steps_of_the_tally_counts_everybody_once(full_box: StaffWave) -> None:
    wave, steps, counted = full_box, 0, 0
    while is_killed(steps, tally, wave.pk):
        settled()
        if StaffWave.objects.get(pk=wave.pk).state == "closed":
            counted += 1
            destroy_spent_keys()
            assert_counted(wave)
            assert kept_keys() == set()
            wave = filled()
        assert (box_of(wave), wave.groups.count(), wave.comments.count()) == ((12, 12), 0, 0)
        assert waves_without_key() == []
        steps += 1
    assert steps > 40
    assert counted > 5
    assert_counted(wave)
    assert kept_keys() == set()


def test_kill_9_between_any_two_steps_of_the_start_leaves_a_draft_or_a_whole_survey(garden: Branch) -> None:
    wave, steps = make_staff_wave(), 0
    while is_killed(steps, launch, wave.pk):
        settled()
        if StaffWave.objects.get(pk=wave.pk).state == "running":
            break
        assert (StaffSeat.objects.count(), StaffTicket.objects.count()) == (0, 0)
        steps += 1
    assert steps > 30
    assert (wave.seats.count(), wave.tickets.count()) == (12, 12)
    assert waves_without_key() == []
    assert kept_keys() == {wave.public_token}
    assert StaffWave.objects.get(pk=wave.pk).state == "running"


def test_ten_who_count_at_once_count_once(full_box: StaffWave) -> None:
    at_once(10, lambda: tally_due_staff_waves(now=timezone.now()))
    assert_counted(full_box)


def test_whoever_was_told_that_the_answer_counts_is_counted(garden: Branch, owner: Any) -> None:
    hire(48, garden)
    wave = launched(make_staff_wave())
    outcomes: list[str] = []

    def answer(token: str) -> None:
        try:
            cast_ballot(token=token, vote=Vote(score=len(outcomes) % 11), now=timezone.now())
            outcomes.append("cast")
        except StaffWaveClosedError:
            outcomes.append("closed")
        except Exception:  # noqa: BLE001 - after the tally the ticket is unknown
            outcomes.append("unknown")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(answer, token) for token in tokens_of(wave)]
        wait_for(lambda: outcomes.count("cast") >= 15)
        assert close_staff_wave(wave=wave, actor=owner, now=timezone.now())
        for each in running:
            each.result(60)
    tally_due_staff_waves(now=timezone.now())
    everybody = StaffGroup.objects.get(wave=wave, dimension="")
    assert everybody.answered == outcomes.count("cast")


def dumped() -> str:
    """Return a backup of this test's database."""
    url = process_environment()["DATABASE_URL"]
    return subprocess.run([postgres_binaries() / "pg_dump", url], capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own


def test_a_backup_from_before_the_tally_holds_no_answer_and_cannot_be_opened_once_it_is_over(full_box: StaffWave) -> None:
    old = dumped()
    ballots = [bytes(ballot.ciphertext) for ballot in StaffBallot.objects.all()]
    assert all(ballot.hex() in old for ballot in ballots)
    assert [one.why for one in VOTES if one.why in old or one.ten in old] == []
    key = read_key(full_box.public_token)
    assert key is not None
    assert bytes(key).hex() not in old
    assert tally_due_staff_waves(now=timezone.now()) == 1
    assert read_key(full_box.public_token) is None
    for known in (bytes(full_box.public_key or b""), bytes(32)):
        with pytest.raises(CryptoError):
            SealedBox(PrivateKey(known)).decrypt(ballots[0])


def test_a_backup_from_after_the_tally_holds_no_ticket_and_no_ballot(full_box: StaffWave) -> None:
    tickets = [str(ticket.pk) for ticket in StaffTicket.objects.all()] + [
        bytes(ticket.token_hash).hex() for ticket in StaffTicket.objects.all()
    ]
    ballots = [str(ballot.pk) for ballot in StaffBallot.objects.all()]
    old = dumped()
    assert all(secret in old for secret in tickets + ballots)
    assert tally_due_staff_waves(now=timezone.now()) == 1
    new = dumped()
    assert [secret for secret in tickets + ballots if secret in new] == []
    assert all(one.why in new for one in VOTES)


def test_after_the_tally_the_files_of_tickets_and_ballots_are_empty(full_box: StaffWave) -> None:
    assert sizes()[0] > 0
    assert tally_due_staff_waves(now=timezone.now()) == 1
    assert sizes() == (0, 0, 0)


def sizes() -> tuple[int, ...]:
    """Return the bytes on disk of tickets, of ballots and of the sealed contents, dead rows too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_relation_size('surveys_staffticket'), pg_relation_size('surveys_staffballot'), pg_relation_size(reltoastrelid) "
            "FROM pg_class WHERE relname = 'surveys_staffballot'"
        )
        return tuple(cursor.fetchone())


def test_no_table_of_the_results_tells_by_its_transactions_who_answered(full_box: StaffWave) -> None:
    asked = writers("surveys_staffseat")
    assert len(asked) == 1
    assert tally_due_staff_waves(now=timezone.now()) == 1
    results = writers("surveys_staffgroup") | writers("surveys_staffcomment")
    assert len(results) == 1
    assert writers("surveys_staffseat") == asked
    assert writers("surveys_staffticket") == writers("surveys_staffballot") == set()


def writers(table: str) -> set[str]:
    """Return the transactions that wrote the rows of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT xmin::text FROM {table}")
        return {row[0] for row in cursor.fetchall()}


def test_the_order_of_texts_on_disk_is_not_the_order_of_answers(full_box: StaffWave) -> None:
    assert tally_due_staff_waves(now=timezone.now()) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM surveys_staffcomment ORDER BY ctid")
        order = [row[0] for row in cursor.fetchall()]
    assert len(order) == StaffComment.objects.count() == 24
    pairs = sum(first.split("-")[1] == second.split("-")[1] for first, second in pairwise(order))
    assert pairs < 8


def test_a_sweep_does_not_take_the_key_of_a_survey_that_is_just_starting(garden: Branch) -> None:
    wave = make_staff_wave()
    with transaction.atomic():
        launched(wave)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(sweep_at, timezone.now() + dt.timedelta(hours=1)).result(60) == 0
    assert waves_without_key() == []


def sweep_at(_: dt.datetime) -> int:
    """Sweep over a connection of one's own."""
    try:
        return destroy_spent_keys()
    finally:
        connection.close()
