"""Writes of praise, of the month's board and of remarks."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from company.models import Branch, Employee, User
from programme.enums import PraiseState, Way
from programme.models import MonthPick, Praise, PraiseCode, Remark
from programme.queries.praise import is_off_board, remark_readers
from programme.services.praise_letters import hold_back, tell_praised

FLOOD_WINDOW = dt.timedelta(minutes=10)
MOST_BY_CODE = 30
MOST_BY_PERSON = 15


class TooManyError(Exception):
    """Too much came from one person or one code: nothing was saved."""


class CodeClosedError(Exception):
    """The code takes no praise: nothing was saved."""


class StaysOffError(Exception):
    """The colleague chose not to stand on the board: nothing was saved."""


class NoReaderError(Exception):
    """Nobody may read a remark about this colleague: nothing was saved."""


@dataclass(frozen=True)
class Speaker:
    """Who speaks and how they came: an employee where we know it, else a name."""

    way: Way
    employee: Employee | None = None
    name: str = ""
    code: PraiseCode | None = None

    @property
    def called(self) -> str:
        """The name that stands under the words."""
        return self.employee.name if self.employee else self.name


@transaction.atomic
def praise_colleague(*, about: Employee, speaker: Speaker, said: Mapping[str, Any], key: uuid.UUID, now: dt.datetime) -> Praise:
    """Save a praise and tell the colleague; the same key is the same praise. By the code on the wall it waits for a manager's eye."""
    if earlier := Praise.objects.filter(request_key=key).first():
        return earlier
    refuse_flood(speaker, now)
    by_code = speaker.way == Way.CODE
    praise = Praise.objects.create(
        about=about,
        author=speaker.employee,
        author_name=speaker.called,
        way=speaker.way,
        code=speaker.code,
        words=said["words"],
        client_words=said.get("client_words", ""),
        touchpoint=said.get("touchpoint"),
        state=PraiseState.WAITING if by_code else PraiseState.SHOWN,
        request_key=key,
        made_at=now,
    )
    if praise.state == PraiseState.SHOWN:
        tell_praised(praise=praise, now=now)
    return praise


def refuse_flood(speaker: Speaker, now: dt.datetime) -> None:
    """Refuse what comes too fast; a code's row is held, so that what comes at once is all counted."""
    fresh = Praise.objects.filter(made_at__gt=now - FLOOD_WINDOW)
    if speaker.code:
        if not PraiseCode.objects.select_for_update().filter(pk=speaker.code.pk, is_open=True).exists():
            raise CodeClosedError
        if fresh.filter(code=speaker.code).count() >= MOST_BY_CODE:
            raise TooManyError
    elif fresh.filter(author=speaker.employee, author_name=speaker.called).count() >= MOST_BY_PERSON:
        raise TooManyError


@transaction.atomic
def decide_praise(*, praise: Praise, state: PraiseState, actor: User, now: dt.datetime) -> bool:
    """Let a praise stand on the board or take it off; False when it was so already. Shown for the first time, the colleague hears of it."""
    changed = Praise.objects.filter(pk=praise.pk).exclude(state=state)
    if changed.update(state=state, decided_by=actor) != 1:
        return False
    if state == PraiseState.SHOWN:
        tell_praised(praise=praise, now=now)
    else:
        hold_back(praise=praise)
    return True


@transaction.atomic
def pick_of_month(*, employee: Employee, month: dt.date, why: str, actor: User, now: dt.datetime) -> MonthPick:
    """Thank a colleague before all others for a month; said again, the reason is mended."""
    if is_off_board(employee):
        raise StaysOffError
    facts = {"why": why, "picked_by": actor, "picked_at": now}
    pick, _is_new = MonthPick.objects.update_or_create(employee=employee, month=month.replace(day=1), defaults=facts)
    return pick


@transaction.atomic
def take_back_pick(*, pick: MonthPick, actor: User) -> bool:
    """Take a pick back; False when it was gone already."""
    del actor
    return MonthPick.objects.filter(pk=pick.pk).delete()[0] == 1


@transaction.atomic
def open_praise_code(*, branch: Branch | None, actor: User) -> PraiseCode:
    """Return the code of a branch, or of the whole company, made at the first call."""
    code, _is_new = PraiseCode.objects.get_or_create(branch=branch, defaults={"created_by": actor})
    return code


@transaction.atomic
def set_praise_code_open(*, code: PraiseCode, is_open: bool, actor: User) -> bool:
    """Let a code take praise or stop it; False when it was so already."""
    del actor
    return PraiseCode.objects.filter(pk=code.pk, is_open=not is_open).update(is_open=is_open) == 1


@transaction.atomic
def leave_remark(*, about: Employee, words: str, author_name: str, key: uuid.UUID, now: dt.datetime) -> Remark:
    """Save a remark for the few who may read it; the same key is the same remark."""
    if not remark_readers(about):
        raise NoReaderError
    facts = {"about": about, "words": words, "author_name": author_name, "made_at": now}
    remark, _is_new = Remark.objects.get_or_create(request_key=key, defaults=facts)
    return remark


@transaction.atomic
def settle_remark(*, remark: Remark, outcome: str, actor: User, now: dt.datetime) -> bool:
    """Write down what was agreed; False when somebody has done it already."""
    open_ones = Remark.objects.filter(pk=remark.pk, settled_at=None)
    return open_ones.update(outcome=outcome, settled_by=actor, settled_at=now) == 1
