"""How this process speaks: the texts of Mayak, said with the company's word for a Client.

The word is heard whenever the company is read: at every request and before every task. So a change made in one process reaches the
others at their next step. The catalogues themselves stay as they are: a text is said anew when it is asked for and remembered, and
with «Клиент» nothing is done at all.
"""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache, wraps
from typing import ParamSpec, TypeVar

from django.utils.functional import lazy
from django.utils.translation import trans_real

# A rule says the words of one language another way.
Rule = Callable[[str], str]
P = ParamSpec("P")
T = TypeVar("T")
CONTEXT = trans_real.CONTEXT_SEPARATOR
MARKS = {"ru": "Клиент", "en": "Client"}


class Speech:
    """A word, the rules that put it in place of Client in each language, and the texts said with it so far."""

    def __init__(self, word: object, rules: Mapping[str, Rule]) -> None:
        self.word = word
        self.rules = rules
        self.said = lru_cache(maxsize=16_384)(self.say_anew)

    def say_anew(self, text: str, language: str) -> str:
        """Say a text of Mayak with the word."""
        return self.rules[language](text)

    def say(self, text: str, language: str) -> str:
        """Say a text of Mayak with the word; a text without Client is not touched."""
        known = language[:2] if language[:2] in self.rules else ""
        return self.said(text, known) if known and MARKS[known] in text else text


class Mouth:
    """What this process speaks with. Requests run side by side, so one reference is put in place of another and nothing is changed."""

    speech = Speech(None, {})


def hear(word: object, rules: Callable[[], Mapping[str, Rule]]) -> None:
    """Speak with this word from now on; the rules are asked for when it is a new one."""
    if Mouth.speech.word != word:
        Mouth.speech = Speech(word, rules())


def say(text: str, language: str) -> str:
    """Say a text of Mayak that stands in no catalogue with the company's word."""
    return Mouth.speech.say(text, language)


# For a text that is named once and shown to many: `say` when it is shown.
said_when_shown = lazy(say, str)


def per_word(function: Callable[P, T]) -> Callable[P, T]:
    """Remember what a function returns, for each word apart."""

    @cache
    def remembered(_speech: Speech, *args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs)

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        return remembered(Mouth.speech, *args, **kwargs)  # type: ignore[arg-type]  # whatever is remembered is hashable

    return asked


class SpokenTranslation(trans_real.DjangoTranslation):
    """A language of Django whose every text comes with the company's word."""

    def gettext(self, message: str) -> str:
        """Translate a text; one without a translation is said without its context."""
        text = super().gettext(message)
        return Mouth.speech.say(text.partition(CONTEXT)[2] if CONTEXT in text else text, self.language())

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Translate a text with a number."""
        return Mouth.speech.say(super().ngettext(msgid1, msgid2, n), self.language())


def speak_everywhere() -> None:
    """Let Django take its languages from here; what it has read before is forgotten."""
    trans_real.DjangoTranslation = SpokenTranslation  # type: ignore[misc]  # Django offers no other door to what a catalogue says
    trans_real._translations = {}  # type: ignore[attr-defined]  # noqa: SLF001 - as its own reloader does
    trans_real._default = None  # type: ignore[attr-defined]  # noqa: SLF001 - as its own reloader does
