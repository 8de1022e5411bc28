"""The attacks bite: on broken copies of the ballot box each of them tells nearly every answer apart; on ours none does."""

import pytest
from django.db import connection, transaction
from django.utils import timezone
from nacl.public import SealedBox

from company.models import Branch, Company, User
from surveys.attacks import keys, order, traces
from surveys.attacks.groups import Shown, differences, differences_between, small_groups
from surveys.attacks.report import ATTACKS, Finding, attacked, everything
from surveys.attacks.target import LIVE, Claims, Target, is_sealed
from surveys.ballot_keys import read_key
from surveys.formulas.ballots import Vote, unpacked
from surveys.models import StaffBallot, StaffTicket, StaffWave
from surveys.services import cast_ballot, close_staff_wave
from tests.surveys.staff import hire, launched, make_staff_wave, tokens_of

PEOPLE = 40
FIGURES = [
    "links and codes in other tables",
    "links and codes in the log",
    "small groups",
    "differences within a survey",
    "differences between surveys",
]
BROKEN = Target("broken_ticket", "id", "broken_answer", "answered")
real_transactions = pytest.mark.django_db(transaction=True)


@pytest.fixture
def branch(company: Company) -> Branch:
    """A shop with 18 who get a letter and 6 who draw a code."""
    branch = Branch.objects.create(name="На Садовой")
    hire(18, branch)
    hire(6, branch, has_email=False)
    return branch


def answered_by_all(wave: StaffWave) -> dict[str, str]:
    """Let everybody answer with a text of their own; return the texts by ticket."""
    texts = {}
    for number, token in enumerate(tokens_of(wave)):
        before = set(StaffTicket.objects.filter(answered=True).values_list("pk", flat=True))
        cast_ballot(token=token, vote=Vote(score=number % 11, why=f"Мысль {number}"), now=timezone.now())
        (ticket,) = StaffTicket.objects.filter(answered=True).exclude(pk__in=before)
        texts[str(ticket.pk)] = f"Мысль {number}"
    return texts


@real_transactions
def test_while_a_survey_runs_links_lead_to_sealed_ballots_only(branch: Branch) -> None:
    wave = launched(make_staff_wave())
    texts = answered_by_all(wave)
    found = {finding.attack: finding for finding in everything([])}
    assert [finding for finding in found.values() if finding.is_link] == []
    assert found["same transaction"] == Finding("same transaction", 24, 1, 24)
    key = read_key(wave.public_token)
    assert key is not None
    claims = order.same_transaction(LIVE[0], wave.pk)
    opened = {str(one.pk): unpacked(SealedBox(key).decrypt(bytes(one.ciphertext))).vote.why for one in StaffBallot.objects.all()}
    assert {ticket: opened[ballot] for ticket, ballot in claims.items()} == texts


@real_transactions
def test_after_the_tally_no_attack_finds_anything(branch: Branch, owner: User) -> None:
    hire(14, Branch.objects.create(name="На Мира"), department="Склад")
    for newcomers in (0, 2, 7):
        hire(newcomers, branch, department="Зал")
        wave = launched(make_staff_wave(slices=["branch", "department"]))
        texts = answered_by_all(wave)
        assert close_staff_wave(wave=wave, actor=owner, now=timezone.now())
        assert set(wave.comments.values_list("text", flat=True)) == set(texts.values())
        assert wave.groups.filter(status="exact").exists()
    assert {finding.attack: finding.claims for finding in everything([])} == dict.fromkeys([*ATTACKS, *FIGURES], 0)


@real_transactions
def test_a_survey_nobody_answered_gives_nothing_away(branch: Branch) -> None:
    launched(make_staff_wave())
    assert {finding.claims for finding in everything([])} == {0}


def run(sql: str, *values: str) -> None:
    """Run one statement, in a transaction of its own inside the test's."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def make(*, ticket: str = "", answer: str = "", number: str = "uuid DEFAULT gen_random_uuid()") -> None:
    """Make a broken ballot box: extra columns of tickets, of answers, and the type of an answer's number."""
    run(f"CREATE TABLE broken_ticket (id uuid PRIMARY KEY, wave_id int, answered bool DEFAULT false{ticket})")
    run(f"CREATE TABLE broken_answer (id {number} PRIMARY KEY, wave_id int, text text{answer})")
    for name in tickets():
        run("INSERT INTO broken_ticket (id, wave_id) VALUES (%s::uuid, 1)", name)


def tickets() -> list[str]:
    """Return the numbers of the tickets, mixed up so that their order says nothing."""
    return sorted((f"{number * 7919 % 4093:08x}-0000-4000-8000-{number:012x}" for number in range(PEOPLE)), key=lambda name: name[::-1])


def text_of(ticket: str) -> str:
    """Return what the holder of a ticket answers."""
    return f"Мысль {ticket[-4:]}"


def cast(ticket: str, columns: str = "", values: str = "", *, together: bool = True) -> None:
    """Answer: the ticket and the answer in one transaction, or in two."""
    use = f"UPDATE broken_ticket SET answered = true WHERE id = '{ticket}'"
    answer = f"INSERT INTO broken_answer (wave_id, text{columns}) VALUES (1, '{text_of(ticket)}'{values})"
    if together:
        run(f"WITH used AS ({use} RETURNING id) {answer}")
    else:
        run(use)
        run(answer)


def rightly(claims: Claims) -> float:
    """Return which share of all links the claims got right."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id::text, text FROM broken_answer")
        texts = dict(cursor.fetchall())
    right = [ticket for ticket, answer in claims.items() if texts[answer] == text_of(ticket)]
    return len(right) / PEOPLE


@pytest.mark.django_db
def test_a_foreign_key_is_followed() -> None:
    make(answer=", ticket_id uuid REFERENCES broken_ticket (id)")
    for ticket in tickets():
        cast(ticket, ", ticket_id", f", '{ticket}'")
    assert rightly(keys.foreign_keys(BROKEN, 1)) == 1


@pytest.mark.django_db
def test_a_table_between_is_found() -> None:
    make()
    run("CREATE TABLE broken_link (ticket_id uuid REFERENCES broken_ticket (id), answer_id uuid REFERENCES broken_answer (id))")
    for ticket in tickets():
        cast(ticket)
        run("INSERT INTO broken_link SELECT %s::uuid, id FROM broken_answer WHERE text = %s", ticket, text_of(ticket))
    assert rightly(keys.foreign_keys(BROKEN, 1)) == 1


@pytest.mark.django_db
def test_a_token_kept_on_both_sides_is_found() -> None:
    make(answer=", token text")
    for ticket in tickets():
        cast(ticket, ", token", f", '{ticket}'")
    assert rightly(keys.equal_values(BROKEN, 1)) == 1


@pytest.mark.django_db
def test_serial_numbers_tell_who_answered_when() -> None:
    make(number="serial")
    for ticket in reversed(tickets()):
        cast(ticket, together=False)
    assert rightly(order.serial_ids(BROKEN, 1)) == 1


@pytest.mark.django_db
def test_a_tally_that_does_not_shuffle_keeps_the_order_on_the_disk() -> None:
    make()
    for ticket in reversed(tickets()):
        run("UPDATE broken_ticket SET answered = true WHERE id = %s::uuid", ticket)
    rows = ", ".join(f"(1, '{text_of(ticket)}')" for ticket in reversed(tickets()))
    run(f"INSERT INTO broken_answer (wave_id, text) VALUES {rows}")
    assert rightly(order.heap_order(BROKEN, 1)) >= 0.95
    assert order.transaction_order(BROKEN, 1) == {}


@pytest.mark.django_db
def test_two_transactions_keep_their_order() -> None:
    make()
    for ticket in reversed(tickets()):
        cast(ticket, together=False)
    assert rightly(order.transaction_order(BROKEN, 1)) >= 0.95
    assert order.same_transaction(BROKEN, 1) == {}


@pytest.mark.django_db
def test_times_tell_answers_apart() -> None:
    make(ticket=", used_at timestamptz", answer=", created_at timestamptz DEFAULT clock_timestamp()")
    for ticket in reversed(tickets()):
        run("UPDATE broken_ticket SET answered = true, used_at = clock_timestamp() WHERE id = %s::uuid", ticket)
        run("INSERT INTO broken_answer (wave_id, text) VALUES (1, %s)", text_of(ticket))
    run("DELETE FROM broken_answer WHERE text = %s", text_of(tickets()[0]))
    assert rightly(order.times(BROKEN, 1)) >= 0.95


@pytest.mark.django_db
def test_an_open_answer_of_the_same_transaction_is_found() -> None:
    make()
    for ticket in tickets():
        cast(ticket)
    assert rightly(order.same_transaction(BROKEN, 1)) == 1
    finding = attacked("same transaction", order.same_transaction, [BROKEN])
    assert (finding.claims, finding.chance, finding.sealed, finding.is_link) == (PEOPLE, 1, 0, True)


RECORD = """
CREATE TABLE broken_audit (id serial, content jsonb);
CREATE FUNCTION broken_record() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO broken_audit (content) VALUES (to_jsonb(NEW)); RETURN NEW; END $$;
CREATE TRIGGER record AFTER UPDATE ON broken_ticket FOR EACH ROW EXECUTE FUNCTION broken_record();
CREATE TRIGGER record AFTER INSERT ON broken_answer FOR EACH ROW EXECUTE FUNCTION broken_record();
"""


@pytest.mark.django_db
def test_an_audit_trigger_is_read() -> None:
    make()
    run(RECORD)
    for ticket in tickets():
        cast(ticket)
    run("UPDATE broken_answer SET text = text")
    assert order.same_transaction(BROKEN, 1) == {}
    assert rightly(keys.history(BROKEN, 1)) == 1


@pytest.mark.django_db
def test_a_box_that_is_shuffled_and_rewritten_gives_nothing_away() -> None:
    make()
    for ticket in reversed(tickets()):
        cast(ticket)
    run("CREATE TABLE broken_link AS SELECT text FROM broken_answer")
    run("TRUNCATE broken_answer")
    run("INSERT INTO broken_answer (wave_id, text) SELECT 1, text FROM broken_link ORDER BY random()")
    run("UPDATE broken_ticket SET answered = answered")
    assert [name for name, attack in ATTACKS.items() if attack(BROKEN, 1)] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("content", "sealed"), [("", True), ("convert_to(repeat('a', 512), 'UTF8')", False)])
def test_only_noise_of_one_length_counts_as_sealed(content: str, sealed: bool) -> None:
    noise = "decode(string_agg(md5(random()::text), ''), 'hex')"
    run("CREATE TABLE broken_answer (id serial PRIMARY KEY, wave_id int, content bytea)")
    for _each in range(3):
        value = f"(SELECT {noise} FROM generate_series(1, 32))" if sealed else content
        run(f"INSERT INTO broken_answer (wave_id, content) SELECT 1, {value}")
    assert is_sealed(BROKEN, 1) == sealed


@pytest.mark.django_db
def test_a_link_in_a_log_or_in_a_table_is_found(branch: Branch) -> None:
    wave = launched(make_staff_wave())
    link, code = tokens_of(wave)[0], tokens_of(wave)[-1]
    log = ["GET / 200", f"GET /surveys/e/{link}/ 200", f"POST /surveys/e/ code={code} 302"]
    found = list(traces.in_lines(log, traces.secrets()))
    assert [where for _what, where in found] == ["line 2", "line 3"]
    assert list(traces.in_tables(traces.secrets())) == []
    Branch.objects.create(name=f"Код {code}")
    assert [where for _what, where in traces.in_tables(traces.secrets())] == ["company_branch"]


def shown(label: str, people: range, *counts: int, wave: int = 1) -> Shown:
    """Return published figures."""
    return Shown(wave, label, frozenset(people), sum(counts), counts)


def test_small_and_uniform_groups_are_seen() -> None:
    figures = [shown("all", range(30), 9, 9, 9), shown("a", range(9), 1, 1, 2), shown("b", range(9, 20), 0, 1, 9)]
    assert small_groups(figures, 5) == ["a", "b"]


def test_what_is_left_of_a_difference_is_seen() -> None:
    figures = [shown("all", range(24), 8, 8, 8), shown("a", range(20), 7, 7, 6)]
    assert differences(figures, 5) == [frozenset(range(20, 24))]
    assert differences(figures, 4) == []


def test_what_is_left_of_a_longer_sum_is_seen() -> None:
    parts = [range(10), range(10, 20), range(20, 30), range(30, 40), range(40, 50)]
    figures = [shown("all", range(53), 17, 17, 18), *(shown(str(part), part, 3, 3, 4) for part in parts)]
    assert differences(figures, 5) == [frozenset(range(50, 53))]


def test_an_alike_rest_is_seen() -> None:
    figures = [shown("all", range(30), 10, 10, 10), shown("a", range(22), 10, 10, 2)]
    assert differences(figures, 5) == [frozenset(range(22, 30))]


def test_newcomers_are_seen_between_two_surveys() -> None:
    first, second = shown("all", range(30), 9, 9, 9), shown("all", range(32), 9, 9, 10, wave=2)
    assert differences_between([first], [second], 5) == [frozenset([30, 31])]
    assert differences_between([first], [shown("all", range(35), 9, 9, 10, wave=2)], 5) == []


def test_a_newcomer_is_seen_through_the_branches() -> None:
    first = [shown("all", range(40), 9, 9, 9)]
    second = [shown("a", range(20), 5, 5, 5, wave=2), shown("b", range(20, 41), 5, 5, 5, wave=2)]
    assert differences_between(first, second, 5) == [frozenset([40])]
