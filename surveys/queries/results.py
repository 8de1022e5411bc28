"""Scores of waves: groups, intervals, the funnel, the trend."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from common.proportions import NpsEstimate
from mailing.enums import MessageState
from mailing.models import Message
from surveys.enums import AnswerChannel, AnswerMode, Rhythm, SurveyAudience, WaveState
from surveys.formulas.comparison import ALPHA, Comparison, Standing, Verdict, compare_waves, is_judged, judge_groups, p_value
from surveys.formulas.moves import Moves
from surveys.formulas.nps import NpsCounts, SilenceBounds, silence_bounds
from surveys.models import Invitation, Wave
from surveys.queries.tally import Tally, group_counts, planned_letters, tallies

# Of somebody who answered twice in a wave the newest answer stands; the partial index `answer_pairs` holds all that is read here.
MOVES = """
SELECT after.side - before.side AS move, count(*)
FROM {before} JOIN {after} USING ({person}) GROUP BY 1
"""
SIDES = """(
    SELECT DISTINCT ON ({person}) {person}, CASE WHEN score >= 9 THEN 1 WHEN score >= 7 THEN 0 ELSE -1 END AS side
    FROM surveys_answer WHERE wave_id = %s AND suspect_reason = '' AND {person} IS NOT NULL ORDER BY {person}, id DESC
) AS {name}"""


@dataclass(frozen=True)
class Funnel:
    """How letters turn into answers: planned, taken by the mail server, not come back, page opened, answered."""

    planned: int = 0
    sent: int = 0
    delivered: int = 0
    opened: int = 0
    answered: int = 0

    @property
    def steps(self) -> tuple[tuple[str, int, float | None], ...]:
        """Return (name, count, share of the step before) from the second step on."""
        pairs = (
            ("sent", self.sent, self.planned),
            ("delivered", self.delivered, self.sent),
            ("opened", self.opened, self.delivered),
            ("answered", self.answered, self.opened),
        )
        return tuple((name, count, count / before if before else None) for name, count, before in pairs)

    @property
    def response(self) -> float | None:
        """Return the share of letters sent that were answered."""
        return self.answered / self.sent if self.sent else None


@dataclass(frozen=True)
class ModeResult:
    """The answers of one way of asking."""

    mode: AnswerMode
    counts: NpsCounts
    channels: tuple[tuple[AnswerChannel, int], ...]
    differs: bool = False

    @property
    def estimate(self) -> NpsEstimate | None:
        """NPS of this way alone."""
        return self.counts.estimate()


@dataclass(frozen=True)
class WaveResult:
    """What a wave came to. Suspect answers are in no count but their own."""

    counts: NpsCounts
    scores: tuple[int, ...]
    funnel: Funnel
    audience: int
    population: int | None
    modes: tuple[ModeResult, ...]
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
    """The newest wave of Clients with enough answers, and where the score goes."""

    wave: Wave
    counts: NpsCounts
    estimate: NpsEstimate
    previous: TrendPoint | None
    comparison: Comparison
    points: tuple[TrendPoint, ...]

    @property
    def verdict(self) -> Verdict:
        """Where the score goes."""
        return self.comparison.verdict

    @property
    def change(self) -> float | None:
        """Points gained since the wave before."""
        return self.estimate.score - self.previous.estimate.score if self.previous else None


def wave_result(wave: Wave) -> WaveResult:
    """Return all numbers of one wave, in three queries."""
    tally = tallies([wave])[wave.pk]
    invited = wave.invitations.aggregate(
        audience=Count("id"), planned=Count("id", filter=Q(skip_reason="")), opened=Count("opened_at", filter=Q(skip_reason=""))
    )
    sent, delivered = letters_of(wave)
    scores = tally.scores
    return WaveResult(
        counts=NpsCounts.of(scores),
        scores=tuple(scores[score] for score in range(11)),
        funnel=Funnel(invited["planned"], sent, delivered, invited["opened"], tally.by(AnswerChannel.EMAIL)),
        audience=invited["audience"],
        population=tally.population(invited["planned"]),
        modes=mode_results(tally),
        suspect=tally.suspect,
    )


def letters_of(wave: Wave) -> tuple[int, int]:
    """Return how many of the wave's letters the mail server took, and how many of those have not come back."""
    sent = Message.objects.filter(wave=wave.mail_wave_id, state=MessageState.SENT)
    counted = sent.aggregate(sent=Count("id"), delivered=Count("id", filter=Q(bounced_at=None))) if wave.mail_wave_id else {}
    return counted.get("sent", 0), counted.get("delivered", 0)


def mode_results(tally: Tally) -> tuple[ModeResult, ...]:
    """Return every way of asking that brought answers, and whether the phone says something else than letters, beyond chance."""
    modes = tally.modes
    letters, phone = modes.get(AnswerMode.LETTER, NpsCounts()), modes.get(AnswerMode.PHONE, NpsCounts())
    differs = is_judged(letters, phone) and p_value(letters, phone) < ALPHA
    return tuple(
        ModeResult(mode, counts, roads(tally, mode), differs=differs and mode == AnswerMode.PHONE) for mode, counts in modes.items()
    )


def roads(tally: Tally, mode: AnswerMode) -> tuple[tuple[AnswerChannel, int], ...]:
    """Return the channels of a mode with their answers."""
    return tuple((channel, tally.by(channel)) for channel in AnswerChannel if AnswerMode.of(channel) == mode and tally.by(channel))


def funnels(waves: Sequence[Wave], counted: dict[int, Tally]) -> dict[int, Funnel]:
    """Return the funnel of every wave, in two queries for any number of them; what came back is left to the wave's own page."""
    planned = Invitation.objects.filter(wave__in=waves, skip_reason="").order_by().values("wave")
    invited = {row["wave"]: row for row in planned.annotate(n=Count("id"), opened=Count("opened_at"))}
    messages = Message.objects.filter(wave__in=[wave.mail_wave_id for wave in waves if wave.mail_wave_id], state=MessageState.SENT)
    sent = dict(messages.order_by().values_list("wave").annotate(n=Count("id")))
    empty = {"n": 0, "opened": 0}
    return {
        wave.pk: Funnel(
            planned=invited.get(wave.pk, empty)["n"],
            sent=sent.get(wave.mail_wave_id, 0),
            delivered=sent.get(wave.mail_wave_id, 0),
            opened=invited.get(wave.pk, empty)["opened"],
            answered=counted[wave.pk].by(AnswerChannel.EMAIL),
        )
        for wave in waves
    }


def wave_rows(waves: Sequence[Wave]) -> list[WaveRow]:
    """Return the waves with their scores, in three queries for any number of them."""
    counted = tallies(waves)
    letters = funnels(waves, counted)
    return [
        WaveRow(wave, counted[wave.pk].counts, letters[wave.pk], counted[wave.pk].population(letters[wave.pk].planned)) for wave in waves
    ]


def trend(*, until: dt.datetime, audience: str = SurveyAudience.CLIENTS, at_doors: bool = False) -> list[TrendPoint]:
    """Return the waves of an audience started by then that have enough answers, oldest first, in three queries.

    Waves that take answers at doors only are a line of their own: whoever stands there chooses to answer, nobody was asked.
    """
    doors = Q(survey__isnull=False, survey__rhythm=Rhythm.ALWAYS)
    started = Wave.objects.exclude(state=WaveState.DRAFT).filter(doors if at_doors else ~doors, audience=audience, starts_at__lte=until)
    waves = list(started.order_by("starts_at", "id"))
    counted, planned = tallies(waves), planned_letters(waves)
    points: list[TrendPoint] = []
    for wave in waves:
        tally = counted[wave.pk]
        if estimate := tally.counts.estimate(tally.population(planned.get(wave.pk, 0))):
            changed = bool(points) and points[-1].wave.questionnaire_id != wave.questionnaire_id
            points.append(TrendPoint(wave, tally.counts, estimate, changed))
    return points


def trend_of(wave: Wave) -> list[TrendPoint]:
    """Return the waves a wave may be compared with, up to itself."""
    at_doors = wave.survey is not None and wave.survey.rhythm == Rhythm.ALWAYS
    return trend(until=wave.starts_at or timezone.now(), audience=wave.audience, at_doors=at_doors)


def wave_before(wave: Wave, points: Sequence[TrendPoint]) -> TrendPoint | None:
    """Return the wave before this one on the trend."""
    return next((point for point in reversed(points) if point.wave.pk != wave.pk), None)


def moves_between(before: Wave, after: Wave) -> Moves:
    """Return how the people who answered both waves moved."""
    person = "client_id" if after.audience == SurveyAudience.CLIENTS else "contact_id"
    sides = {name: SIDES.format(person=person, name=name) for name in ("before", "after")}
    with connection.cursor() as cursor:
        cursor.execute(MOVES.format(person=person, **sides), [before.pk, after.pk])
        return Moves(dict(cursor.fetchall()))


def compared(before: TrendPoint | None, wave: Wave, counts: NpsCounts) -> Comparison:
    """Compare a wave with the one before it on the trend."""
    moves = moves_between(before.wave, wave) if before else None
    return compare_waves(before.counts if before else None, counts, moves)


def latest_result(today: dt.date) -> LatestResult | None:
    """Return the newest score of Clients that may be shown; None before the first wave with five answers."""
    midnight = dt.datetime.combine(today + dt.timedelta(days=1), dt.time.min, tzinfo=timezone.get_current_timezone())
    points = trend(until=midnight)
    if not points:
        return None
    last, previous = points[-1], points[-2] if len(points) > 1 else None
    return LatestResult(last.wave, last.counts, last.estimate, previous, compared(previous, last.wave, last.counts), tuple(points))


def group_results(wave: Wave, field: str) -> list[GroupResult]:
    """Return NPS by `branch` or `segment`, the best first; answers that belong to none stand in the comparison only."""
    groups = group_counts([wave], field).get(wave.pk, {})
    standings = judge_groups(groups)
    results = [GroupResult(name, counts, standings.get(name)) for name, counts in groups.items() if name]
    return sorted(results, key=lambda group: (group.estimate is None, -(group.estimate.score if group.estimate else 0), group.name))
