"""What a wave will be able to show, by the company's own experience."""

from dataclasses import dataclass

from django.db.models import Count, Q

from surveys.enums import WaveState
from surveys.formulas.foresight import USUAL_MIX, USUAL_RATE, Foresight, foresee
from surveys.formulas.nps import MIN_ANSWERS, NpsCounts
from surveys.models import Answer, Wave

LAST_WAVES = 3
LEAST_LETTERS = 20


@dataclass(frozen=True)
class Expectation:
    """What so many letters can show; `waves` says how many waves of the company the answer rate comes from, 0 for the usual one."""

    foresight: Foresight
    waves: int


def expectation(letters: int, audience: str) -> Expectation:
    """Foresee a wave of so many letters from the company's last closed waves of the same audience."""
    asked = Count("invitations", filter=Q(invitations__skip_reason=""))
    said = Count("invitations", filter=Q(invitations__skip_reason="", invitations__answer__suspect_reason=""))
    closed = Wave.objects.filter(state=WaveState.CLOSED, audience=audience).annotate(asked=asked, said=said)
    last = list(closed.filter(asked__gte=LEAST_LETTERS).order_by("-closed_at").values_list("pk", "asked", "said")[:LAST_WAVES])
    letters_before = sum(count for _pk, count, _said in last)
    rate = sum(count for _pk, _asked, count in last) / letters_before if last else USUAL_RATE
    return Expectation(foresee(letters, rate, answer_mix([pk for pk, _asked, _said in last])), len(last))


def answer_mix(waves: list[int]) -> NpsCounts:
    """Return how the answers of the waves are mixed; the usual mix where there are too few."""
    rows = Answer.objects.filter(wave__in=waves, suspect_reason="").order_by().values_list("score").annotate(n=Count("id"))
    counts = NpsCounts.of(dict(rows))
    return counts if counts.n >= MIN_ANSWERS else USUAL_MIX
