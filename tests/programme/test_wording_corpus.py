"""The wording check against labelled sentences of our own: what must be found is in double square brackets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from company.formulas.words import CLIENT
from programme.formulas.wording import Lexicon
from programme.wording.documents import MARKDOWN, PAGES, PLAIN, pieces_of
from programme.wording.pieces import places_in

FOLDER = Path(__file__).parent / "wording_corpus"
MARK = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
KINDS = {"md": MARKDOWN[0], "html": PAGES[0]}
ENOUGH = 0.99


@dataclass(frozen=True)
class Sentence:
    """A labelled sentence: where the forms to mend begin."""

    text: str
    kind: str
    expected: frozenset[int]


def sentences() -> Iterator[Sentence]:
    """Yield all of the corpus."""
    for path in sorted(FOLDER.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            kind, bar, rest = line.partition("|")
            marked = (rest if bar and kind in KINDS else line).replace("\\n", "\n")
            starts = [found.start() - 4 * number for number, found in enumerate(MARK.finditer(marked))]
            yield Sentence(MARK.sub(r"\1", marked), KINDS.get(kind, PLAIN[0]) if bar else PLAIN[0], frozenset(starts))


def found_in(sentence: Sentence, lexicon: Lexicon) -> frozenset[int]:
    """Return where the check would write a capital letter."""
    places, _right = places_in(pieces_of(sentence.text, sentence.kind), lexicon, is_markdown=sentence.kind in MARKDOWN)
    return frozenset(place.letters[0] for place in places)


def score(half: list[Sentence]) -> tuple[float, float, list[str]]:
    """Return precision, recall and the sentences that were judged wrongly."""
    lexicon = Lexicon(CLIENT)
    judged = [(each, found_in(each, lexicon)) for each in half]
    hits = sum(len(found & each.expected) for each, found in judged)
    found_all, expected_all = sum(len(found) for _each, found in judged), sum(len(each.expected) for each, _found in judged)
    return hits / found_all, hits / expected_all, [each.text for each, found in judged if found != each.expected]


def test_the_corpus_is_large_enough_and_says_nothing_twice() -> None:
    texts = [(each.kind, each.text) for each in sentences()]
    assert len(texts) >= 400
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("half", [0, 1], ids=["tuned on", "held out"])
def test_precision_and_recall_are_at_least_ninety_nine_per_cent(half: int, capsys: pytest.CaptureFixture[str]) -> None:
    precision, recall, wrong = score(list(sentences())[half::2])
    with capsys.disabled():
        print(f"\nwording, half {half}: precision {precision:.3f}, recall {recall:.3f}")  # noqa: T201 - the figures are to be seen
    assert (precision >= ENOUGH, recall >= ENOUGH) == (True, True), wrong
