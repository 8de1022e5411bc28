"""Finding memos: by words and their families, by likeness when the words are mistyped."""

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, reduce
from operator import and_, or_
from pathlib import Path
from typing import Any

import snowballstemmer
from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank, TrigramWordSimilarity
from django.db.models import Count, F, Max, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat, Greatest

from company.formulas.morphology import analyzer
from programme.enums import SurpriseKind, UseOutcome
from programme.models import Playbook, PlaybookUse
from surveys.formulas.lemmas import lemma_of, plain

WORD = re.compile(r"[^\W_]+")
FAMILIES = Path(__file__).parent.parent / "word_families.toml"
LIKENESS = 0.45
"""How alike a mistyped word must be, from 0 to 1: by `word_similarity` of pg_trgm two letters of eight may be wrong."""
LONGEST_SEARCH = 12
START, STOP = "\ue000", "\ue001"
"""Marks around a found word: characters nobody types, made into tags only after everything else is escaped."""


@dataclass(frozen=True)
class Shelf:
    """The memos found, and whether they are only alike."""

    playbooks: QuerySet[Playbook]
    is_guess: bool = False


@cache
def families() -> Mapping[str, tuple[str, ...]]:
    """Return for each lemma all lemmas of its family."""
    known: dict[str, tuple[str, ...]] = {}
    for family in tomllib.loads(FAMILIES.read_text(encoding="utf-8"))["families"]:
        known |= {lemma_of(word): tuple(family) for word in family} | {plain(word): tuple(family) for word in family}
    return known


def query_of(asked: str) -> SearchQuery | None:
    """Return what finds every word or one of its family; None when there is no word."""
    words = [word.lower() for word in WORD.findall(asked)][:LONGEST_SEARCH]
    return reduce(and_, [word_query(word) for word in words]) if words else None


def word_query(word: str) -> Any:
    """Return what finds a word in any form, or a word of its family."""
    lemma = lemma_of(word)
    family = dict.fromkeys([word, lemma, *families().get(lemma, ()), *families().get(word, ())])
    forms = dict.fromkeys(form for member in family for form in forms_of(member))
    return reduce(or_, [SearchQuery(form, config="russian") for form in forms])


@cache
def forms_of(lemma: str) -> tuple[str, ...]:
    """Return one form of a word for each of its stems: «вернуть» and «вернули» are cut differently, «потолок» and «потолка» too."""
    if lemma.isascii():
        return (lemma,)
    lexeme = [lemma, *(form.word for form in analyzer().parse(lemma)[0].lexeme)]
    return tuple({stemmer().stemWord(form): form for form in reversed(lexeme)}.values())


@cache
def stemmer() -> Any:
    """Return the algorithm PostgreSQL stems Russian by."""
    return snowballstemmer.stemmer("russian")


def playbooks_in_use() -> QuerySet[Playbook]:
    """Return the memos, each with how often and when last it was used."""
    return Playbook.objects.filter(is_archived=False).annotate(n_uses=Count("uses"), last_used=Max("uses__used_on")).order_by("title")


def found_playbooks(*, asked: str = "", kind: SurpriseKind | None = None) -> Shelf:
    """Return the memos that answer a search, the best first, with `snippet`; by likeness when no word is found."""
    rows = playbooks_in_use().filter(**({"kind": kind} if kind else {}))
    query = query_of(asked)
    if query is None:
        return Shelf(rows)
    found = rows.filter(search=query).annotate(rank=SearchRank(F("search"), query), snippet=snippet_of(query)).order_by("-rank", "title")
    return Shelf(found) if found.exists() else Shelf(alike(rows, asked), is_guess=True)


def snippet_of(query: Any) -> SearchHeadline:
    """Return the part of a memo where the words stand, with marks around them."""
    text = Concat("trigger", Value(" "), "first_hour", Value(" "), "tell", Value(" "), "afterwards", output_field=TextField())
    return SearchHeadline(text, query, config="russian", start_sel=START, stop_sel=STOP, max_words=24, min_words=8)


def alike(rows: QuerySet[Playbook], asked: str) -> QuerySet[Playbook]:
    """Return memos with a word like the one asked for."""
    near = Greatest(TrigramWordSimilarity(asked[:100], "title"), TrigramWordSimilarity(asked[:100], "trigger"))
    return rows.annotate(near=near).filter(near__gte=LIKENESS).order_by("-near", "title")


@dataclass(frozen=True)
class UseCounts:
    """How often a memo, or all of them, was used and helped."""

    n: int
    helped: int
    to_change: int


def use_counts(*, since: dt.date, playbook: Playbook | None = None) -> UseCounts:
    """Count uses since a day."""
    rows = PlaybookUse.objects.filter(used_on__gte=since, **({"playbook": playbook} if playbook else {}))
    helped, waiting = Q(outcome=UseOutcome.HELPED), ~Q(to_change="") & Q(action=None)
    return UseCounts(**rows.aggregate(n=Count("pk"), helped=Count("pk", filter=helped), to_change=Count("pk", filter=waiting)))
