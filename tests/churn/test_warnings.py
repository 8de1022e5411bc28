"""Early warning: what came before leaving, proved without a look ahead, and who looks like that now."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from churn.enums import SignKind
from churn.formulas.warning import SignCounts, Verdict, month_ends
from churn.models import ClientWarning, WarningSign, WarningTalk
from churn.queries.warnings import WarningFilter, warned_clients, warning_report
from churn.services.warnings import count_warnings, note_warning_talk
from clients.models import Client, ClientMark, Incident
from company.models import User
from surveys.enums import AnswerChannel, CaseKind, CaseState
from surveys.models import Answer, Case, CaseEvent, Invitation, Promise, Questionnaire, Wave
from tests.churn.world import TODAY, ago, buy, make_client, make_leaver
from touchpoints.models import Action

pytestmark = pytest.mark.django_db
ZONE = "Europe/Moscow"
# Bought every month up to some day: patience is 90 days.
MONTHLY = tuple(range(10, 730, 30))


@pytest.fixture
def wave(company: Any) -> Wave:
    texts = {"score_question": "?", "low_label": "0", "high_label": "10", "why_question": "?", "ten_question": "?"}
    questionnaire = Questionnaire.objects.create(**texts, promoter_question="?")
    return Wave.objects.create(name="Опрос", questionnaire=questionnaire, public_token=uuid.uuid4().hex[:20], closes_at=moment(0))


def moment(days: int) -> dt.datetime:
    return dt.datetime.combine(ago(days), dt.time(9), dt.UTC)


def answer(wave: Wave, client: Client, score: int, days: int, **fields: Any) -> Answer:
    """Save an answer given so many days ago."""
    values = {"channel": AnswerChannel.EMAIL, "submission_key": uuid.uuid4(), "answered_at": moment(days)}
    return Answer.objects.create(wave=wave, client=client, score=score, **(values | fields))


def count() -> int:
    return count_warnings(today=TODAY, zone=ZONE)


def signs_of(client: Client) -> list[str]:
    row = ClientWarning.objects.filter(client=client).first()
    return row.signs if row else []


def test_month_ends_need_days_before_and_after() -> None:
    assert month_ends(dt.date(2026, 1, 20), dt.date(2026, 11, 22)) == [dt.date(2026, 4, 30)]
    assert month_ends(dt.date(2026, 3, 1), dt.date(2026, 11, 22)) == []
    ends = month_ends(dt.date(2015, 1, 1), dt.date(2026, 11, 22))
    assert (len(ends), ends[0], ends[-1]) == (24, dt.date(2024, 5, 31), dt.date(2026, 4, 30))
    assert month_ends(dt.date(2026, 1, 1), dt.date(2026, 10, 27))[-1] == dt.date(2026, 4, 30)


def test_sign_matters_only_above_chance_and_with_enough_people() -> None:
    assert SignCounts(100, 40, 1000, 150).verdict == Verdict.MATTERS
    assert SignCounts(100, 18, 1000, 150).verdict == Verdict.NOT_SHOWN
    assert SignCounts(100, 1, 1000, 150).verdict == Verdict.NOT_SHOWN
    assert SignCounts(19, 19, 1000, 150).verdict == Verdict.TOO_FEW
    assert SignCounts(0, 0, 0, 0).verdict == Verdict.TOO_FEW
    assert SignCounts(10, 5, 10, 0).ratio is None
    assert SignCounts(10, 5, 20, 5).ratio == 2


def test_history_shows_that_critics_leave(wave: Wave) -> None:
    for _ in range(30):
        gone = make_client("", *range(400, 730, 30))
        answer(wave, gone, 2, 410)
        make_client("", *MONTHLY)
    count()
    row = WarningSign.objects.get(kind=SignKind.CRITIC)
    assert (row.n_with, row.gone_with) == (30, 30)
    # Whoever is drawn later than 90 days after the answer shows the sign no more, though they leave.
    assert row.gone_without <= row.n_without / 2
    report = warning_report()
    assert SignKind.CRITIC in report.mattering
    assert report.cards[0].verdict == Verdict.MATTERS


def test_sign_known_only_afterwards_is_no_sign(company: Any) -> None:
    for _ in range(25):
        gone = make_client("", *range(400, 730, 30))
        # Told on the exit call, long after they had left.
        Incident.objects.create(client=gone, happened_on=ago(405), words="Нагрубили", request_key=uuid.uuid4())
    count()
    assert WarningSign.objects.get(kind=SignKind.COMPLAINT).n_with == 0


def test_client_counts_once_with_a_sign_however_often_shown(wave: Wave) -> None:
    client = make_client("", *MONTHLY)
    for days in (300, 400, 500, 600):
        answer(wave, client, 1, days)
    count()
    row = WarningSign.objects.get(kind=SignKind.CRITIC)
    assert row.n_with == 1
    assert row.n_without <= 1


def test_counting_again_changes_nothing(wave: Wave) -> None:
    client = make_client("", *MONTHLY)
    answer(wave, client, 1, 20)
    assert count() == count() == 1
    assert WarningSign.objects.count() == len(SignKind)


def test_too_short_a_history_proves_nothing_but_shows_signs(wave: Wave) -> None:
    client = make_client("", 10, 40)
    answer(wave, client, 1, 20)
    assert count() == 1
    assert not WarningSign.objects.exists()
    assert signs_of(client) == [SignKind.CRITIC]
    assert warning_report().mattering == []


def test_company_without_purchases_has_no_signs(company: Any) -> None:
    assert count() == 0
    assert warning_report().cards == []


def test_answers_show_four_signs(wave: Wave) -> None:
    later = Wave.objects.create(name="Второй", questionnaire=wave.questionnaire, public_token=uuid.uuid4().hex[:20], closes_at=moment(0))
    critic, neutral, fan, old = (make_client("", *MONTHLY) for _ in range(4))
    answer(wave, critic, 6, 10)
    answer(wave, neutral, 9, 60)
    answer(later, neutral, 8, 10)
    answer(wave, fan, 9, 10)
    answer(wave, old, 0, 91)
    count()
    assert signs_of(critic) == [SignKind.CRITIC]
    assert signs_of(neutral) == [SignKind.NEUTRAL, SignKind.SCORE_FELL]
    assert signs_of(fan) == signs_of(old) == []


def test_suspect_answers_are_no_signs(wave: Wave) -> None:
    client = make_client("", *MONTHLY)
    answer(wave, client, 0, 10, suspect_reason="too_fast")
    count()
    assert signs_of(client) == []


def invite(wave: Wave, client: Client, days: int, **fields: Any) -> None:
    Invitation.objects.create(wave=wave, client=client, token_hash=uuid.uuid4().bytes, due_at=moment(days), **fields)


def test_silence_after_an_invitation(wave: Wave) -> None:
    silent, answered, late, fresh, skipped = (make_client("", *MONTHLY) for _ in range(5))
    invite(wave, silent, 30)
    for client, days in ((answered, 25), (late, 5)):
        invite(wave, client, 30)
        answer(wave, client, 10, days)
    invite(wave, fresh, 13)
    invite(wave, skipped, 30, skip_reason="no_email")
    count()
    assert signs_of(silent) == signs_of(late) == [SignKind.SILENT]
    assert signs_of(answered) == signs_of(fresh) == signs_of(skipped) == []


def make_case(wave: Wave, client: Client, owner: User, due: int) -> Case:
    said = answer(wave, client, 10, due + 3)
    return Case.objects.create(kind=CaseKind.BY_HAND, client=client, answer=said, owner=owner, due_at=moment(due))


def test_case_that_waited_too_long(wave: Wave, manager: User) -> None:
    late, in_time, ahead = (make_client("", *MONTHLY) for _ in range(3))
    make_case(wave, late, manager, 10)
    CaseEvent.objects.create(case=make_case(wave, in_time, manager, 10), at=moment(11), state=CaseState.TALKED)
    make_case(wave, ahead, manager, -2)
    count()
    assert signs_of(late) == [SignKind.CASE_LATE]
    assert signs_of(in_time) == signs_of(ahead) == []


@pytest.mark.parametrize(("due", "signs"), [(5, ["promise_broken"]), (-5, []), (0, [])])
def test_promise_not_kept(due: int, signs: list[str], wave: Wave, manager: User) -> None:
    client = make_client("", *MONTHLY)
    action = Action.objects.create(title="Починить кассу", owner=manager, due_on=ago(due))
    promise = Promise.objects.create(action=action, wording="Касса заработает", subject="Готово", text="Готово")
    Promise.objects.update(created_at=moment(40))
    promise.asked_by.add(answer(wave, client, 10, 50))
    count()
    assert signs_of(client) == signs


def test_complaint_and_buying_less(company: Any) -> None:
    angry = make_client("", *MONTHLY)
    Incident.objects.create(client=angry, happened_on=ago(3), words="Нагрубили", request_key=uuid.uuid4())
    rarer = make_client("", 10, 170, *range(190, 360, 20))
    smaller = make_client("", *range(190, 360, 30), cents=100_000)
    for day in (20, 60, 100, 140):
        buy(smaller, day, cents=60_000)
    count()
    assert signs_of(angry) == [SignKind.COMPLAINT]
    assert signs_of(rarer) == [SignKind.RARER]
    assert signs_of(smaller) == [SignKind.SMALLER]


def test_who_left_already_is_not_warned_of(wave: Wave) -> None:
    gone, told = make_client("", *range(200, 400, 30)), make_client("", *MONTHLY)
    make_leaver(told, last_purchase_on=ago(10), left_on=ago(1))
    for client in (gone, told):
        answer(wave, client, 0, 10)
    assert count() == 0


def warned(client: Client, cents: int = 100, signs: list[str] | None = None) -> ClientWarning:
    return ClientWarning.objects.create(client=client, signs=signs or ["critic"], at_stake_cents=cents, made_on=TODAY)


def test_dearest_first_and_talked_to_last_for_a_month(manager: User) -> None:
    cheap, dear, other = (warned(make_client(), cents) for cents in (100, 900, 500))
    other.signs = ["silent"]
    other.save()
    wanted = WarningFilter([SignKind.CRITIC])
    assert list(warned_clients(wanted, TODAY)) == [dear, cheap]
    key = uuid.uuid4()
    for _ in range(2):
        note_warning_talk(client=dear.client, words="Вернём скидку", today=TODAY, request_key=key, actor=manager)
    assert WarningTalk.objects.count() == 1
    assert list(warned_clients(wanted, TODAY)) == [cheap]
    assert list(warned_clients(wanted, TODAY + dt.timedelta(30))) == [dear, cheap]
    assert list(warned_clients(WarningFilter([SignKind.CRITIC], with_talked=True), TODAY)) == [dear, cheap]
    assert list(warned_clients(WarningFilter([]), TODAY)) == []


@pytest.mark.parametrize("wrong", [{"signs": []}, {"signs": ["ugly"]}, {"at_stake_cents": -1}])
def test_database_refuses_impossible_warnings(wrong: dict[str, Any], company: Any) -> None:
    values: dict[str, Any] = {"client": make_client(), "signs": ["critic"], "at_stake_cents": 1, "made_on": TODAY}
    with pytest.raises(IntegrityError), transaction.atomic():
        ClientWarning.objects.create(**(values | wrong))


def test_database_refuses_more_leavers_with_a_sign_than_leavers(company: Any) -> None:
    counts = {"n_with": 1, "gone_with": 1, "n_without": 1, "gone_without": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        WarningSign.objects.create(made_on=TODAY, kind="critic", horizon_days=180, leavers=1, leavers_with=2, **counts)


@pytest.mark.parametrize("people", [1, 3])
def test_page_takes_as_many_queries_for_one_as_for_many(people: int, as_manager: Browser, django_assert_num_queries: Any) -> None:
    for _ in range(people):
        warned(make_client("", 10))
    url = reverse("churn:warning_list")
    as_manager.get(url, {"sign": "critic"})
    with django_assert_num_queries(12):
        assert as_manager.get(url, {"sign": "critic"}).context["page"].paginator.count == people


def test_page_counts_on_request_and_says_when_nothing_is_counted(as_manager: Browser, wave: Wave) -> None:
    answer(wave, make_client("Анна", *MONTHLY), 0, 10)
    url = reverse("churn:warning_list")
    assert as_manager.get(url).context["report"].made_on is None
    assert as_manager.post(reverse("churn:warning_count")).status_code == 302
    assert "Анна" in as_manager.get(url, {"sign": "critic"}).content.decode()
    assert as_manager.get(url, {"sign": "ugly", "branch": "x"}).status_code == 200
    assert as_manager.get(reverse("churn:warning_export"), {"sign": "critic"}).status_code == 200


def test_page_says_what_history_is_missing_and_where_to_load_it(as_manager: Browser) -> None:
    make_client("Анна", 10, 60)
    assert as_manager.post(reverse("churn:warning_count")).status_code == 302
    page = as_manager.get(reverse("churn:warning_list"))
    assert (page.context["report"].made_on, page.context["has_history"]) == (None, False)
    assert (page.context["known_days"], page.context["needed"]) == (50, 301)
    assert reverse("clients:import_create") in page.content.decode()


def test_talk_is_noted_once_and_nothing_without_words(as_manager: Browser) -> None:
    row = warned(make_client("Анна", 10))
    url, key = reverse("churn:warning_talk", args=[row.client_id]), str(uuid.uuid4())
    assert as_manager.post(url, {"words": " ", "request_key": key}).status_code == 422
    assert as_manager.post(url, {"words": "я" * 1001, "request_key": key}).status_code == 422
    assert not WarningTalk.objects.exists()
    for _ in range(2):
        assert as_manager.post(url, {"words": "Всё уладили", "request_key": key}).status_code == 302
    assert WarningTalk.objects.get().words == "Всё уладили"
    assert "Всё уладили" in as_manager.get(url).content.decode()


TYPED = {"kind": "rude", "degree": "2", "reason": "Бросил трубку с бранью"}


def test_caller_says_what_they_had_to_bear_and_nobody_else(as_staff: Browser, staff: User) -> None:
    own, others = make_leaver(caller=staff), make_leaver()
    assert as_staff.get(reverse("churn:leaver_mark", args=[own.pk])).status_code == 200
    assert as_staff.post(reverse("churn:leaver_mark", args=[others.pk]), TYPED).status_code == 404
    assert as_staff.post(reverse("churn:leaver_mark", args=[own.pk]), TYPED | {"reason": ""}).status_code == 422
    assert not ClientMark.objects.exists()
    assert as_staff.post(reverse("churn:leaver_mark", args=[own.pk]), TYPED).status_code == 302
    assert list(ClientMark.objects.values_list("client", "author")) == [(own.client_id, staff.pk)]


def test_without_a_proved_sign_the_page_says_so_and_offers_the_list_by_rhythm(as_manager: Browser, company: Any) -> None:
    url, client = reverse("churn:warning_list"), make_client("Сыроварня", *MONTHLY)
    WarningSign.objects.create(made_on=TODAY, kind=SignKind.RARER, horizon_days=180, n_with=30, gone_with=5, n_without=90, gone_without=15)
    ClientWarning.objects.create(client=client, signs=[SignKind.RARER], at_stake_cents=5, made_on=TODAY)
    text = as_manager.get(url).text
    assert ("?sign=rarer" in text, "1 Клиент покупает реже" in text, "Сыроварня" in text) == (True, True, False)
    text = as_manager.get(url, {"sign": "rarer"}).text
    assert ("Сыроварня" in text, "а не прогноз" in text) == (True, True)
    ClientWarning.objects.update(signs=[SignKind.SILENT])
    assert "вдвое реже прежнего никто" in as_manager.get(url).text
