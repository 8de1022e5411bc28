"""Anonymous surveys of employees as their managers see them: lists, the last one of a kind, numbers that may be shown."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from surveys.enums import StaffSurveyKind, WaveState
from surveys.models import StaffSeat, StaffTicket, StaffWave
from surveys.queries.ballots import has_key, staff_to_ask

FRESH = dt.timedelta(days=90)


@dataclass(frozen=True)
class StaffRow:
    """A survey in the list; `answered` is None where it may not be shown, `is_keyless` says that its answers cannot be opened."""

    wave: StaffWave
    answered: int | None
    is_keyless: bool = False

    @property
    def last_day(self) -> dt.datetime:
        """A moment of the last day for answers."""
        return self.wave.closes_at - dt.timedelta(seconds=1)


@dataclass(frozen=True)
class Ways:
    """How many of the asked get a letter, and how many draw a printed code, by the branch whose bowl it lies in."""

    letters: int
    codes: list[tuple[str, int]]

    @property
    def by_code(self) -> int:
        """How many codes there are in all."""
        return sum(count for _branch, count in self.codes)

    @property
    def people(self) -> int:
        """How many are asked."""
        return self.letters + self.by_code


def staff_waves() -> QuerySet[StaffWave]:
    """Return all surveys of employees, newest first."""
    return StaffWave.objects.select_related("mail_wave__letter", "created_by").order_by("-pk")


def staff_rows() -> list[StaffRow]:
    """Return the list of surveys of employees, with answers where they may be counted."""
    waves = staff_waves().annotate(used=Count("tickets", filter=Q(tickets__answered=True)))
    return [staff_row(wave, wave.used) for wave in waves]


def staff_row(wave: StaffWave, used: int) -> StaffRow:
    """Return a survey as a line of the list."""
    is_keyless = wave.state == WaveState.RUNNING and not has_key(wave)
    return StaffRow(wave, wave.answered if wave.state == WaveState.CLOSED else shown(wave, used), is_keyless)


def shown(wave: StaffWave, used: int) -> int | None:
    """Return a running survey's number of answers, from the threshold on."""
    return used if wave.state == WaveState.RUNNING and used >= wave.threshold else None


def answered_so_far(wave: StaffWave) -> int | None:
    """Return how many have answered a running survey; None below the threshold. Nobody is told who."""
    return shown(wave, StaffTicket.objects.filter(wave=wave, answered=True).count())


def last_staff_wave(kind: StaffSurveyKind, locale: str) -> StaffWave | None:
    """Return the newest survey of a kind in a language."""
    return StaffWave.objects.filter(kind=kind, locale=locale).first()


def is_staff_heard(now: dt.datetime) -> bool:
    """Say whether employees are being asked, or were asked not long ago, if they would recommend us."""
    known = Q(state=WaveState.RUNNING) | Q(state=WaveState.CLOSED, is_lost=False, closes_at__gte=now - FRESH)
    return StaffWave.objects.filter(known, kind=StaffSurveyKind.ENPS).exists()


def ways_of(wave: StaffWave) -> Ways:
    """Return how the people of a started survey were reached."""
    seats = StaffSeat.objects.filter(wave=wave)
    by_branch = seats.filter(by_code=True).order_by("branch__position", "branch__name").values_list("branch__name").annotate(Count("pk"))
    return Ways(seats.filter(by_code=False).count(), [(name or "", count) for name, count in by_branch])


def expected_ways(wave: StaffWave, today: dt.date) -> Ways:
    """Return how a draft's people would be reached if it started today."""
    people = staff_to_ask(wave, today)
    codes = Counter(person.branch for person in people if not person.own_email)  # type: ignore[attr-defined] # annotated by the query
    bowls = sorted(codes, key=lambda branch: (branch is None, branch.position if branch else 0, str(branch)))
    return Ways(len(people) - codes.total(), [(branch.name if branch else "", codes[branch]) for branch in bowls])


def bowls_of(wave: StaffWave) -> dict[str, list[UUID]]:
    """Return the tickets of printed codes by the name of the branch they are drawn in, used or not: a sheet never shows which."""
    found = StaffTicket.objects.filter(wave=wave, seat=None).order_by("bowl__position", "bowl__name").values_list("bowl__name", "pk")
    bowls: dict[str, list[UUID]] = {}
    for name, pk in found:
        bowls.setdefault(name or "", []).append(pk)
    return bowls
