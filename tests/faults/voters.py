"""Voters and counters in processes of their own, which can be killed between any two steps."""

import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from surveys.formulas.ballots import Vote
from surveys.models import StaffWave
from surveys.services import TicketUsedError, cast_ballot, launch_staff_wave, tally_staff_wave
from tests.faults.senders import FORKS, neighbours, settle_in

STEPPED = ("services/staff_tally.py", "services/ballot_count.py", "services/ballots.py", "services/launching.py", "ballot_keys.py")
PURE = {"opened", "opened_ballot", "checked_vote", "is_vote_of", "is_between", "tidy_text", "<genexpr>", "<listcomp>", "within_seats"}
PURE |= {"counts_of", "votes_in", "rating_of", "tenure_of", "code_ticket", "link_ticket", "label_of", "place_of", "fields_of"}
COMMIT = {"commit", "_commit", "run_and_clear_commit_hooks"}
FORKS.set_forkserver_preload(["tests.faults.senders", "tests.faults.voters"])


def world() -> dict[str, Any]:
    """Return what a child must know: this test's database and its key folders."""
    return neighbours() | {"BALLOT_KEY_FOLDERS": settings.BALLOT_KEY_FOLDERS}


def die_after(steps: int) -> Callable[[FrameType, str, Any], Any]:
    """Return a tracer that kills this process, with no chance to tidy up, before the step after so many; a step is a line that acts."""
    left = steps

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if not is_acting(frame.f_code.co_filename, frame.f_code.co_name):
            return None
        if event == "line":
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace


def is_acting(file: str, function: str) -> bool:
    """Say whether the lines of a function are steps: ours that do something, and those by which Django commits."""
    return (file.endswith(STEPPED) and function not in PURE) or (file.endswith("backends/base/base.py") and function in COMMIT)


def run_to(world_of_test: dict[str, Any], steps: int, work: Callable[..., object], args: tuple[Any, ...]) -> None:
    """Do the work in the child and die on the way."""
    settle_in(world_of_test)
    connection.ensure_connection()
    sys.settrace(die_after(steps))
    work(*args)
    sys.settrace(None)


def is_killed(steps: int, work: Callable[..., object], *args: Any) -> bool:
    """Run the work in a process that is killed after so many steps; say whether it had not ended before."""
    process = FORKS.Process(target=run_to, args=[world(), steps, work, args], daemon=True)
    process.start()
    process.join(120)
    assert process.exitcode in {0, -signal.SIGKILL}, process.exitcode
    return process.exitcode != 0


def vote(token: str, score: int) -> None:
    """Cast a ballot."""
    cast_ballot(token=token, vote=Vote(score=score, why=f"потому что {score}"), now=timezone.now())


def launch(wave_id: int) -> None:
    """Start a draft."""
    launch_staff_wave(wave=StaffWave.objects.get(pk=wave_id), actor=None, now=timezone.now())


def tally(wave_id: int) -> bool:
    """Count a wave whose time is over."""
    return tally_staff_wave(wave_id=wave_id, now=timezone.now())


def vote_for_all(tokens: list[str], threads: int) -> Counter[str]:
    """Try to cast a ballot with each ticket, in an order of one's own, over several connections at once."""
    numbered = random.sample(list(enumerate(tokens)), len(tokens))

    def some(part: list[tuple[int, str]]) -> Counter[str]:
        try:
            return Counter(outcome(token, number % 11) for number, token in part)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(some, [numbered[first::threads] for first in range(threads)]), Counter[str]())


def outcome(token: str, score: int) -> str:
    """Cast a ballot and say what came of it."""
    try:
        vote(token, score)
    except TicketUsedError:
        return "used"
    return "cast"
