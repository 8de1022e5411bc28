"""Scores of waves: groups, intervals, the funnel, the trend."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from common.proportions import NpsEstimate
from mailing.enums import MessageState
from mailing.models import Message
from surveys.enums import AnswerChannel, WaveState
from surveys.formulas.comparison import Standing, Verdict, judge_groups, judge_trend
from surveys.formulas.nps import NpsCounts, SilenceBounds, silence_bounds
from surveys.models import Answer, Invitation, Wave

TRUSTED = Q(suspect_reason="")


@dataclass(frozen=True)
class Funnel:
    """How letters turn into answers: planned, sent by the mail server, page opened, answered."""

    planned: int = 0
    sent: int = 0
    opened: int = 0
    answered: int = 0

    @property
    def steps(self) -> tuple[tuple[str, int, float | None], ...]:
        """Return (name, count, share of the step before) from the second step on."""
        pairs = (("sent", self.sent, self.planned), ("opened", self.opened, self.sent), ("answered", self.answered, self.opened))
        return tuple((name, count, count / before if before else None) for name, count, before in pairs)

    @property
    def response(self) -> float | None:
        """Return the share of letters sent that were answered."""
        return self.answered / self.sent if self.sent else None


@dataclass(frozen=True)
class ChannelResult:
    """One road's answers."""

    channel: AnswerChannel
    counts: NpsCounts

    @property
    def estimate(self) -> NpsEstimate | None:
        """NPS of this road alone."""
        return self.counts.estimate()


@dataclass(frozen=True)
class WaveResult:
    """What a wave came to. Suspect answers are in no count but their own."""

    counts: NpsCounts
    scores: tuple[int, ...]
    funnel: Funnel
    audience: int
    population: int | None
    channels: tuple[ChannelResult, ...]
    suspect: int

    @property
    def promoters(self) -> int:
        """How many gave 9 or 10."""
        return self.counts.promoters

    @property
    def passives(self) -> int:
        """How many gave 7 or 8."""
        return self.counts.passives

    @property
    def detractors(self) -> int:
        """How many gave 0 to 6."""
        return self.counts.detractors

    @property
    def estimate(self) -> NpsEstimate | None:
        """NPS with its interval, from five answers on."""
        return self.counts.estimate(self.population)

    @property
    def bounds(self) -> SilenceBounds | None:
        """NPS of all who were asked, if the silent ones were all against or all for us."""
        return silence_bounds(self.counts, self.population) if self.population and self.counts.is_enough else None

    @property
    def invited(self) -> int:
        """How many letters were planned."""
        return self.funnel.planned

    @property
    def sent(self) -> int:
        """How many letters the mail server took."""
        return self.funnel.sent

    @property
    def opened(self) -> int:
        """How many answer pages were opened from letters."""
        return self.funnel.opened

    @property
    def answered(self) -> int:
        """How many answered, by any road."""
        return self.counts.n


@dataclass(frozen=True)
class WaveRow:
    """A wave in the list."""

    wave: Wave
    counts: NpsCounts
    funnel: Funnel
    population: int | None

    @property
    def estimate(self) -> NpsEstimate | None:
        """NPS with its interval, from five answers on."""
        return self.counts.estimate(self.population)


@dataclass(frozen=True)
class GroupResult:
    """A branch or a segment within a wave; `standing` is empty under five answers."""

    name: str
    counts: NpsCounts
    standing: Standing | None

    @property
    def estimate(self) -> NpsEstimate | None:
        """NPS of the group."""
        return self.counts.estimate()


@dataclass(frozen=True)
class TrendPoint:
    """A wave on the trend."""

    wave: Wave
    counts: NpsCounts
    estimate: NpsEstimate
    is_reworded: bool


@dataclass(frozen=True)
class LatestResult:
    """The newest wave with enough answers, and where the score goes."""

    wave: Wave
    counts: NpsCounts
    estimate: NpsEstimate
    previous: TrendPoint | None
    verdict: Verdict
    points: tuple[TrendPoint, ...]

    @property
    def change(self) -> float | None:
        """Points gained since the wave before."""
        return self.estimate.score - self.previous.estimate.score if self.previous else None


def wave_result(wave: Wave) -> WaveResult:
    """Return all numbers of one wave."""
    trusted: dict[str, Counter[int]] = defaultdict(Counter)
    suspect = 0
    for channel, reason, score, count in answers_by_kind(wave):
        if reason:
            suspect += count
        else:
            trusted[channel][score] += count
    scores = sum(trusted.values(), Counter())
    letters = funnels([wave])[wave.pk]
    channels = [ChannelResult(channel, NpsCounts.of(trusted[channel])) for channel in AnswerChannel if trusted[channel]]
    return WaveResult(
        counts=NpsCounts.of(scores),
        scores=tuple(scores[score] for score in range(11)),
        funnel=letters,
        audience=wave.invitations.count(),
        population=population(letters.planned, trusted[AnswerChannel.LINK].total(), trusted[AnswerChannel.PUBLIC].total()),
        channels=tuple(channels),
        suspect=suspect,
    )


def answers_by_kind(wave: Wave) -> Iterable[tuple[str, str, int, int]]:
    """Return (channel, suspect reason, score, count) of a wave's answers."""
    rows = Answer.objects.filter(wave=wave).order_by()
    return rows.values_list("channel", "suspect_reason", "score").annotate(n=Count("id"))


def population(planned: int, by_link: int, by_public: int) -> int | None:
    """Return how many people the answers stand for; unknown as soon as anybody could answer."""
    return None if by_public or not planned + by_link else planned + by_link


def funnels(waves: Sequence[Wave]) -> dict[int, Funnel]:
    """Return the funnel of every wave, in three queries for any number of them."""
    planned = Invitation.objects.filter(wave__in=waves, skip_reason="").order_by().values("wave")
    invited = {row["wave"]: row for row in planned.annotate(n=Count("id"), opened=Count("opened_at"))}
    letters = Answer.objects.filter(TRUSTED, wave__in=waves, channel=AnswerChannel.EMAIL).order_by().values_list("wave")
    answered = dict(letters.annotate(n=Count("id")))
    messages = Message.objects.filter(wave__in=[wave.mail_wave_id for wave in waves if wave.mail_wave_id], state=MessageState.SENT)
    sent = dict(messages.order_by().values_list("wave").annotate(n=Count("id")))
    empty = {"n": 0, "opened": 0}
    return {
        wave.pk: Funnel(
            planned=invited.get(wave.pk, empty)["n"],
            sent=sent.get(wave.mail_wave_id, 0),
            opened=invited.get(wave.pk, empty)["opened"],
            answered=answered.get(wave.pk, 0),
        )
        for wave in waves
    }


def wave_rows(waves: Sequence[Wave]) -> list[WaveRow]:
    """Return the waves with their scores, in four queries for any number of them."""
    letters = funnels(waves)
    tallies: dict[int, Mapping[str, Any]] = {
        row["wave"]: row
        for row in Answer.objects.filter(TRUSTED, wave__in=waves)
        .order_by()
        .values("wave")
        .annotate(
            promoters=Count("id", filter=Q(score__gte=9)),
            passives=Count("id", filter=Q(score__gte=7, score__lte=8)),
            detractors=Count("id", filter=Q(score__lte=6)),
            by_link=Count("id", filter=Q(channel=AnswerChannel.LINK)),
            by_public=Count("id", filter=Q(channel=AnswerChannel.PUBLIC)),
        )
    }
    empty = dict.fromkeys(("promoters", "passives", "detractors", "by_link", "by_public"), 0)
    return [wave_row(wave, letters[wave.pk], tallies.get(wave.pk, empty)) for wave in waves]


def wave_row(wave: Wave, funnel: Funnel, tally: Mapping[str, Any]) -> WaveRow:
    """Put together one wave's row."""
    return WaveRow(
        wave=wave,
        counts=NpsCounts(tally["promoters"], tally["passives"], tally["detractors"]),
        funnel=funnel,
        population=population(funnel.planned, tally["by_link"], tally["by_public"]),
    )


def trend(*, until: dt.datetime) -> list[TrendPoint]:
    """Return the waves started by then that have enough answers, oldest first."""
    started = Wave.objects.exclude(state=WaveState.DRAFT).filter(starts_at__lte=until).order_by("starts_at", "id")
    points: list[TrendPoint] = []
    for row in wave_rows(list(started)):
        if row.estimate:
            changed = bool(points) and points[-1].wave.questionnaire_id != row.wave.questionnaire_id
            points.append(TrendPoint(row.wave, row.counts, row.estimate, changed))
    return points


def latest_result(today: dt.date) -> LatestResult | None:
    """Return the newest score that may be shown; None before the first wave with five answers."""
    midnight = dt.datetime.combine(today + dt.timedelta(days=1), dt.time.min, tzinfo=timezone.get_current_timezone())
    points = trend(until=midnight)
    if not points:
        return None
    last, previous = points[-1], points[-2] if len(points) > 1 else None
    verdict = judge_trend(previous.counts if previous else None, last.counts)
    return LatestResult(last.wave, last.counts, last.estimate, previous, verdict, tuple(points))


def group_results(wave: Wave, field: str) -> list[GroupResult]:
    """Return NPS by `branch` or `segment`, the best first; answers that belong to none stand in the comparison only."""
    scores: dict[str, Counter[int]] = defaultdict(Counter)
    rows = Answer.objects.filter(TRUSTED, wave=wave).order_by().values_list(f"{field}__name", "score").annotate(n=Count("id"))
    for name, score, count in rows:
        scores[name or ""][score] += count
    groups = {name: NpsCounts.of(counter) for name, counter in scores.items()}
    standings = judge_groups(groups)
    results = [GroupResult(name, counts, standings.get(name)) for name, counts in groups.items() if name]
    return sorted(results, key=lambda group: (group.estimate is None, -(group.estimate.score if group.estimate else 0), group.name))
