"""Says a text with another word for those who buy: every form in its case and number, what stands before it along with it."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from company.formulas.words import CLIENT, RUSSIAN_KEYS, Forms, forms_in

# A rule says the words of one language another way.
Rule = Callable[[str], str]
LANGUAGES = ("ru", "en")
GAP = r"(?P<gap>[ \u00a0\n])"
PREPOSITIONS = {"о": "об", "с": "со", "в": "во"}
LONG = {long: short for short, long in PREPOSITIONS.items()}
VOWELS = "аеёиоуыэюя"
# «о» keeps its shape before a vowel that begins with «й»: о Ученике is об, о Ёжике is not.
AFTER_OB = "аиоуэ"
# An English word that begins with the sound of a vowel: an Owner, an Hour; a User, a One-timer, a European.
VOWEL_SOUND = re.compile(r"(?!eu|ewe|on(?:c?e)\b|uni|u[bcdfgkpst][aeiou])[aeiou]|hour|heir|hon(?:est|ou?r)", re.IGNORECASE)


def is_same_word(first: Mapping[str, Mapping[str, str]], second: Mapping[str, Mapping[str, str]]) -> bool:
    """Say whether two sets of forms speak alike."""
    return all(forms_in(first, language) == forms_in(second, language) for language in LANGUAGES)


@lru_cache(maxsize=64)
def russian_rule(old: tuple[str, ...], new: tuple[str, ...]) -> Rule:
    """Return what says a Russian text with the new forms; both are in the order of the table."""
    said = dict(zip(reversed(old), reversed(new), strict=True))
    words = "|".join(map(re.escape, sorted(said, key=len, reverse=True)))
    pattern = re.compile(rf"(?<!\w)(?:(?P<before>[ОоСсВв]|[Оо]б|[СсВв]о){GAP})?(?P<word>{words})(?![\w-])")

    def say(found: re.Match[str]) -> str:
        word = said[found["word"]]
        return word if found["before"] is None else fitted(found["before"], word) + found["gap"] + word

    return lambda text: pattern.sub(say, text)


def fitted(preposition: str, word: str) -> str:
    """Return the preposition as it is said before the word: о Госте, об Абоненте, со Студентом."""
    short = LONG.get(preposition.lower(), preposition.lower())
    shape = PREPOSITIONS[short] if needs_long(short, word.lower()) else short
    return shape.capitalize() if preposition[0].isupper() else shape


def needs_long(preposition: str, word: str) -> bool:
    """Say whether a preposition gets its second letter before the word."""
    is_cluster = word[1:2] not in VOWELS
    if preposition == "о":
        return word[0] in AFTER_OB
    return is_cluster and (word[0] in "сзшжщ" if preposition == "с" else word[0] in "вф")


@lru_cache(maxsize=64)
def english_rule(old: tuple[str, str], new: tuple[str, str]) -> Rule:
    """Return what says an English text with the new pair: with its article and possessive."""
    said = dict(zip(reversed(old), reversed(new), strict=True))
    words = "|".join(map(re.escape, sorted(said, key=len, reverse=True)))
    pattern = re.compile(rf"(?<!\w)(?:(?P<before>[Aa]n?){GAP})?(?P<word>{words})(?P<of>['’](?:s(?!\w)|(?!\w)))?(?!\w|-\w)")

    def say(found: re.Match[str]) -> str:
        word = said[found["word"]]
        before = "" if found["before"] is None else article(found["before"], word) + found["gap"]
        return before + word + (ending_of_many(found["of"] or "", word) if found["word"] == old[1] else found["of"] or "")

    return lambda text: pattern.sub(say, text)


def article(written: str, word: str) -> str:
    """Return the article as it is said before the word."""
    shape = "an" if VOWEL_SOUND.match(word) else "a"
    return shape.capitalize() if written[0].isupper() else shape


def ending_of_many(written: str, word: str) -> str:
    """Return the ending of a possessive after a plural: Clients' is People's."""
    return written and written[0] + ("" if word.endswith("s") else "s")


def rule_of(old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]], language: str) -> Rule:
    """Return what says a text of the language with the new word."""
    before, after = forms_in(old, language), forms_in(new, language)
    if language != "ru":
        return english_rule((before["client"], before["clients"]), (after["client"], after["clients"]))
    return russian_rule(in_order(before), in_order(after))


def rules_of(word_forms: Mapping[str, Mapping[str, str]]) -> dict[str, Rule]:
    """Return what says texts of Mayak with a company's word: nothing where the word is Client anyway."""
    if is_same_word(word_forms, {}):
        return {}
    spoken = LANGUAGES if agrees(forms_in(word_forms, "ru")) else ("en",)
    return {language: rule_of({}, word_forms, language) for language in spoken}


def agrees(forms: Forms) -> bool:
    """Say whether Russian texts agree with these forms as they do with «Клиент»: masculine animate nouns have one form for both cases."""
    return forms["client_acc"] == forms["client_gen"] != forms["client"] and forms["clients_acc"] == forms["clients_gen"]


def in_order(forms: Forms) -> tuple[str, ...]:
    """Return the Russian forms in the order of the table."""
    return tuple(forms[key] for key in RUSSIAN_KEYS)


def words_before(
    known: Sequence[Mapping[str, Mapping[str, str]]], old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]
) -> list[Mapping[str, Mapping[str, str]]]:
    """Return the words spoken before the new one, each once, the last one last."""
    if is_same_word(old, new):
        return list(known)
    return [word for word in known if not is_same_word(word, new) and not is_same_word(word, old)] + [old or CLIENT]


def doubtful_forms(old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]) -> frozenset[str]:
    """Return the Russian forms of the old word that may stand for two forms of the new one: Рабочих is Гостей or Гостях."""
    pairs = set(zip(in_order(forms_in(old, "ru")), in_order(forms_in(new, "ru")), strict=True))
    written = [before for before, _after in pairs]
    return frozenset(form for form in written if written.count(form) > 1)


def respeak(text: str, old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]) -> str:
    """Say a text, in whichever of both languages it is, with the new word instead of the old one."""
    return rule_of(old, new, "en")(rule_of(old, new, "ru")(text))
