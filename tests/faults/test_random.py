"""Fault 1 and all that may come with it, by seed: ten in `make test`, two hundred in `make faults`."""

import os
import random
import time

import pytest

from company.models import User
from mailing.models import MailWave
from mailing.services import pause_wave, resume_wave
from tests.faults.harness import assert_promise, cut_connections, finish, hurry, is_finished, let_leases_run_out, moody_server
from tests.faults.senders import Farm
from tests.mailing.conftest import PlanWave

pytestmark = pytest.mark.django_db(transaction=True)

SEEDS = range(int(os.environ.get("FAULT_SEEDS", "10")))
LETTERS = 100
TURN = 0.25
TROUBLE = ("kill", "kill", "kill", "cut", "steal", "replan", "pause")


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_dies_nobody_gets_two_and_nobody_is_lost(seed: int, plan: PlanWave) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test that can be repeated
    wave = plan(LETTERS)
    hurry()
    with moody_server(chance=random.Random(seed + 1), refuses=0.1, drops=0.02, thinks_seconds=0.01) as server:  # noqa: S311
        with Farm(3) as farm:
            cuts = make_trouble(chance, farm, wave, plan)
            finish(wave)
            farm.stop()
        assert_promise(wave, server, planned=LETTERS, doubts=farm.kills + cuts + server.dropped)


def make_trouble(chance: random.Random, farm: Farm, wave: MailWave, plan: PlanWave) -> int:
    """Do something bad every quarter of a second; return how many connections were cut or leases taken away."""
    cuts = 0
    for _ in range(16):
        time.sleep(TURN)
        if is_finished(wave):
            break
        what = chance.choice(TROUBLE)
        if what == "kill":
            farm.kill_one(chance)
        elif what == "cut":
            cuts += cut_connections()
        elif what == "steal":
            let_leases_run_out()
            cuts += farm.size
        elif what == "replan":
            plan(LETTERS)
        else:
            boss = User.objects.get_or_create(email="boss@example.org", defaults={"name": "Boss"})[0]
            pause_wave(mail_wave=wave, actor=None)
            time.sleep(TURN)
            resume_wave(mail_wave=wave, actor=boss)
    return cuts


def test_thousands_of_letters_survive_a_kill_every_quarter_of_a_second(plan: PlanWave) -> None:
    wave, chance = plan(1000), random.Random(0)  # noqa: S311 - a test that can be repeated
    hurry()
    with moody_server() as server, Farm(3) as farm:
        while not is_finished(wave) and farm.kills < 40:
            time.sleep(TURN)
            farm.kill_one(chance)
        finish(wave)
        farm.stop()
        assert_promise(wave, server, planned=1000, doubts=farm.kills)


def test_a_thinking_server_is_waited_for(plan: PlanWave) -> None:
    wave = plan(1)
    with moody_server(thinks_seconds=12) as server, Farm(2) as farm:
        finish_without_stealing(wave)
        farm.stop()
    assert_promise(wave, server, planned=1, doubts=0)


def finish_without_stealing(wave: MailWave) -> None:
    """Wait for the end and touch nothing."""
    deadline = time.monotonic() + 60
    while not is_finished(wave):
        assert time.monotonic() < deadline
        time.sleep(0.2)
