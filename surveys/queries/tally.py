"""Counts of answers as the triggers keep them, and their check against the answers themselves."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Count, Q, Sum

from surveys.enums import AnswerChannel, AnswerMode
from surveys.formulas.nps import NpsCounts
from surveys.models import AnswerTally, Invitation, Wave

# Only by these roads is it known who could have answered.
PERSONAL = {AnswerChannel.EMAIL, AnswerChannel.LINK, AnswerChannel.PHONE}
DIFFERENCES = """
WITH counted AS (
    SELECT wave_id, branch_id, segment_id, channel, score, suspect_reason <> '' AS is_suspect, count(*) AS n
    FROM surveys_answer GROUP BY 1, 2, 3, 4, 5, 6
), kept AS (
    SELECT wave_id, branch_id, segment_id, channel, score, is_suspect, n FROM surveys_answertally WHERE n <> 0
)
SELECT DISTINCT wave_id FROM (
    (SELECT * FROM counted EXCEPT SELECT * FROM kept) UNION ALL (SELECT * FROM kept EXCEPT SELECT * FROM counted)
) AS differences ORDER BY wave_id
"""


@dataclass(frozen=True)
class Tally:
    """The answers of one wave: by channel and score, those in doubt apart."""

    channels: Mapping[str, Counter[int]] = field(default_factory=dict)
    suspect: int = 0

    @property
    def scores(self) -> Counter[int]:
        """All that count, by score."""
        return sum(self.channels.values(), Counter())

    @property
    def counts(self) -> NpsCounts:
        """Promoters, passives and detractors."""
        return NpsCounts.of(self.scores)

    @property
    def modes(self) -> dict[AnswerMode, NpsCounts]:
        """The same by the way people were asked; only ways that brought answers."""
        found: dict[AnswerMode, Counter[int]] = defaultdict(Counter)
        for channel, scores in self.channels.items():
            found[AnswerMode.of(channel)].update(scores)
        return {mode: NpsCounts.of(found[mode]) for mode in AnswerMode if found[mode]}

    def by(self, channel: AnswerChannel) -> int:
        """How many answers came by a road."""
        return self.channels.get(channel, Counter[int]()).total()

    def population(self, planned: int) -> int | None:
        """Return how many people the answers stand for; unknown as soon as anybody could answer.

        A Client called although a letter was planned is counted twice, which only widens the interval.
        """
        asked = planned + self.by(AnswerChannel.LINK) + self.by(AnswerChannel.PHONE)
        return asked if asked and PERSONAL.issuperset(self.channels) else None


def tallies(waves: Iterable[Wave]) -> dict[int, Tally]:
    """Return the tally of every wave, in one query."""
    pks = [wave.pk for wave in waves]
    channels: dict[int, dict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    suspect: Counter[int] = Counter()
    cells = (
        AnswerTally.objects.filter(wave__in=pks).order_by().values_list("wave", "channel", "score", "is_suspect").annotate(total=Sum("n"))
    )
    for pk, channel, score, is_suspect, total in cells.exclude(total=0):
        if is_suspect:
            suspect[pk] += total
        else:
            channels[pk][channel][score] += total
    return {pk: Tally(dict(channels[pk]), suspect[pk]) for pk in pks}


def planned_letters(waves: Sequence[Wave]) -> dict[int, int]:
    """Return how many letters every wave planned, in one query."""
    planned = Invitation.objects.filter(wave__in=waves, skip_reason="").order_by().values_list("wave")
    return dict(planned.annotate(n=Count("*")))


def group_counts(waves: Iterable[Wave], key: str) -> dict[int, dict[str, NpsCounts]]:
    """Return counts by `branch`, `segment` or `channel` of every wave, in one query; those that belong to none are under an empty name."""
    name = key if key == "channel" else f"{key}__name"
    cells = AnswerTally.objects.filter(wave__in=waves, is_suspect=False).order_by().values_list("wave", name)
    rows = cells.annotate(promoters=Sum("n", filter=Q(score__gte=9)), detractors=Sum("n", filter=Q(score__lte=6)), total=Sum("n"))
    found: dict[int, dict[str, NpsCounts]] = defaultdict(lambda: defaultdict(NpsCounts))
    for wave, label, promoters, detractors, total in rows.exclude(total=0):
        ups, downs = promoters or 0, detractors or 0
        found[wave][label or ""] += NpsCounts(ups, total - ups - downs, downs)
    return {wave: dict(groups) for wave, groups in found.items()}


def waves_counted_wrong() -> list[int]:
    """Return the waves whose tally differs from a recount of their answers; one statement, so one moment."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES)
        return [row[0] for row in cursor.fetchall()]
