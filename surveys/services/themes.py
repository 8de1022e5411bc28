"""The company's own dictionary of themes, and the reading of answers with it."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F

from company.models import User
from surveys.formulas.lemmas import Matcher, phrase_of
from surveys.models import Answer, Theme, ThemeDictionary
from surveys.queries import answers_to_theme
from surveys.starter_themes import starter_themes

CHUNK = 1000


def locked_dictionary() -> ThemeDictionary:
    """Return the dictionary's row, locked: one change or one chunk at a time."""
    ThemeDictionary.objects.get_or_create(pk=1)
    return ThemeDictionary.objects.select_for_update().get(pk=1)


def begin_new_turn(dictionary: ThemeDictionary) -> None:
    """Have every answer looked at again."""
    ThemeDictionary.objects.filter(pk=dictionary.pk).update(version=F("version") + 1)


def tidy_words(words: Iterable[str]) -> list[str]:
    """Return words and phrases without idle spaces; of those with the same lemmas the first is kept."""
    found: dict[tuple[frozenset[str], ...], str] = {}
    for word in words:
        found.setdefault(phrase_of(word), " ".join(word.split()))
    found.pop((), None)
    return list(found.values())


@transaction.atomic
def save_theme(*, theme: Theme, actor: User) -> Theme:
    """Save a new or changed theme; answers are looked at again when its words have changed."""
    dictionary = locked_dictionary()
    theme.words = tidy_words(theme.words)
    known = Theme.objects.filter(pk=theme.pk).values_list("words", flat=True).first()
    theme.created_by = theme.created_by or actor
    theme.save()
    if known != theme.words:
        begin_new_turn(dictionary)
    return theme


@transaction.atomic
def add_word(*, theme: Theme, word: str) -> bool:
    """Put one more word into a theme; False when it has it already."""
    dictionary = locked_dictionary()
    theme.refresh_from_db()
    words = tidy_words([*theme.words, word])
    if words == theme.words:
        return False
    Theme.objects.filter(pk=theme.pk).update(words=words)
    begin_new_turn(dictionary)
    return True


@transaction.atomic
def delete_theme(*, theme: Theme) -> None:
    """Remove a theme; the comments stay."""
    locked_dictionary()
    Theme.objects.filter(pk=theme.pk).delete()


@transaction.atomic
def start_dictionary(*, locale: str, actor: User) -> int:
    """Take the ready themes into an empty dictionary; return how many there are now because of it."""
    dictionary = locked_dictionary()
    if Theme.objects.exists():
        return 0
    themes = [Theme(name=name, words=tidy_words(words), created_by=actor) for name, words in starter_themes(locale)]
    Theme.objects.bulk_create(themes)
    begin_new_turn(dictionary)
    return len(themes)


def assign_themes(*, chunk: int = CHUNK) -> int:
    """Look at the words of every answer that is new, corrected or was read with an earlier dictionary; return how many."""
    total = 0
    while done := assign_chunk(chunk=chunk):
        total += done
    return total


@transaction.atomic
def assign_chunk(*, chunk: int) -> int:
    """Find the themes of some answers; their rows are locked, so that a correction is either seen or looked at later."""
    dictionary = ThemeDictionary.objects.select_for_update().first()
    if dictionary is None:
        return 0
    due = answers_to_theme(dictionary.version).select_for_update(skip_locked=True).order_by("themed_with")
    rows = list(due.values_list("pk", "why", "ten")[:chunk])
    matcher = Matcher.of(dict(Theme.objects.values_list("pk", "words")))
    keep_themes([pk for pk, *_texts in rows], {(pk, theme) for pk, why, ten in rows for theme in matcher.find(f"{why}\n{ten}")})
    Answer.objects.filter(pk__in=[pk for pk, *_texts in rows]).update(themed_with=dictionary.version)
    return len(rows)


def keep_themes(answers: Sequence[int], wanted: set[tuple[int, int]]) -> None:
    """Make these (answer, theme) pairs the only ones of the answers, touching no more rows than needed."""
    links = Answer.themes.through
    present = {(answer, theme): pk for pk, answer, theme in links.objects.filter(answer__in=answers).values_list("pk", "answer", "theme")}
    links.objects.filter(pk__in=[pk for pair, pk in present.items() if pair not in wanted]).delete()
    links.objects.bulk_create(links(answer_id=answer, theme_id=theme) for answer, theme in wanted - present.keys())
