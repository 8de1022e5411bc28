"""Letters of a running survey of employees as its page lists them."""

import datetime as dt
from dataclasses import dataclass
from typing import cast

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from mailing.enums import MessageState
from mailing.models import MailWave
from mailing.queries import counts_by_state
from surveys.enums import RemindWhom
from surveys.models import StaffWave
from surveys.queries import staff_mail_waves

WAITING = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.SENDING)
LOST = (MessageState.FAILED, MessageState.UNKNOWN)


@dataclass(frozen=True)
class PostLine:
    """One letter to all: when it leaves and, once planned, how it fares.

    Of a reminder to the silent ones no numbers are shown: they would say how many had answered.
    """

    label: str
    day: dt.date
    is_planned: bool
    counts: dict[str, int] | None

    @property
    def waiting(self) -> int:
        """How many have not left yet."""
        return self.sum_of(WAITING)

    @property
    def sent(self) -> int:
        """How many have left."""
        return self.sum_of((MessageState.SENT,))

    @property
    def lost(self) -> int:
        """How many did not arrive, or perhaps not."""
        return self.sum_of(LOST)

    @property
    def skipped(self) -> int:
        """How many asked for no letters, or have no address that works."""
        return self.sum_of((MessageState.SKIPPED,))

    def sum_of(self, states: tuple[MessageState, ...]) -> int:
        """Return the number of letters in these states."""
        return sum((self.counts or {}).get(state.value, 0) for state in states)


def post_lines(wave: StaffWave) -> list[PostLine]:
    """Return the invitation and the reminders of a started survey that leave before it closes."""
    planned = staff_mail_waves(wave)
    return [line_of(wave, day, planned.get(day)) for day in (0, *wave.reminder_days) if moment_of(wave, day) < wave.closes_at]


def line_of(wave: StaffWave, day: int, mail_wave: MailWave | None) -> PostLine:
    """Return one line."""
    is_telling = day > 0 and wave.remind_whom == RemindWhom.SILENT
    counts = counts_by_state(mail_wave) if mail_wave and not is_telling else None
    label = _("Reminder") if day else _("Invitation")
    return PostLine(label, localdate(moment_of(wave, day)), mail_wave is not None, counts)


def moment_of(wave: StaffWave, day: int) -> dt.datetime:
    """Return when a letter begins to leave."""
    return cast("dt.datetime", wave.starts_at) + dt.timedelta(days=day)
