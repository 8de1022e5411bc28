"""Numbers of waves."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from clients.models import Client, Segment
from company.models import User
from mailing.enums import MessageState
from mailing.models import Message
from surveys.enums import AnswerChannel, AnswerMode, SurveyAudience, SuspectReason
from surveys.formulas.comparison import Standing, Verdict
from surveys.formulas.nps import NpsCounts
from surveys.models import Contact, Theme, Wave
from surveys.queries import Cut, answers_of, drivers, group_results, latest_result, moves_between, trend, wave_result, wave_rows, wishes
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
    with django_assert_num_queries(3):
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
    assert [(way.mode, way.counts.n) for way in result.modes] == [(AnswerMode.LETTER, 5), (AnswerMode.OPEN, 5)]
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


def test_clients_who_answered_both_waves_decide(irina: Client, owner: User) -> None:
    people = [make_client(100 + number) for number in range(22)]
    first = start(make_draft(name="Весна"), timezone.now() - dt.timedelta(days=120))
    second = start(make_draft(name="Лето"), timezone.now() - dt.timedelta(days=5))
    for number, client in enumerate(people):
        make_answer(first, 3 if number < 12 else 8, client=client)
        make_answer(second, 0, client=client)  # answered twice: the newest stands
        make_answer(second, 10 if number < 12 else 8, client=client)
    make_answer(first, 9, client=irina, suspect_reason=SuspectReason.TOO_FAST)
    make_answer(second, 0, client=irina)
    make_answer(second, 0)
    assert moves_between(first, second).counts == {2: 12, 0: 10}
    newest = latest_result(timezone.localdate())
    assert newest is not None
    assert (newest.comparison.pairs, newest.verdict) == (22, Verdict.GROWS)


def test_partners_have_a_trend_of_their_own(irina: Client, owner: User) -> None:
    fill(start(make_draft(name="Клиенты"), timezone.now() - dt.timedelta(days=20)), 5, 0, 0)
    partners = start(make_draft(name="Партнёры"), timezone.now() - dt.timedelta(days=5))
    Wave.objects.filter(pk=partners.pk).update(audience=SurveyAudience.PARTNERS)
    fill(partners, 0, 0, 5)
    newest = latest_result(timezone.localdate())
    assert newest is not None
    assert newest.wave.name == "Клиенты"
    assert [point.wave for point in trend(until=timezone.now(), audience=SurveyAudience.PARTNERS)] == [partners]


def test_partners_who_answered_twice_are_matched(wave: Wave) -> None:
    second = start(make_draft(name="Вторая", rest_days=0))
    Wave.objects.update(audience=SurveyAudience.PARTNERS)
    partner = Contact.objects.create(kind=SurveyAudience.PARTNERS, name="ООО «Пуговица»")
    make_answer(wave, 9, contact=partner)
    make_answer(second, 6, contact=partner)
    second.refresh_from_db()
    assert moves_between(wave, second).counts == {-2: 1}


def test_phone_is_shown_apart_and_a_difference_beyond_chance_is_said(wave: Wave) -> None:
    fill(wave, 20, 20, 40)
    fill(wave, 1, 1, 0, channel=AnswerChannel.LINK)
    fill(wave, 30, 5, 0, channel=AnswerChannel.PHONE)
    fill(wave, 1, 0, 0, channel=AnswerChannel.IMPORT)
    found = [(way.mode, way.counts.n, way.differs) for way in wave_result(wave).modes]
    assert found == [(AnswerMode.LETTER, 82, False), (AnswerMode.PHONE, 35, True), (AnswerMode.IMPORT, 1, False)]
    assert wave_result(wave).modes[0].channels == ((AnswerChannel.EMAIL, 80), (AnswerChannel.LINK, 2))


def test_letters_that_came_back_were_not_delivered(wave: Wave, irina: Client) -> None:
    for state in (MessageState.CLAIMED, MessageState.SENDING, MessageState.SENT):
        Message.objects.update(state=state, sent_at=timezone.now())
    assert [step[:2] for step in wave_result(wave).funnel.steps][:2] == [("sent", 1), ("delivered", 1)]
    Message.objects.update(bounced_at=timezone.now())
    assert [step[:2] for step in wave_result(wave).funnel.steps][:2] == [("sent", 1), ("delivered", 0)]


def test_branches_add_up_to_the_score_and_to_its_change(irina: Client, owner: User) -> None:
    first = start(make_draft(name="Весна"), timezone.now() - dt.timedelta(days=120))
    second = start(make_draft(name="Лето"), timezone.now() - dt.timedelta(days=5))
    fill(first, 10, 5, 5, branch=irina.branch)
    fill(first, 5, 5, 10)
    fill(second, 20, 5, 5, branch=irina.branch, channel=AnswerChannel.PHONE)
    fill(second, 2, 2, 6)
    for cut in Cut:
        found = drivers(second, first, cut)
        assert sum(one.points for one in found) == pytest.approx(27.5)
        assert sum((one.mix or 0) + (one.effect or 0) for one in found) == pytest.approx(27.5)
    assert [one.name for one in drivers(second, first, Cut.BRANCH)] == ["На Садовой", ""]
    assert [one.name for one in drivers(second, None, Cut.MODE)] == ["phone", "letter"]


def test_an_answer_on_two_themes_is_half_in_each(wave: Wave) -> None:
    late, dear = (Theme.objects.create(name=name) for name in ("Сроки", "Цены"))
    make_answer(wave, 0).themes.set([late, dear])
    make_answer(wave, 9).themes.set([dear])
    make_answer(wave, 0, suspect_reason=SuspectReason.HONEYPOT).themes.set([late])
    fill(wave, 2, 0, 0)
    found = [(one.name, one.n, one.points) for one in drivers(wave, None, Cut.THEME)]
    assert found == [("", 2, 50), ("Цены", 1.5, 12.5), ("Сроки", 0.5, -12.5)]
