"""Word of mouth: what is measured stands apart from what is assumed."""

import datetime as dt
import uuid
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, ClientDay
from company.models import User
from metrics.formulas.ratios import Ratio
from metrics.formulas.talk import Bringing, Voices, assume, compare_yearly, word_of_one
from metrics.models import LtvVersion, TalkSettings
from metrics.queries.talk import Circle, Side, afterwards, bringing, circle, newcomers, talk_settings
from metrics.services import save_talk_settings
from surveys.enums import AnswerChannel, SuspectReason, WaveState
from surveys.models import Answer, Questionnaire, Wave
from tests.metrics.test_views import text_of
from tests.metrics.world import regular, write

pytestmark = pytest.mark.usefixtures("company", "company_clock")
URL = {name: reverse(f"metrics:{name}") for name in ("talk", "talk_save", "talk_people")}
GOOD = {"fan_tells": "5", "critic_tells": "10", "acts_percent": "2,5"}


def wave(questionnaire: Questionnaire | None = None) -> Wave:
    form = questionnaire or Questionnaire.objects.create()
    ended = timezone.now() - dt.timedelta(days=1)
    return Wave.objects.create(
        name="Осень",
        subject="?",
        questionnaire=form,
        public_token=uuid.uuid4().hex,
        state=WaveState.CLOSED,
        starts_at=ended - dt.timedelta(days=20),
        closes_at=ended,
        closed_at=ended,
    )


def say(of: Wave, client: Client, score: int, *, days_ago: int = 5, **fields: Any) -> Answer:
    at = timezone.now() - dt.timedelta(days=days_ago)
    key = uuid.uuid4()
    return Answer.objects.create(
        wave=of, client=client, score=score, channel=AnswerChannel.EMAIL, submission_key=key, answered_at=at, **fields
    )


def people(count: int, prefix: str = "c", first: dt.date | None = None) -> list[Client]:
    first = first or timezone.localdate() - dt.timedelta(days=300)
    return write(regular(count, first=first, every=20, times=3, cents=100_00, prefix=prefix))


def test_voices_are_carried_over_to_active_clients() -> None:
    fans = Voices(hits=30, answered=100, active=2000, tells=5)
    assert (fans.people, fans.hear) == (600, 3000)
    assert fans.interval == (438, 792)  # Wilson for 30 of 100: 21.9 % to 39.6 %
    assert fans.hear_interval == (438 * 5, 792 * 5)
    assert not fans.is_few
    assert Voices(0, 0, 2000, 5).people == 0


def test_assumed_money_is_exact() -> None:
    assumed = assume(Voices(hits=30, answered=100, active=2000, tells=5), Fraction(5, 2), 4_860_000)
    assert (assumed.clients, assumed.cents) == (75, 75 * 4_860_000)
    assert assumed.low == 438 * 5 * 4_860_000 // 40
    assert word_of_one(10, Fraction(5, 2), 4_860_000) == 1_215_000


def test_share_who_brought_somebody_has_an_interval() -> None:
    found = Bringing(asked=40, brought=10, newcomers=12, cents=5)
    assert found.share == 0.25
    assert found.interval == pytest.approx((0.1419, 0.4019), abs=0.0005)
    assert (Bringing().share, Bringing().is_few, found.is_few) == (None, True, False)


def test_money_a_year_is_compared_over_clients() -> None:
    one, other = Ratio(40, 400, 40, 4400, 400, 40), Ratio(40, 320, 40, 2960, 320, 40)
    found = compare_yearly(one, other)
    assert found is not None
    assert found.difference == 2
    assert found.high - found.difference == pytest.approx(1.959964 * (2 * (400 / 39) / 40) ** 0.5)
    assert compare_yearly(Ratio(0, 0, 0, 0, 0, 0), other) is None


def test_who_brought_somebody_is_counted_by_the_newest_answer(db: None) -> None:
    fan, critic, other = people(3)
    asked = wave()
    say(asked, fan, 3, days_ago=9)
    say(wave(asked.questionnaire), fan, 10)
    say(asked, critic, 2)
    say(asked, other, 9, suspect_reason=SuspectReason.values[0])
    for client in people(2, "new"):
        Client.objects.filter(pk=client.pk).update(referred_by=fan)
    Client.objects.create(name="Ещё не покупал", referred_by=critic)
    found = bringing(today=timezone.localdate())
    assert found[Side.FAN] == Bringing(1, 1, 2, 2 * 300_00)
    assert found[Side.CRITIC] == Bringing(1, 0, 0, 0)
    assert found[Side.NEUTRAL] == Bringing()


def test_those_who_were_sent_stand_beside_all_others(db: None) -> None:
    old = people(2, "old", timezone.localdate() - dt.timedelta(days=900))
    new = people(3, "new")
    Client.objects.filter(pk__in=[each.pk for each in new[:2]]).update(referred_by=old[0])
    sent, others = newcomers(today=timezone.localdate())
    assert (sent.yearly.n, sent.new, sent.new_cents) == (2, 2, 2 * 300_00)
    assert (others.yearly.n, others.new, others.new_cents) == (3, 1, 300_00)
    assert sent.yearly.value == pytest.approx(300_00 / ((40 + 90) / 365.25))


def test_nobody_was_sent_yet(db: None) -> None:
    sent, others = newcomers(today=timezone.localdate())
    assert (sent.yearly.n, others.yearly.n) == (0, 0)
    assert sent.yearly.value is None


def test_money_after_the_answer_is_of_half_a_year_only(db: None) -> None:
    today = timezone.localdate()
    asked = wave()
    for number, client in enumerate(people(4)):
        say(asked, client, 8 if number < 2 else 4, days_ago=200)
        spent = 1000_00 if number < 2 else 200_00
        rows = {201: 7_00, 150: spent + number, 15: 9_00}
        ClientDay.objects.bulk_create(
            ClientDay(client=client, day=today - dt.timedelta(days=ago), n=1, cents=cents) for ago, cents in rows.items()
        )
    (fresh,) = people(1, "fresh")
    say(asked, fresh, 2, days_ago=100)
    found = afterwards(today=today)
    assert (found.neutrals.n, found.neutrals.mean) == (2, 1000_00.5)
    assert (found.critics.n, found.critics.mean) == (2, 200_02.5)
    assert found.difference is not None
    assert (found.difference.difference, found.difference.is_small) == (800_00 - 2, True)


def test_every_figure_opens_its_clients(db: None) -> None:
    fan, silent, critic = people(3)
    (new,) = people(1, "new")
    asked = wave()
    for client, score in ((fan, 10), (silent, 9), (critic, 0)):
        say(asked, client, score)
    Client.objects.filter(pk=new.pk).update(referred_by=fan)
    found = {which: [client.pk for client in circle(which, today=timezone.localdate())] for which in Circle}
    assert found == {
        Circle.SILENT_FANS: [silent.pk],
        Circle.BROUGHT: [fan.pk],
        Circle.SENT: [new.pk],
        Circle.CRITICS: [critic.pk],
    }


def test_a_list_of_clients_takes_three_queries_however_long(db: None, django_assert_num_queries: Any) -> None:
    asked = wave()
    for count in (1, 3):
        for client in people(count, f"c{count}-"):
            say(asked, client, 10)
        with django_assert_num_queries(3):
            assert len([(client.sum.cents, client.branch) for client in circle(Circle.SILENT_FANS, today=timezone.localdate())]) in {1, 4}


def test_usual_numbers_hold_until_changed(db: None) -> None:
    settings = talk_settings()
    assert (settings.fan_tells, settings.critic_tells, settings.acts_percent) == (5, 10, None)
    assert TalkSettings.objects.count() == 0


def test_own_numbers_are_kept_in_one_row(owner: User) -> None:
    for percent in (Fraction(1, 3), None):
        save_talk_settings(fan_tells=4, critic_tells=9, acts_percent=percent, actor=owner)
        assert talk_settings().acts_percent == (Decimal("0.33") if percent else None)
    assert TalkSettings.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"id": 2}, {"fan_tells": 101}, {"acts_percent": 101}, {"acts_percent": -1}])
def test_the_database_refuses_senseless_numbers(db: None, wrong: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TalkSettings.objects.create(**wrong)


def test_page_opens_before_anything_is_known(as_manager: Browser) -> None:
    page = as_manager.get(URL["talk"])
    assert page.status_code == 200
    assert page.context["word"] is None
    assert TalkSettings.objects.count() == 0


@pytest.mark.parametrize("language", ["ru", "en"])
def test_page_keeps_the_assumption_apart(as_manager: Browser, owner: User, language: str) -> None:
    asked = wave()
    for client, score in zip(people(10, first=timezone.localdate() - dt.timedelta(days=60)), [10] * 6 + [7] * 2 + [1] * 2, strict=True):
        say(asked, client, score)
    LtvVersion.objects.create(purchases_per_year="1", average_check="1000", years="1", revenue_cents=100_000, created_by=owner)
    word = as_manager.get(URL["talk"]).context["word"]
    assert (word.fans.hits, word.critics.hits, word.gain) == (6, 2, None)
    assert as_manager.post(URL["talk_save"], GOOD).status_code == 302
    response = as_manager.get(URL["talk"], headers={"Accept-Language": language})
    word = response.context["word"]
    assert word.gain.cents == word.fans.hear * 2_500
    assert response.context["sent_worth"] == 0
    page = response.content.decode()
    assert 'value="2.5"' in page
    assert page.count('class="btn btn-beam') == 1
    assert f'lang="{language}"' in page


@pytest.mark.parametrize(
    "wrong", [{"fan_tells": "-1"}, {"critic_tells": "101"}, {"acts_percent": "101"}, {"acts_percent": "много"}, {"fan_tells": ""}]
)
def test_wrong_numbers_come_back_as_typed(as_manager: Browser, wrong: dict[str, str]) -> None:
    response = as_manager.post(URL["talk_save"], GOOD | wrong)
    assert response.status_code == 422
    assert all(f'value="{value}"' in response.content.decode() for value in wrong.values() if value)
    assert TalkSettings.objects.count() == 0


def test_an_unknown_list_opens_the_first(as_manager: Browser) -> None:
    response = as_manager.get(URL["talk_people"], {"of": "everybody"})
    assert response.context["which"] == Circle.SILENT_FANS
    assert "Пока никого" in text_of(response)
