"""How long a speech takes, and a share of Clients by their source.

A text read aloud without haste goes at about 130 words a minute, so one breath of 20 seconds holds some 43 words. Half words before a
hyphen count as one word with what follows; numbers count as words.
"""

import re
from dataclasses import dataclass

from common.proportions import wilson_interval

WORDS_A_MINUTE = 130
BREATH_SECONDS = 20
FEWEST = 10
"""With fewer new Clients a share says nothing."""
WORD = re.compile(r"\w+(?:[-’']\w+)*")


@dataclass(frozen=True)
class Speech:
    """A text to be said aloud."""

    words: int
    seconds: int

    @property
    def fits(self) -> bool:
        """Say whether one breath is enough."""
        return self.seconds <= BREATH_SECONDS

    @property
    def spare_words(self) -> int:
        """Return how many words too many there are."""
        return max(self.words - WORDS_A_MINUTE * BREATH_SECONDS // 60, 0)


def speech_of(text: str) -> Speech:
    """Count the words and the seconds they take.

    >>> speech_of("Чистим бельё за 24 часа и привозим домой-на-дом")
    Speech(words=8, seconds=4)
    """
    words = len(WORD.findall(text))
    return Speech(words, -(-words * 60 // WORDS_A_MINUTE))


@dataclass(frozen=True)
class Share:
    """A share of Clients with its interval, all in percent; nothing while there are too few."""

    hits: int
    n: int

    @property
    def is_known(self) -> bool:
        """Say whether there are enough Clients to speak of a share."""
        return self.n >= FEWEST

    @property
    def percent(self) -> float:
        """Return the share."""
        return 100 * self.hits / self.n if self.n else 0.0

    @property
    def low(self) -> float:
        """Return the lower end of the 95 % interval."""
        return 100 * wilson_interval(self.hits, self.n)[0]

    @property
    def high(self) -> float:
        """Return the upper end of the 95 % interval."""
        return 100 * wilson_interval(self.hits, self.n)[1]
