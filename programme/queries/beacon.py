"""Reads of the beacon: what is published, what colleagues offer, who is new, how many know it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Max, Q, QuerySet, Subquery

from company.models import Employee
from company.queries import employees_to_ask
from programme.formulas.likeness import common_words
from programme.models import BeaconRound, BeaconSettings, BeaconVariant, BeaconVersion, BeaconWelcome
from surveys.enums import GroupStatus, StaffSurveyKind, WaveState
from surveys.formulas.pulse import Known
from surveys.models import StaffGroup, StaffWave
from surveys.queries import VoteResult, vote_result

NEW_FOR = dt.timedelta(days=90)
PULSE_EVERY = dt.timedelta(days=90)
OTHERS = 3


@dataclass(frozen=True)
class Pile:
    """Variants that say the same; `number` is None for those not sorted yet."""

    number: int | None
    variants: list[BeaconVariant]

    @property
    def words(self) -> list[str]:
        """The words they have in common."""
        return common_words([variant.text for variant in self.variants])


@dataclass(frozen=True)
class PulseState:
    """How many know the definition: the last pulse that asked about it, and whether the next one is due."""

    running: StaffWave | None
    last: StaffWave | None
    everybody: StaffGroup | None
    is_due: bool

    @property
    def known(self) -> Known | None:
        """How many picked it, where that may be shown."""
        if self.everybody is None or self.everybody.status != GroupStatus.EXACT or not self.everybody.counts:
            return None
        return Known(self.everybody.counts[-1], sum(self.everybody.counts))

    @property
    def chance(self) -> float:
        """The share blind guessing would hit."""
        return 1 / len(self.last.options) if self.last else 0


@dataclass(frozen=True)
class PulseRhythm:
    """Whether the next pulse is prepared by itself, from when on, and how many sentences of colleagues are still missing for it."""

    is_on: bool
    due_at: dt.datetime | None
    missing: int


def beacon_in_force() -> BeaconVersion | None:
    """Return the newest version."""
    return BeaconVersion.objects.select_related("published_by").first()


def round_under_way() -> BeaconRound | None:
    """Return the collection that is not over."""
    return BeaconRound.objects.select_related("vote").filter(is_over=False).first()


def round_by(token: str) -> BeaconRound | None:
    """Return the collection of a link."""
    return BeaconRound.objects.filter(token=token.replace("\0", "")).first()


def shortlist(collection: BeaconRound | None) -> list[BeaconVariant]:
    """Return the variants chosen for the end."""
    return list(collection.variants.filter(is_shortlisted=True)) if collection else []


def piles(collection: BeaconRound) -> list[Pile]:
    """Return the variants pile by pile, the largest first, those not sorted yet at the end."""
    variants = sorted(collection.variants.all(), key=lambda variant: (variant.pile is None, variant.pile or 0, str(variant.pk)))
    found = [Pile(number, list(part)) for number, part in groupby(variants, key=lambda variant: variant.pile)]
    return sorted(found, key=lambda pile: (pile.number is None, -len(pile.variants), pile.number or 0))


def newcomers(today: dt.date) -> QuerySet[Employee]:
    """Return who came in the last three months, has an address of their own and has not been welcomed."""
    recent = employees_to_ask((), today).filter(hired_on__gt=today - NEW_FOR, hired_on__lte=today)
    asked = recent.filter(own_email=True)  # type: ignore[misc]  # annotated by employees_to_ask
    return asked.filter(beacon_welcome=None).order_by("-hired_on", "name", "pk")


def is_newcomer(employee: Employee, today: dt.date) -> bool:
    """Say whether the welcome letter may be offered: there is a definition, and the colleague is one of the newcomers."""
    return BeaconVersion.objects.exists() and newcomers(today).filter(pk=employee.pk).exists()


def welcome_of(employee: Employee) -> BeaconWelcome | None:
    """Return when the colleague was written to."""
    return BeaconWelcome.objects.filter(employee=employee).first()


def other_statements(version: BeaconVersion, ours: Iterable[str]) -> list[str]:
    """Return three statements to stand beside the published one: the company's own variants first, the shortlisted before others."""
    variants = BeaconVariant.objects.filter(round__is_open=False).order_by("-is_shortlisted", "pk").values_list("text", flat=True)
    earlier = BeaconVersion.objects.exclude(pk=version.pk).values_list("text", flat=True)
    past = {text.casefold() for text in earlier} | {version.text.casefold()}
    found: dict[str, str] = {}
    for text in [*variants, *ours]:
        line = " ".join(text.split())
        if line.casefold() not in past:
            found.setdefault(line.casefold(), line)
    return list(found.values())[:OTHERS]


def pulses(version: BeaconVersion) -> QuerySet[StaffWave]:
    """Return the pulses that ask about a version, newest first."""
    return StaffWave.objects.filter(kind=StaffSurveyKind.PULSE, options__0=version.text).order_by("-closes_at", "-pk")


def pulse_state(version: BeaconVersion, now: dt.datetime) -> PulseState:
    """Return what is known of who knows it."""
    asked = pulses(version)
    last = asked.filter(state=WaveState.CLOSED, is_lost=False).first()
    running = asked.exclude(state=WaveState.CLOSED).first()
    since = last.closes_at if last else None
    everybody = last.groups.filter(dimension="").first() if last else None
    return PulseState(running, last, everybody, running is None and (since is None or now - since >= PULSE_EVERY))


def pulse_rhythm(version: BeaconVersion) -> PulseRhythm:
    """Return when the next pulse is prepared by itself; `due_at` is empty where none has been asked or prepared yet."""
    settings = BeaconSettings.objects.filter(pk=1).first() or BeaconSettings()
    asked = StaffWave.objects.filter(kind=StaffSurveyKind.PULSE, state=WaveState.CLOSED, is_lost=False)
    moments = [moment for moment in (asked.aggregate(last=Max("closes_at"))["last"], settings.prepared_at) if moment]
    missing = OTHERS - len(other_statements(version, ())) if not pulses(version).exists() else 0
    return PulseRhythm(settings.prepares_pulse, max(moments) + PULSE_EVERY if moments else None, missing)


def is_pulse_due(version: BeaconVersion, now: dt.datetime) -> bool:
    """Say whether the next pulse is to be prepared now: nothing is asked or waits to be asked, and a quarter has passed."""
    rhythm = pulse_rhythm(version)
    open_ones = StaffWave.objects.filter(kind=StaffSurveyKind.PULSE).exclude(state=WaveState.CLOSED)
    is_busy = open_ones.filter(Q(state=WaveState.RUNNING) | Q(options__0=version.text)).exists()
    return rhythm.is_on and not rhythm.missing and not is_busy and (rhythm.due_at is None or rhythm.due_at <= now)


def pulse_to_start() -> StaffWave | None:
    """Return the pulse about the definition in force that waits for somebody to start it."""
    newest = BeaconVersion.objects.order_by("-number").values("text")[:1]
    drafts = StaffWave.objects.filter(kind=StaffSurveyKind.PULSE, state=WaveState.DRAFT)
    return drafts.filter(options__0=Subquery(newest)).order_by("-pk").first()


def vote_of(collection: BeaconRound | None) -> VoteResult | None:
    """Return what the vote of a collection came to; nothing before it is over, or when its key was lost."""
    vote = collection.vote if collection else None
    return vote_result(vote) if vote and vote.state == WaveState.CLOSED and not vote.is_lost else None


def chosen_text(collection: BeaconRound | None, asked: str) -> str:
    """Return the option of the vote that stands in an address by its number; empty where there is none."""
    options = collection.vote.options if collection and collection.vote else []
    number = int(asked) if asked.isdecimal() and len(asked) < 3 else len(options)
    return options[number] if number < len(options) else ""
