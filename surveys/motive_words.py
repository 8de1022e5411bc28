"""Motives and pulses in words: rankings with intervals, gaps to guesses, what has moved, what to begin with."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.templatetags.mayak import decimal, signed_decimal
from surveys.enums import Motive
from surveys.formulas.motives import (
    KOVACH_PLACES,
    WIDEST,
    Gap,
    Likeness,
    Movement,
    Rated,
    gaps,
    is_off,
    likeness,
    mean_interval,
    movement,
    ranked,
    spans,
    widest,
)
from surveys.formulas.pulse import Known, Turn, turn_of
from surveys.models import MotiveGuess, MotiveStep, StaffGroup
from surveys.queries import motive_ratings, pulse_result

MOTIVES = list(Motive)
GUESS_WORDS: dict[Likeness | None, tuple[Promise, str, str]] = {
    Likeness.ALIKE: (gettext_lazy("The guess knows this team: its order is close to the real one."), "check", "pos"),
    Likeness.CHANCE: (gettext_lazy("The guess is no closer to the real order than a random one could be. Worth a talk."), "shuffle", "pas"),
    Likeness.REVERSED: (gettext_lazy("The guess is nearly the reverse of the real order. Worth a long talk."), "arrow-down-up", "neg"),
    None: (gettext_lazy("The guess puts nothing before anything, so there is no order to compare."), "equal", ""),
}
KOVACH_WORDS: dict[Likeness | None, Promise] = {
    Likeness.ALIKE: gettext_lazy("The order is close to Kovach's."),
    Likeness.CHANCE: gettext_lazy("The order is this team's own: no closer to Kovach's than a random one could be."),
    Likeness.REVERSED: gettext_lazy("The order is nearly the reverse of Kovach's."),
    None: gettext_lazy("The team puts nothing before anything, so there is no order to compare."),
}
IDEAS: dict[str, Promise] = {
    Motive.WORK: gettext_lazy("Ask each one which work they would gladly take and which they would gladly hand over"),
    Motive.RECOGNITION: gettext_lazy("Thank somebody for a particular thing in front of all at every weekly meeting"),
    Motive.INVOLVED: gettext_lazy("Tell everybody every Monday what is decided and why, and take questions"),
    Motive.SECURITY: gettext_lazy("Tell the team honestly how the company stands and what this means for their jobs"),
    Motive.PAY: gettext_lazy("Explain to each one what their pay consists of and what it takes to raise it"),
    Motive.GROWTH: gettext_lazy("Agree with each one on one thing to learn within half a year"),
    Motive.CONDITIONS: gettext_lazy("Walk through the workplaces with the team and mend the three things that hinder most"),
    Motive.CARE: gettext_lazy("Half an hour alone with each one every month, about them and not about reports"),
    Motive.HELP: gettext_lazy("Tell everybody whom to ask when life goes wrong, and allow days off for it"),
    Motive.RULES: gettext_lazy("Collect the rules that hinder work and drop or explain each of them"),
}
TURNS: dict[Turn, tuple[Promise, str, str]] = {
    Turn.GROWS: (gettext_lazy("more know it than last time"), "trending-up", "pos"),
    Turn.FALLS: (gettext_lazy("fewer know it than last time"), "trending-down", "neg"),
    Turn.SAME: (gettext_lazy("no difference from last time beyond chance"), "move-right", ""),
}
DEARER = pgettext_lazy("motive against a guess", "dearer than guessed")
LESS_DEAR = pgettext_lazy("motive against a guess", "less dear than guessed")


@dataclass(frozen=True)
class MotiveRow:
    """One motive of a released team, with Kovach and the last time beside it."""

    motive: Motive
    place: str
    rated: Rated
    interval: tuple[float, float] | None
    kovach: int
    place_before: str
    movement: Movement | None

    @property
    def words(self) -> str:
        """The mean and its interval as a sentence."""
        if self.interval is None:
            return ""
        low, high = self.interval
        parts = {"motive": self.motive.label, "mean": decimal(self.rated.mean), "low": decimal(low), "high": decimal(high)}
        return _("%(motive)s: mean %(mean)s, interval %(low)s to %(high)s") % parts

    @property
    def change(self) -> str:
        """The change of the mean with its interval."""
        if self.movement is None:
            return ""
        ends = {"low": signed_decimal(self.movement.low), "high": signed_decimal(self.movement.high)}
        return _("from %(low)s to %(high)s") % ends


@dataclass(frozen=True)
class Step:
    """A motive something may be done about: the step made, else an idea to begin from."""

    motive: Motive
    made: MotiveStep | None
    idea: str


@dataclass(frozen=True)
class GapRow:
    """One motive as guessed and as it is."""

    motive: Motive
    gap: Gap
    mean: float | None
    is_certain: bool
    word: Promise | None


@dataclass(frozen=True)
class GuessCard:
    """Somebody's guess beside the real order."""

    guess: MotiveGuess
    words: Promise
    icon: str
    tone: str
    rows: list[GapRow]
    widest: list[GapRow]


@dataclass(frozen=True)
class TeamPage:
    """Everything about one released team."""

    group: StaffGroup
    rows: list[MotiveRow]
    kovach_words: Promise
    guesses: list[GuessCard]
    steps: list[Step]


@dataclass(frozen=True)
class PulseRow:
    """A released group of a pulse: how many know our statement, or a band; and what has changed."""

    group: StaffGroup
    known: Known | None
    before: Known | None
    is_above_chance: bool
    word: Promise | None = None
    icon: str = ""
    tone: str = ""


def team_page(group: StaffGroup, before: StaffGroup | None, guesses: list[MotiveGuess]) -> TeamPage:
    """Return a released team in words; the guesses are those the reader may see, of all teams."""
    ratings, n = motive_ratings(group), group.answered or 0
    cards = [guess_card(guess, ratings, n) for guess in guesses if (guess.dimension, guess.value) == (group.dimension, group.value)]
    kovach = KOVACH_WORDS[likeness([one.place for one in ratings], KOVACH_PLACES)]
    return TeamPage(group, motive_rows(group, before), kovach, cards, steps_of(group, ratings, cards))


def motive_rows(group: StaffGroup, before: StaffGroup | None) -> list[MotiveRow]:
    """Return the motives, the dearest first."""
    now, n = motive_ratings(group), group.answered or 0
    then, n_then = (motive_ratings(before), before.answered or 0) if before else ([], 0)
    places, past = spans([one.place for one in now]), spans([one.place for one in then])
    rows = [
        MotiveRow(
            motive,
            places[at],
            now[at],
            mean_interval(now[at], n),
            KOVACH_PLACES[at],
            past[at] if then else "",
            movement(then[at], n_then, now[at], n) if then else None,
        )
        for at, motive in enumerate(MOTIVES)
    ]
    return sorted(rows, key=lambda row: (row.rated.place, MOTIVES.index(row.motive)))


def guess_card(guess: MotiveGuess, ratings: list[Rated], n: int) -> GuessCard:
    """Hold a guess against what the team said."""
    found = gaps(ratings, guess.ratings)
    alike = likeness([one.place for one in ratings], ranked(guess.ratings))
    rows = [gap_row(gap, ratings, n) for gap in found]
    return GuessCard(guess, *GUESS_WORDS[alike], rows, rows[: len(widest(found))])


def gap_row(gap: Gap, ratings: list[Rated], n: int) -> GapRow:
    """Return one gap in words."""
    rated = ratings[gap.motive_index]
    word = (DEARER if gap.places > 0 else LESS_DEAR) if gap.places else None
    return GapRow(MOTIVES[gap.motive_index], gap, rated.mean, is_off(rated, n, gap.guess), word)


def steps_of(group: StaffGroup, ratings: list[Rated], cards: list[GuessCard]) -> list[Step]:
    """Return what to begin with: the widest gaps of the first guess, or the dearest motives when nobody guessed; then other steps made."""
    made = {step.motive: step for step in group.steps.all()}
    dearest = sorted(MOTIVES, key=lambda motive: ratings[MOTIVES.index(motive)].place)[:WIDEST]
    first = [row.motive for row in cards[0].widest] if cards else dearest
    rest = [motive for motive in MOTIVES if motive in made and motive not in first]
    return [Step(motive, made.get(motive), str(IDEAS[motive])) for motive in [*first, *rest]]


def pulse_row(group: StaffGroup, before: StaffGroup | None, options: int) -> PulseRow:
    """Return a group of a pulse in words."""
    now, then = pulse_result(group), pulse_result(before) if before else None
    words = TURNS[turn_of(then, now)] if now and then else (None, "", "")
    return PulseRow(group, now, then, now is not None and now.beats_chance(options), *words)
