"""The company's words for ratings, in every template without loading."""

from django import template

from touchpoints.queries import ClassCounts, RatingWords, rating_words

register = template.Library()


def words_of(context: template.Context) -> RatingWords:
    """Read the words once a page, also within `{% include … only %}`."""
    request = getattr(context, "request", None)
    if request is None:
        return rating_words()
    if not hasattr(request, "rating_words"):
        request.rating_words = rating_words()
    kept: RatingWords = request.rating_words
    return kept


@register.simple_tag(takes_context=True)
def rating_word(context: template.Context, rating: int | None) -> str:
    """Write the company's word for a rating: `{% rating_word mark.rating %}`."""
    return words_of(context).of(rating)


@register.simple_tag(takes_context=True, name="rating_words")
def all_words(context: template.Context) -> RatingWords:
    """Give the three words: `{% rating_words as words %}{{ words.wow }}`."""
    return words_of(context)


@register.simple_tag(takes_context=True)
def rating_tally(context: template.Context, counts: ClassCounts) -> str:
    """Write how many of a column are at the two ends: `{% rating_tally column.counts %}`."""
    words = words_of(context)
    return f"{words.wow} {counts.wow} · {words.awful} {counts.awful}"
