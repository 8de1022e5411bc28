"""A database restored from a backup sends nothing until a person has looked."""

import json
import uuid
from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import F

from company.models import User
from mailing import fence
from mailing.enums import AccountState
from mailing.models import MailEvent, Message, SmtpAccount
from mailing.queries import counts_by_state, database_name
from mailing.services import confirm_database, drain, resume_account
from mailing.services.accounts import default_account
from mailing.services.claiming import claim
from tests.mailing.conftest import PlanWave
from tests.mailing.mail_server import mail_server

pytestmark = pytest.mark.django_db(transaction=True)


def contents() -> dict[str, object]:
    """Return what the file holds."""
    return dict(json.loads(Path(settings.MAIL_FENCE).read_text()))


def test_the_first_run_writes_the_file_and_every_claim_moves_it(plan: PlanWave) -> None:
    plan(2)
    with mail_server():
        drain(seconds=5)
    first = SmtpAccount.objects.get().claim_seq
    assert contents() == {"database": database_name(), "claims": {"1": first}}
    plan(1, occurrence_key="more")
    with mail_server():
        drain(seconds=5)
    assert SmtpAccount.objects.get().claim_seq > first
    assert contents()["claims"] == {"1": SmtpAccount.objects.get().claim_seq}


def test_the_name_of_the_database_is_its_cluster_and_timeline() -> None:
    identifier, timeline = database_name().split("/")
    assert int(identifier) > 10**15
    assert int(timeline) >= 1


def test_an_older_database_is_held_until_confirmed(plan: PlanWave, owner: User) -> None:
    wave = plan(3)
    with mail_server() as server:
        drain(seconds=5)
        Message.objects.all().delete()
        plan(3)  # the rows as a dump from before the sending has them
        SmtpAccount.objects.update(claim_seq=F("claim_seq") - 1)
        drain(seconds=5)
        drain(seconds=5)
        assert len(server.accepted) == 3
        account = SmtpAccount.objects.get()
        assert account.state == AccountState.FENCED
        assert counts_by_state(wave)["queued"] == 3
        assert not resume_account(account=account, actor=owner)
        assert confirm_database(account=account, actor=owner)
        assert not confirm_database(account=account, actor=owner)
        drain(seconds=5)
        assert len(server.accepted) == 6
    assert list(MailEvent.objects.order_by("id").values_list("what", "actor")) == [("fenced", None), ("confirmed", owner.pk)]


def test_another_cluster_is_held_and_confirmed_once(plan: PlanWave, owner: User) -> None:
    plan(1)
    fence.renew(database="7000000000000000000/1", account_id=default_account().pk, claim=0)
    with mail_server() as server:
        drain(seconds=5)
        assert server.accepted == []
        assert confirm_database(account=default_account(), actor=owner)
        drain(seconds=5)
        assert len(server.accepted) == 1
    assert contents()["database"] == database_name()


def test_the_same_dump_restored_a_second_time_is_held_again(plan: PlanWave, owner: User) -> None:
    plan(1)
    account = default_account()
    fence.renew(database=database_name(), account_id=account.pk, claim=9)
    drain(seconds=1)
    assert confirm_database(account=account, actor=owner)
    SmtpAccount.objects.update(claim_seq=0)
    drain(seconds=1)
    assert SmtpAccount.objects.get().state == AccountState.FENCED


@pytest.mark.parametrize("nonsense", ["", "{", "[]", '{"database": 1}', '{"database": "", "claims": {"1": "x"}}'])
def test_a_file_that_makes_no_sense_holds_too(plan: PlanWave, nonsense: str) -> None:
    plan(1)
    Path(settings.MAIL_FENCE).write_text(nonsense)
    with mail_server() as server:
        drain(seconds=5)
        assert server.accepted == []
    assert SmtpAccount.objects.get().state == AccountState.FENCED


def test_a_number_that_fell_in_the_middle_of_a_run_is_noticed_by_the_claim(plan: PlanWave) -> None:
    plan(1)
    account = default_account()
    fence.note_claim(account_id=account.pk, claim=5)
    assert claim(account=account, owner=uuid.UUID(int=1), size=9).messages == []
    assert SmtpAccount.objects.get().state == AccountState.FENCED


def test_many_workers_of_a_host_share_the_file_and_it_never_goes_back() -> None:
    with ThreadPool(8) as pool:
        pool.map(lambda number: fence.note_claim(account_id=1, claim=number), range(1, 101))
    assert fence.read().claim_of(1) == 100
    fence.note_claim(account_id=1, claim=50)
    assert fence.read().claim_of(1) == 100
    assert {path.name for path in Path(settings.MAIL_FENCE).parent.iterdir()} == {"mail_fence.lock", "mail_fence.json"}


def test_an_account_made_anew_goes_on_from_the_file() -> None:
    fence.note_claim(account_id=1, claim=41)
    assert default_account().claim_seq == 41
