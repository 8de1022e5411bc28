"""What comments are about: results per theme, the trend of one, words no theme covers."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from common.proportions import NpsEstimate
from surveys.enums import SurveyAudience
from surveys.formulas.lemmas import Matcher, lemma_of, says_something, words_of
from surveys.formulas.nps import NpsCounts
from surveys.models import Answer, Tag, Theme, ThemeDictionary, Wave
from surveys.queries.comments import TRUSTED, WITH_TEXT
from surveys.queries.results import TrendPoint

OF_CLIENTS = TRUSTED & WITH_TEXT & Q(wave__audience=SurveyAudience.CLIENTS)
READ_FOR_HINTS = 2000
HINT_FROM = 2


@dataclass(frozen=True)
class ThemeResult:
    """What those who speak of a theme scored."""

    theme: Theme
    counts: NpsCounts

    @property
    def estimate(self) -> NpsEstimate | None:
        """NPS with its interval, from five answers on."""
        return self.counts.estimate()

    @property
    def critics_share(self) -> float | None:
        """The share of critics among those who speak of it."""
        return self.counts.share(self.counts.detractors) if self.counts.n else None


@dataclass(frozen=True)
class WordHint:
    """A word often said in comments that no theme covers."""

    word: str
    count: int


def answers_to_theme(version: int) -> QuerySet[Answer]:
    """Return answers with words that were not looked at with this turn of the dictionary."""
    return Answer.objects.filter(WITH_TEXT, themed_with__lt=version)


def count_to_theme() -> int:
    """Return how many answers still wait to be looked at."""
    dictionary = ThemeDictionary.objects.first()
    return answers_to_theme(dictionary.version).count() if dictionary else 0


def theme_results(*, wave: Wave | None = None, theme: Theme | None = None) -> list[ThemeResult]:
    """Return every theme with the scores of Clients who speak of it, the most spoken of first; in two queries."""
    themes = Theme.objects.select_related("touchpoint")
    if theme:
        themes = themes.filter(pk=theme.pk)
    said = Answer.objects.filter(OF_CLIENTS, themes__in=themes.values("pk")).order_by()
    if wave:
        said = said.filter(wave=wave)
    scores: dict[int, Counter[int]] = defaultdict(Counter)
    for key, score, count in said.values_list("themes", "score").annotate(n=Count("pk")):
        scores[key][score] = count
    results = [ThemeResult(theme, NpsCounts.of(scores[theme.pk])) for theme in themes]
    return sorted(results, key=lambda result: -result.counts.n)


def theme_trend(theme: Theme) -> list[TrendPoint]:
    """Return the waves in which at least five Clients speak of the theme, oldest first."""
    scores: dict[int, Counter[int]] = defaultdict(Counter)
    said = Answer.objects.filter(OF_CLIENTS, themes=theme).order_by().values_list("wave", "score").annotate(n=Count("pk"))
    for key, score, count in said:
        scores[key][score] = count
    waves = Wave.objects.filter(pk__in=scores, starts_at__isnull=False).order_by("starts_at", "pk")
    counted = [(wave, NpsCounts.of(scores[wave.pk])) for wave in waves]
    return [TrendPoint(wave, counts, estimate, is_reworded=False) for wave, counts in counted if (estimate := counts.estimate())]


def theme_words() -> Mapping[int, list[str]]:
    """Return the dictionary as {theme: words as typed}."""
    return dict(Theme.objects.values_list("pk", "words"))


def word_hints(limit: int) -> list[WordHint]:
    """Return the words most said in the newest comments without a theme; each comment counts a word once."""
    matcher = Matcher.of(theme_words())
    texts = Answer.objects.filter(OF_CLIENTS, themes=None).values_list("why", "ten")[:READ_FOR_HINTS]
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for why, ten in texts:
        said = {lemma_of(word): word for word in words_of(f"{why} {ten}") if word[0].isalnum() and says_something(word)}
        for lemma, word in said.items():
            written[lemma][word] += 1
    hints = [
        WordHint(usual(words) if lemma.isascii() else lemma, words.total()) for lemma, words in written.items() if not matcher.covers(lemma)
    ]
    frequent = [hint for hint in hints if hint.count >= HINT_FROM]
    return sorted(frequent, key=lambda hint: (-hint.count, hint.word))[:limit]


def usual(words: Counter[str]) -> str:
    """Return the most frequent word, of equals the shortest."""
    return min(words, key=lambda word: (-words[word], len(word)))


def tags_with_use() -> QuerySet[Tag]:
    """Return the tags with `n`, how many comments carry each."""
    return Tag.objects.select_related("touchpoint").annotate(n=Count("answers"))
