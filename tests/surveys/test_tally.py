"""The tally kept by triggers equals a recount of the answers, whatever is done to them and by how many at once."""

import random
import threading
import uuid
from collections import Counter
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import F
from django.test import Client as Browser

from clients.models import Client, Segment
from company.models import Branch, User
from mailing.models import Heartbeat
from surveys.enums import AnswerChannel, SuspectReason
from surveys.formulas.nps import NpsCounts
from surveys.models import Answer, AnswerTally, Wave
from surveys.queries import group_counts, tallies, waves_counted_wrong
from surveys.services import check_tally
from tests.surveys.conftest import fill, make_answer, make_draft, old_stamp, start

pytestmark = pytest.mark.django_db
KEY = ("wave", "branch", "segment", "channel", "score")


def kept() -> dict[tuple[Any, ...], int]:
    """Return the tally, empty rows left aside."""
    return {tuple(row): n for *row, n in AnswerTally.objects.exclude(n=0).values_list(*KEY, "is_suspect", "n")}


def recount() -> dict[tuple[Any, ...], int]:
    """Count the answers one by one."""
    rows = Answer.objects.values_list(*KEY, "suspect_reason")
    return dict(Counter((*row, bool(reason)) for *row, reason in rows))


def test_random_changes_keep_the_tally_right(wave: Wave, owner: User) -> None:
    dice = random.Random(20261122)  # noqa: S311 - a seed, not a secret
    other = start(make_draft(name="Другая", rest_days=0))
    places = [None, *(Branch.objects.create(name=f"Филиал {n}") for n in range(3))]
    segments = [None, *(Segment.objects.create(name=f"Сегмент {n}") for n in range(2))]

    def values() -> dict[str, Any]:
        return {
            "wave": dice.choice([wave, other]),
            "branch": dice.choice(places),
            "segment": dice.choice(segments),
            "channel": dice.choice(AnswerChannel.values),
            "score": dice.randint(0, 10),
            "suspect_reason": dice.choice(["", "", "", SuspectReason.TOO_FAST]),
        }

    for _ in range(60):
        match dice.randint(0, 5):
            case 0 | 1:
                Answer.objects.bulk_create(Answer(submission_key=uuid.uuid4(), **values()) for _ in range(dice.randint(1, 30)))
            case 2:
                Answer.objects.filter(score=dice.randint(0, 10)).update(**values())
            case 3:
                Answer.objects.filter(score__lt=10, pk__gt=dice.randint(0, 50)).update(score=F("score") + 1, why="поправил")
            case 4:
                Answer.objects.filter(branch=dice.choice(places), score=dice.randint(0, 10)).delete()
            case 5 if len(places) > 2:
                dice.choice([place for place in places if place]).delete()
                places = [None, *Branch.objects.filter(name__startswith="Филиал")]
        assert kept() == recount()
    assert recount()
    segments[1].delete()  # type: ignore[union-attr]
    assert kept() == recount()
    assert waves_counted_wrong() == []


def test_a_deleted_wave_takes_its_tally_along(wave: Wave) -> None:
    fill(wave, 3, 2, 1)
    wave.answers.all().delete()
    assert kept() == {}
    fill(wave, 3, 2, 1)
    Wave.objects.filter(pk=wave.pk).delete()
    assert not AnswerTally.objects.exists()


def test_zero_is_a_score_and_a_suspect_answer_is_apart(wave: Wave) -> None:
    for score in (0, 0, 10):
        make_answer(wave, score)
    make_answer(wave, 10, suspect_reason=SuspectReason.TOO_SOON)
    tally = tallies([wave])[wave.pk]
    assert (tally.counts, tally.suspect, tally.scores[0]) == (NpsCounts(1, 0, 2), 1, 2)


def test_a_form_without_a_score_is_in_no_denominator(wave: Wave, url: str, token: str) -> None:
    fill(wave, 4, 0, 1)
    assert Browser().post(url, {"stamp": old_stamp(token), "why": "без оценки"}).status_code == 422
    assert tallies([wave])[wave.pk].counts == NpsCounts(4, 0, 1)
    with pytest.raises(IntegrityError):
        Answer.objects.update(score=None)


def test_groups_are_counted_from_the_tally(wave: Wave, irina: Client) -> None:
    fill(wave, 3, 2, 1, branch=irina.branch)
    fill(wave, 1, 0, 0)
    assert group_counts([wave], "branch") == {wave.pk: {"На Садовой": NpsCounts(3, 2, 1), "": NpsCounts(1, 0, 0)}}
    Answer.objects.filter(branch=None).delete()
    assert group_counts([wave], "branch") == {wave.pk: {"На Садовой": NpsCounts(3, 2, 1)}}


def test_the_nightly_check_says_what_is_wrong_and_mends_it(wave: Wave, caplog: pytest.LogCaptureFixture) -> None:
    fill(wave, 3, 2, 1)
    assert check_tally() == []
    AnswerTally.objects.filter(score=10).update(n=5)
    AnswerTally.objects.filter(score=3).delete()
    assert check_tally() == [wave.pk]
    assert "counted anew" in caplog.text
    assert kept() == recount()
    assert Heartbeat.objects.get(name="tally").note == "counted anew: 1"


@pytest.mark.django_db(transaction=True)
def test_answers_corrected_crosswise_at_once_neither_deadlock_nor_get_lost(wave: Wave) -> None:
    fill(wave, 20, 0, 20)
    scores = {answer.pk: answer.score for answer in Answer.objects.all()}
    ups, downs = ([pk for pk, score in scores.items() if score == wanted] for wanted in (3, 10))
    errors: list[Exception] = []

    def correct(pks: list[int], one: int, two: int) -> None:
        try:
            for turn in range(6):
                Answer.objects.filter(pk__in=pks).update(score=one if turn % 2 else two)
                for pk in pks[:5]:
                    Answer.objects.filter(pk=pk).update(score=two if turn % 2 else one)
        except Exception as error:  # noqa: BLE001 - told to the test, which fails on any
            errors.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=correct, args=arguments) for arguments in ((ups[:10], 3, 10), (downs[:10], 10, 3), (ups[10:], 10, 3))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert kept() == recount()
    assert sum(kept().values()) == 40
