"""Russian forms of a noun that names people. Source of the forms: the OpenCorpora dictionary through pymorphy3."""

from functools import cache
from typing import Any

import pymorphy3

from company.formulas.respeaking import agrees
from company.formulas.words import CASES, CLIENT, READY, Forms, WordForms, capital

# Clients are people, so their accusative is the genitive, except in the singular of feminine nouns.
GRAMMEMES = {"": "nomn", "gen": "gent", "dat": "datv", "acc": "accs", "ins": "ablt", "loc": "loct"}


@cache
def analyzer() -> Any:
    """Load the dictionary on first use: it takes 60 ms and 38 MB."""
    return pymorphy3.MorphAnalyzer(lang="ru")


def word_forms_of(word: str, english: str = "", english_plural: str = "") -> WordForms:
    """Derive all forms of the company's word and choose its English pair."""
    ready = READY.get(capital(word), (CLIENT["en"]["client"], CLIENT["en"]["clients"]))
    one, many = (english, english_plural or f"{english}s") if english else ready
    return {"ru": russian_forms(word), "en": {"client": capital(one), "clients": capital(many)}}


def russian_forms(word: str) -> Forms:
    """Return the twelve forms of a Russian noun, with adjectives before it: all six cases, singular and plural."""
    parts = word.strip().split()
    head = noun(parts[-1])
    forms = {}
    for key, number in (("client", "sing"), ("clients", "plur")):
        for case in ("", *CASES):
            written = [inflected(parse, number, case, head) for parse in (*map(adjective, parts[:-1]), head)]
            forms[f"{key}_{case}".rstrip("_")] = " ".join(capital(form) for form in written)
    return forms


def is_masculine(word: str) -> bool:
    """Say whether a noun is masculine and declines, as sentences written for «Клиент» need it."""
    head = noun(word.strip().split()[-1])
    return head.tag.gender == "masc" and agrees(russian_forms(word))


def adjective(word: str) -> Any:
    """Return the reading of the word as an adjective in its dictionary form, if it has one."""
    readings = analyzer().parse(word.lower())
    return next((reading for reading in readings if {"ADJF", "nomn", "sing"} in reading.tag), readings[0])


def noun(word: str) -> Any:
    """Return the reading of the word as a noun in its dictionary form, a person rather than a thing; `Больной` is an adjective."""
    readings = analyzer().parse(word.lower())
    named = [reading for reading in readings if {"sing", "nomn"} in reading.tag]
    nouns = [reading for reading in named if "NOUN" in reading.tag]
    people = [reading for reading in nouns if "anim" in reading.tag]
    return next(iter([*people, *nouns, *named, *readings]))


def inflected(reading: Any, number: str, case: str, head: Any) -> str:
    """Return the word in the number and case; a word that has no such form stays as it is."""
    is_feminine = "femn" in head.tag
    grammeme = GRAMMEMES["gen" if case == "acc" and not (is_feminine and number == "sing") else case]
    gender = {head.tag.gender} if number == "sing" and "ADJF" in reading.tag and head.tag.gender else set()
    found = reading.inflect({number, grammeme} | gender)
    return str(found.word if found else reading.word)
