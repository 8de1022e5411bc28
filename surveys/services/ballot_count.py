"""Counting opened ballots: only what the release audit lets out is written down."""

import secrets
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from company.models import Branch
from surveys import queries
from surveys.enums import AnswerGroup, GroupStatus, Motive, StaffQuestion, StaffSlice, StaffSurveyKind, Tenure
from surveys.formulas.ballots import Ballot, Cell, Vote, unpacked
from surveys.formulas.motives import MotiveScore, places_of
from surveys.formulas.release import CellTally, GroupKey, Ruling, rule_on
from surveys.formulas.vote import rule_on_vote
from surveys.models import MotiveRating, StaffComment, StaffGroup, StaffWave
from surveys.models.staff import LEAST_COMMENT_THRESHOLD
from surveys.services.ballots import checked_vote

SCORES = 11
OURS = 0
EXACT = GroupStatus.EXACT.value
EVERYBODY = GroupKey("", "")
CRITIC_TO_FAN = (AnswerGroup.DETRACTOR, AnswerGroup.PASSIVE, AnswerGroup.PROMOTER)


@dataclass(frozen=True)
class BallotBox:
    """The opened ballots of a wave in an order nobody knows, by the cells of those who were asked."""

    people: Mapping[Cell, frozenset[int]]
    ballots: Sequence[Ballot]
    spoiled: int
    is_textless: bool

    @classmethod
    def opened(cls, wave: StaffWave, key: PrivateKey) -> "BallotBox":
        """Open everything. What is no ballot of this wave, or more than the people of its cell, is counted as spoiled and left out."""
        sealed, people = SealedBox(key), queries.cells_of(wave)
        found = [opened_ballot(wave, sealed, ciphertext, people) for ciphertext in queries.sealed_ballots(wave)]
        secrets.SystemRandom().shuffle(found)
        valid = within_seats([ballot for ballot in found if ballot], people)
        few = wave.kind == StaffSurveyKind.ENPS and len(valid) < wave.comment_threshold
        return cls(people, valid, len(found) - len(valid), few)

    def votes_in(self, cells: frozenset[Cell]) -> list[Vote]:
        """Return the votes of some cells."""
        return [ballot.vote for ballot in self.ballots if ballot.cell in cells]


def opened_ballot(wave: StaffWave, sealed: SealedBox[PrivateKey], ciphertext: bytes, cells: Container[Cell]) -> Ballot | None:
    """Return the ballot, or nothing when it is damaged, foreign, of a cell nobody was asked in, or no answer to what was asked."""
    try:
        ballot = unpacked(sealed.decrypt(ciphertext))
        return Ballot(ballot.cell, checked_vote(wave, ballot.vote)) if ballot.cell in cells else None
    except (CryptoError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def within_seats(ballots: Sequence[Ballot], people: Mapping[Cell, frozenset[int]]) -> list[Ballot]:
    """Return at most as many ballots of each cell as people were asked in it; only somebody who writes to the database makes more."""
    taken, kept = Counter[Cell](), list[Ballot]()
    for ballot in ballots:
        if taken[ballot.cell] < len(people[ballot.cell]):
            taken[ballot.cell] += 1
            kept.append(ballot)
    return kept


def store_results(wave: StaffWave, box: BallotBox) -> int | None:
    """Keep what the release audit lets out; return how many answered, where even that may be known."""
    groups = queries.groups_of(wave, box.people)
    tallies = {cell: CellTally(people, counts_of(wave, box.votes_in(frozenset({cell})))) for cell, people in box.people.items()}
    rule = rule_on_vote if wave.kind == StaffSurveyKind.VOTE else rule_on
    rulings = rule(cells=tallies, groups=groups, history=queries.earlier_releases(wave), threshold=wave.threshold)
    names = branch_names(groups)
    for position, ruling in enumerate(sorted(rulings, key=lambda ruling: place_of(ruling.key, names))):
        store_group(wave, box, groups[ruling.key], fields_of(wave, ruling, names) | {"position": position})
    store_comments(wave, [] if box.is_textless else box.ballots)
    return next((ruling.answered for ruling in rulings if ruling.key == EVERYBODY and ruling.status == EXACT), None)


def counts_of(wave: StaffWave, votes: Sequence[Vote]) -> tuple[int, ...]:
    """Return how many votes fall into each category: critics, neutrals, fans; wrong, right; each option; motives have but one."""
    if wave.kind == StaffSurveyKind.ENPS:
        found = Counter(AnswerGroup.of(vote.score) for vote in votes if vote.score is not None)
        return tuple(found[group] for group in CRITIC_TO_FAN)
    if wave.kind == StaffSurveyKind.PULSE:
        right = sum(vote.choice == OURS for vote in votes)
        return len(votes) - right, right
    if wave.kind == StaffSurveyKind.VOTE:
        chosen = Counter(vote.choice for vote in votes)
        return tuple(chosen[number] for number in range(len(wave.options)))
    return (len(votes),)


def branch_names(groups: Mapping[GroupKey, object]) -> Mapping[str, str]:
    """Return the names of the branches among the groups, in the order of branches."""
    numbers = [key.value for key in groups if key.dimension == StaffSlice.BRANCH]
    return {str(branch.pk): branch.name for branch in Branch.objects.filter(pk__in=numbers)}


def place_of(key: GroupKey, names: Mapping[str, str]) -> tuple[int, int, str]:
    """Return where a group stands: everybody first, then slice by slice."""
    if key == EVERYBODY:
        return 0, 0, ""
    orders = {StaffSlice.BRANCH.value: list(names), StaffSlice.TENURE.value: Tenure.values}
    order = orders.get(key.dimension, [])
    return 1 + StaffSlice.values.index(key.dimension), order.index(key.value) if key.value in order else 0, key.value


def label_of(wave: StaffWave, key: GroupKey, names: Mapping[str, str]) -> str:
    """Return how people call a group, in the language of its survey."""
    if key.dimension == StaffSlice.TENURE:
        with translation.override(wave.locale):
            return str(Tenure(key.value).label)
    return names.get(key.value, key.value) if key.dimension == StaffSlice.BRANCH else key.value


def fields_of(wave: StaffWave, ruling: Ruling, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what a ruling lets be stored, and nothing of what it does not."""
    low, high = ruling.band or (None, None)
    fields = {
        "dimension": ruling.key.dimension,
        "value": ruling.key.value,
        "label": label_of(wave, ruling.key, names),
        "status": ruling.status,
        "reason": ruling.reason,
        "band_low": low,
        "band_high": high,
        "leader": ruling.leader,
    }
    if ruling.status != EXACT:
        return fields
    counts = None if wave.kind == StaffSurveyKind.MOTIVES or ruling.counts is None else list(ruling.counts)
    return fields | {"answered": ruling.answered, "counts": counts}


def store_group(wave: StaffWave, box: BallotBox, cells: frozenset[Cell], fields: dict[str, Any]) -> None:
    """Write a group down with the details that an exact result may have."""
    invited = len(frozenset[int]().union(*(box.people[cell] for cell in cells)))
    group = StaffGroup(wave=wave, invited=invited, **fields)
    is_exact = group.status == EXACT
    votes = box.votes_in(cells) if is_exact else []
    if wave.kind == StaffSurveyKind.ENPS and is_exact and not group.dimension and len(votes) >= LEAST_COMMENT_THRESHOLD:
        found = Counter(vote.score for vote in votes)
        group.histogram = [found[score] for score in range(SCORES)]
    group.save(force_insert=True)
    if wave.kind == StaffSurveyKind.MOTIVES:
        ratings = [rating_of(group, score) for score in places_of([vote.ratings for vote in votes])]
        MotiveRating.objects.bulk_create(ratings)


def rating_of(group: StaffGroup, score: MotiveScore) -> MotiveRating:
    """Return what is kept of a motive; where almost all gave one rating, its place only."""
    rating = MotiveRating(group=group, motive=Motive.values[score.motive_index], place=score.place)
    if not score.is_alike:
        rating.mean, rating.deviation = score.mean, score.deviation
    return rating


def store_comments(wave: StaffWave, ballots: Sequence[Ballot]) -> None:
    """Keep the texts by themselves, shuffled once more: the two of one person do not lie together either."""
    written = [(StaffQuestion.WHY, ballot.vote.why) for ballot in ballots] + [(StaffQuestion.TEN, ballot.vote.ten) for ballot in ballots]
    comments = [StaffComment(wave=wave, question=question, text=text) for question, text in written if text]
    secrets.SystemRandom().shuffle(comments)
    StaffComment.objects.bulk_create(comments)
