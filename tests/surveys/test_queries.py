"""Numbers of waves."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from clients.models import Client, Segment
from company.models import User
from mailing.enums import MessageState
from mailing.models import Message
from surveys.enums import AnswerChannel, SuspectReason
from surveys.formulas.comparison import Standing, Verdict
from surveys.formulas.nps import NpsCounts
from surveys.models import Wave
from surveys.queries import answers_of, group_results, latest_result, trend, wave_result, wave_rows, wishes
from surveys.services import mark_opened
from tests.surveys.conftest import fill, make_answer, make_client, make_draft, start

pytestmark = pytest.mark.django_db


def test_a_wave_without_answers_has_no_score(wave: Wave) -> None:
    result = wave_result(wave)
    assert (result.estimate, result.bounds, result.counts, result.invited, result.answered) == (None, None, NpsCounts(), 1, 0)


def test_the_numbers_of_a_wave(owner: User, django_assert_num_queries: Any) -> None:
    for number in range(20):
        make_client(number)
    make_client(50, email="")
    wave = start(make_draft())
    invitations = list(wave.invitations.filter(skip_reason="").order_by("id"))
    letters = Message.objects.filter(external_key__in=[str(one.pk) for one in invitations[:18]])
    for state in (MessageState.CLAIMED, MessageState.SENDING, MessageState.SENT):
        letters.update(state=state, sent_at=timezone.now())
    for invitation in invitations[:12]:
        mark_opened(invitation=invitation)
    for invitation, score in zip(invitations, (10, 10, 9, 9, 8, 7, 6, 0), strict=False):
        make_answer(wave, score, invitation=invitation, client=invitation.client)
    make_answer(wave, 0, suspect_reason=SuspectReason.HONEYPOT)
    with django_assert_num_queries(5):
        result = wave_result(wave)
    assert (result.promoters, result.passives, result.detractors, result.suspect) == (4, 2, 2, 1)
    assert (result.audience, result.invited, result.sent, result.opened, result.answered) == (21, 20, 18, 12, 8)
    assert result.scores == (1, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2)
    assert result.estimate is not None
    assert (result.estimate.score, result.population) == (25.0, 20)
    assert result.bounds is not None
    assert (result.bounds.silent, result.bounds.low, result.bounds.high) == (12, -50.0, 70.0)


def test_public_answers_make_the_population_unknown(irina: Client, owner: User) -> None:
    wave = start(make_draft(has_public_link=True))
    fill(wave, 5, 0, 0)
    assert wave_result(wave).population == 1
    fill(wave, 0, 0, 5, channel=AnswerChannel.PUBLIC)
    result = wave_result(wave)
    assert (result.population, result.bounds) == (None, None)
    assert [(road.channel, road.counts.n) for road in result.channels] == [(AnswerChannel.EMAIL, 5), (AnswerChannel.PUBLIC, 5)]
    assert wave_rows([wave])[0].population is None


def test_the_newest_result_and_its_verdict(irina: Client, owner: User) -> None:
    today = timezone.localdate()
    assert latest_result(today) is None
    first = start(make_draft(name="Весна"), timezone.now() - dt.timedelta(days=120))
    fill(first, 30, 30, 40)
    only = latest_result(today)
    assert only is not None
    assert (only.wave, only.previous, only.change, only.verdict) == (first, None, None, Verdict.EARLY)
    second = start(make_draft(name="Лето"), timezone.now() - dt.timedelta(days=5))
    fill(second, 2, 0, 0)
    newest = latest_result(today)
    assert newest is not None
    assert newest.wave == first
    fill(second, 48, 30, 20)
    newest = latest_result(today)
    assert newest is not None
    assert (newest.wave, newest.verdict, round(newest.change or 0)) == (second, Verdict.GROWS, 40)
    assert latest_result(today - dt.timedelta(days=30)) == only


def test_a_changed_wording_is_marked_on_the_trend(irina: Client, owner: User) -> None:
    for number, locale in enumerate(("ru", "ru", "en")):
        wave = start(make_draft(name=locale, locale=locale), timezone.now() - dt.timedelta(days=300 - 100 * number))
        fill(wave, 5, 1, 1)
    assert [point.is_reworded for point in trend(until=timezone.now())] == [False, False, True]


def test_segments_are_compared_with_the_others(wave: Wave) -> None:
    private, firms = Segment.objects.create(name="Частные"), Segment.objects.create(name="Фирмы")
    fill(wave, 90, 5, 5, segment=private)
    fill(wave, 20, 20, 60, segment=firms)
    fill(wave, 1, 0, 0)
    found = [(group.name, group.counts.n, group.standing) for group in group_results(wave, "segment")]
    assert found == [("Частные", 100, Standing.ABOVE), ("Фирмы", 100, Standing.BELOW)]


def test_answers_of_a_client_leave_out_what_a_machine_sent(wave: Wave, irina: Client) -> None:
    trusted = make_answer(wave, 9, client=irina)
    make_answer(wave, 0, client=irina, suspect_reason=SuspectReason.TOO_FAST)
    assert list(answers_of(irina)) == [trusted]


def test_the_same_wish_in_other_letters_is_one_wish(wave: Wave) -> None:
    for score, ten in ((3, "Звоните заранее"), (7, "звоните заранее."), (8, "Парковка"), (9, "Парковка"), (5, "")):
        make_answer(wave, score, ten=ten)
    make_answer(wave, 0, ten="Парковка", suspect_reason=SuspectReason.HONEYPOT)
    found = [(wish.text.lower().rstrip("."), wish.count, wish.detractors, wish.passives) for wish in wishes(wave, 5)]
    assert found == [("звоните заранее", 2, 1, 1), ("парковка", 1, 0, 1)]
    assert len(wishes(wave, 1)) == 1
