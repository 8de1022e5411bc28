"""The first draft of a personal letter, put together from what is known about the Client. A person rewrites it before it goes.

Which words stand in each place is chosen by what is known, and among equals by the Client's number, so that neighbours differ.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from company.formulas.names import first_name

LONGEST_QUOTE = 400
LONGEST_SUBJECT = 150


@dataclass(frozen=True)
class LetterFacts:
    """What is known about one Client: their own words and when they said them, how long they were with us, what was done."""

    client_id: int
    name: str
    fixed: str
    signer: str
    position: str
    company: str
    has_left: bool
    words: str = ""
    said_on: dt.date | None = None
    was_call: bool = False
    score: int | None = None
    since: dt.date | None = None
    product: str = ""
    fixed_on: dt.date | None = None


@dataclass(frozen=True)
class DraftLetter:
    """A subject and a text, still to be edited."""

    subject: str
    text: str


def draft_letter(facts: LetterFacts, locale: str) -> DraftLetter:
    """Put the letter together in its language."""
    with translation.override(locale):
        parts = [greeting(facts), opening(facts), history(facts), repair(facts), invitation(facts), signature(facts)]
        return DraftLetter(subject(facts)[:LONGEST_SUBJECT], "\n\n".join(part for part in parts if part))


def chosen(facts: LetterFacts, place: int, *variants: str) -> str:
    """Choose a variant by the Client's number, for each place anew."""
    return variants[hashlib.sha256(f"{place}:{facts.client_id}".encode()).digest()[0] % len(variants)]


def subject(facts: LetterFacts) -> str:
    """Return what stands above the letter."""
    if facts.words:
        return chosen(facts, 1, _("You told us what was wrong. It is mended"), _("Your words have changed something here"))
    if facts.has_left:
        return chosen(facts, 1, _("We have fixed what you left for"), _("Something has changed here"))
    return _("It has become better")


def greeting(facts: LetterFacts) -> str:
    """Address the person by the first name where we surely know it."""
    name = first_name(facts.name)
    return _("Hello, %(name)s!") % {"name": name} if name else _("Hello!")


def opening(facts: LetterFacts) -> str:
    """Begin with the Client's own words, else with what we know they named."""
    values = {"words": quoted(facts.words), "day": day_of(facts.said_on), "score": facts.score}
    if facts.words and facts.was_call:
        return (
            chosen(
                facts,
                2,
                _("On %(day)s we spoke on the telephone, and you said: “%(words)s”. It was written down word for word."),
                _("“%(words)s”: that is what you told us on %(day)s. These words have not been forgotten."),
                _("I have the note of our talk of %(day)s before me. You said: “%(words)s”."),
            )
            % values
        )
    if facts.words:
        return (
            chosen(
                facts,
                2,
                _("On %(day)s you wrote to us: “%(words)s”. It was read by those who can change it."),
                _("“%(words)s”: so you answered our question on %(day)s. You were right."),
            )
            % values
        )
    return opening_without_words(facts, values)


def opening_without_words(facts: LetterFacts, values: Mapping[str, object]) -> str:
    """Begin with the day of the talk or the score; with nothing known, with the cause itself."""
    if facts.said_on and facts.was_call:
        return _("On %(day)s you told us why you no longer buy from us.") % values
    if facts.said_on and facts.score is not None:
        return _("On %(day)s you gave us %(score)s out of 10. Such a score has a cause, and we have looked for it.") % values
    return _("You have not been with us for a while, and I think I know why.")


def history(facts: LetterFacts) -> str:
    """Remind of the time together: since when, and what the Client used to take."""
    values = {"since": date_format(facts.since, "E Y") if facts.since else "", "product": facts.product}
    if facts.since and facts.product:
        return (
            chosen(
                facts,
                3,
                _("We have known each other since %(since)s, and most of all you took “%(product)s”."),
                _("Since %(since)s you came to us for “%(product)s”, and I would like it to go on."),
                _("“%(product)s”, ever since %(since)s: Clients like you are remembered here."),
            )
            % values
        )
    if facts.since:
        known, ours = _("We have known each other since %(since)s."), _("You have been one of ours since %(since)s, I have looked it up.")
        return chosen(facts, 3, known, ours) % values
    return ""


def inside(words: str) -> str:
    """Write words as they stand inside a sentence: the first letter small, unless it begins an abbreviation or is the English I."""
    if words[1:2].isupper() or words.startswith(("I ", "I'", "I’")):
        return words
    return words[:1].lower() + words[1:]


def repair(facts: LetterFacts) -> str:
    """Say what was done, and since when."""
    fixed = facts.fixed.strip().rstrip(".")
    values = {"fixed": inside(fixed), "sentence": fixed[:1].upper() + fixed[1:], "day": day_of(facts.fixed_on)}
    if facts.fixed_on:
        return (
            chosen(
                facts,
                4,
                _("Since %(day)s it is different: %(fixed)s."),
                _("Here is what we have done: %(fixed)s. It has been so since %(day)s."),
                _("We took it up. %(sentence)s: that has held since %(day)s."),
            )
            % values
        )
    return _("Here is what we have done: %(fixed)s.") % values


def invitation(facts: LetterFacts) -> str:
    """Ask for one thing: to come and see, or to say whether it is better now."""
    if facts.has_left:
        return chosen(
            facts,
            5,
            _("Come and see for yourself. And if something is still not right, write to me: I read every answer."),
            _("Give us one more try. Tell me afterwards what you found, good or bad."),
            _("I would be glad to see you again. Answer this letter, and I will arrange everything myself."),
        )
    return chosen(
        facts,
        5,
        _("Look at it next time and tell me honestly whether it has become better."),
        _("Thank you for saying it straight. Write to me if you notice that we slip back."),
    )


def signature(facts: LetterFacts) -> str:
    """Sign by name."""
    return "\n".join(line for line in (facts.signer, facts.position, facts.company) if line)


def quoted(words: str) -> str:
    """Return the Client's words on one line, cut between words when they are long."""
    line = " ".join(words.split()).strip('«»“”"').rstrip(".")
    return line if len(line) <= LONGEST_QUOTE else line[:LONGEST_QUOTE].rsplit(" ", 1)[0] + "…"


def day_of(day: dt.date | None) -> str:
    """Write a day so that a sentence may end with it."""
    return date_format(day, "j E Y") if day else ""
