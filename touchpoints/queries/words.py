"""What the company calls the three levels."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from touchpoints.enums import Rating
from touchpoints.models import MapSettings


@dataclass(frozen=True)
class RatingWords:
    """The words for the three levels, in the language in use unless the company has its own."""

    awful: str
    ok: str
    wow: str

    def of(self, rating: int | None) -> str:
        """Return the word for a rating or for its absence."""
        if rating is None:
            return _("no rating")
        return {Rating.AWFUL: self.awful, Rating.OK: self.ok, Rating.WOW: self.wow}[Rating(rating)]

    def pairs(self) -> list[tuple[Rating, str]]:
        """Return ratings with their words, the worst first."""
        return [(rating, self.of(rating)) for rating in Rating]


def map_settings() -> MapSettings:
    """Return how the company calls the levels; without a row it has no words of its own."""
    return MapSettings.objects.filter(pk=1).first() or MapSettings()


def rating_words() -> RatingWords:
    """Return the words for the three levels."""
    own = map_settings()
    return RatingWords(
        own.awful_word or str(Rating.AWFUL.label), own.ok_word or str(Rating.OK.label), own.wow_word or str(Rating.WOW.label)
    )
