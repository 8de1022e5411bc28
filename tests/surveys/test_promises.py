"""Promises: made from answers, told about once, and what they changed."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clients.models import Client, ClientSum
from common.tokens import token_hash
from company.models import User
from mailing.enums import MessageState
from mailing.models import Message
from mailing.rendering import rendered
from mailing.services import suppress
from surveys.enums import AnswerChannel, SuspectReason
from surveys.links import second_link
from surveys.models import Answer, Promise, SecondScore, Wave
from surveys.queries import asked_for, askers, asking_the_same, movement, promise_counts, promise_rows
from surveys.services import PromisePlan, PromiseWords, add_askers, change_promise, create_promise, remove_asker, tell_kept_promises
from surveys.stamps import new_stamp
from tests.surveys.conftest import make_answer, make_client
from touchpoints.enums import ActionState
from touchpoints.models import Action, Touchpoint
from touchpoints.services import drop_action, finish_action

pytestmark = pytest.mark.django_db

WORDS = PromiseWords("Касса в субботу", "Вы просили — сделано", "{greeting} Вы писали: «{words}». Сделали: {promise}. {url}", "ru")


def now() -> dt.datetime:
    return timezone.now()


def promise_of(actor: User, *answers: Answer, due_on: dt.date | None = None) -> Promise:
    """Promise something to those who gave the answers."""
    plan = PromisePlan(actor, due_on or timezone.localdate() + dt.timedelta(days=5))
    return create_promise(words=WORDS, plan=plan, answers=answers, actor=actor, request_key=uuid.uuid4())


def keep(promise: Promise, actor: User) -> None:
    """Do what was promised."""
    finish_action(action=promise.action, evidence="Вывеска висит", actor=actor)


def worth(client: Client, cents: int) -> None:
    """Let the Client have bought for so much."""
    day = timezone.localdate()
    ClientSum.objects.create(client=client, first_day=day, last_day=day, n_days=1, n_purchases=1, cents=cents, first_cents=cents)


@pytest.fixture
def wish(wave: Wave, irina: Client, manager: User) -> Answer:
    """What Irina asks for."""
    return make_answer(wave, 6, client=irina, ten="Вторую кассу в субботу")


@pytest.fixture
def promise(wish: Answer, manager: User) -> Promise:
    """The promise made to her."""
    return promise_of(manager, wish)


def form(**changes: Any) -> dict[str, Any]:
    """Return a filled-in form."""
    return {
        "wording": "Касса в субботу",
        "locale": "ru",
        "subject": "Вы просили — сделано",
        "text": "{greeting} {promise} {url}",
        "due_on": (timezone.localdate() + dt.timedelta(days=9)).isoformat(),
        "cost": "12 500",
        "key": str(uuid.uuid4()),
        **changes,
    }


def test_a_promise_is_an_action_with_those_who_asked(as_manager: Browser, manager: User, wish: Answer) -> None:
    point = Touchpoint.objects.create(name="Касса", kind="service")
    url = reverse("surveys:promise_create")
    page = as_manager.get(f"{url}?answers={wish.pk},x,")
    assert page.context["form"]["wording"].value() == "Вторую кассу в субботу"
    assert page.context["form"]["subject"].value() == "Вы просили, мы сделали"
    sent = form(owner=manager.pk, answers=[wish.pk], touchpoints=[point.pk])
    assert as_manager.post(url, sent).status_code == as_manager.post(url, sent).status_code == 302
    promise, action = Promise.objects.get(), Action.objects.get()
    assert (promise.action, action.title, action.owner, action.cost_cents) == (action, "Касса в субботу", manager, 12_500_00)
    assert list(action.touchpoints.all()) == [point]
    assert list(promise.asked_by.all()) == [wish]
    assert as_manager.get(reverse("surveys:promise_detail", args=[promise.pk])).status_code == 200


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("wording", ""),
        ("due_on", "2020-01-01"),
        ("text", "{nmae}"),
        ("subject", "{"),
        ("cost", "много"),
        ("owner", "999999"),
        ("locale", "xx"),
    ],
)
def test_a_wrong_form_comes_back_as_typed(as_manager: Browser, manager: User, wish: Answer, field: str, typed: str) -> None:
    sent = form(owner=manager.pk, answers=[wish.pk]) | {field: typed}
    response = as_manager.post(reverse("surveys:promise_create"), sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Promise.objects.exists()
    assert not Action.objects.exists()


def test_the_same_wish_is_found_whatever_its_case(wave: Wave, irina: Client, wish: Answer, as_manager: Browser) -> None:
    same = make_answer(wave, 7, ten="вторую кассу в субботу!")
    make_answer(wave, 7, ten="Чай")
    make_answer(wave, 7, ten="Вторую кассу в субботу", suspect_reason=SuspectReason.TOO_FAST)
    assert set(asking_the_same(wish)) == {wish, same}
    page = as_manager.get(reverse("surveys:promise_create") + f"?wish={wish.pk}")
    assert set(page.context["answers"]) == {wish, same}


def test_nobody_hears_before_it_is_done(promise: Promise) -> None:
    assert tell_kept_promises(now=now()) == 0
    assert not Message.objects.filter(wave__kind="promise_kept").exists()


def test_dropped_promises_are_not_told(promise: Promise, manager: User) -> None:
    drop_action(action=promise.action, reason="Дорого", actor=manager)
    assert tell_kept_promises(now=now()) == 0


def test_exactly_those_who_asked_hear_once(promise: Promise, wish: Answer, irina: Client, wave: Wave, manager: User) -> None:
    other = make_client(2)
    make_answer(wave, 2, client=other, ten="Чай")
    keep(promise, manager)
    assert tell_kept_promises(now=now()) == 1
    assert tell_kept_promises(now=now()) == 0
    message = Message.objects.get(wave__kind="promise_kept")
    assert (message.to_address, message.state) == (irina.email, MessageState.QUEUED)
    link = second_link(f"promise-{promise.pk}", wish.pk)
    letter = rendered(message, message.wave.letter).decode()
    second = SecondScore.objects.get()
    assert bytes(second.token_hash) == token_hash(link.token)
    assert (second.promise, second.answer, second.score) == (promise, wish, None)
    assert link.token not in str(list(Message.objects.values())) + str(list(SecondScore.objects.values()))
    assert letter
    promise.refresh_from_db()
    assert promise.told_at is not None


def test_the_letter_says_their_own_words(promise: Promise, manager: User) -> None:
    keep(promise, manager)
    tell_kept_promises(now=now())
    message = Message.objects.get(wave__kind="promise_kept")
    assert (message.context["words"], message.context["promise"]) == ("Вторую кассу в субботу", "Касса в субботу")
    assert message.context["greeting"] == "Здравствуйте, Ирина!"
    assert message.wave.letter.subject == "Вы просили — сделано"
    assert "{words}" in message.wave.letter.text
    assert message.wave.keeps_quiet_hours


def test_one_added_late_hears_too(promise: Promise, wave: Wave, manager: User) -> None:
    keep(promise, manager)
    tell_kept_promises(now=now())
    late = make_answer(wave, 3, client=make_client(2), ten="Касса")
    add_askers(promise=promise, answers=[late], actor=manager)
    assert tell_kept_promises(now=now()) == 1
    assert tell_kept_promises(now=now()) == 0
    assert Message.objects.filter(wave__kind="promise_kept").count() == SecondScore.objects.count() == 2


def test_one_person_with_two_answers_hears_once(promise: Promise, wave: Wave, irina: Client, manager: User) -> None:
    again = make_answer(wave, 5, client=irina, ten="Ну где же касса", channel=AnswerChannel.PHONE)
    add_askers(promise=promise, answers=[again], actor=manager)
    keep(promise, manager)
    assert tell_kept_promises(now=now()) == 1
    assert tell_kept_promises(now=now()) == 0
    assert [one.answer for one in askers(promise)] == [SecondScore.objects.get().answer] == [again]


def test_who_cannot_be_written_to_is_called(promise: Promise, wave: Wave, irina: Client, manager: User) -> None:
    silent = make_client(2, email="", phone="+79035550002")
    closed = make_client(3, phone="+79035550003")
    free = make_client(4, phone="+79035550004", do_not_mail=True, do_not_call=True)
    suppress(address=closed.email, reason="unsubscribed", source="test")
    add_askers(promise=promise, answers=[make_answer(wave, 4, client=one) for one in (silent, closed, free)], actor=manager)
    add_askers(promise=promise, answers=[make_answer(wave, 4, channel=AnswerChannel.PUBLIC)], actor=manager)
    keep(promise, manager)
    assert tell_kept_promises(now=now()) == 1
    assert {str(one.person.phone) for one in askers(promise) if one.must_be_called and one.person} == {silent.phone, closed.phone}


@pytest.mark.django_db(transaction=True)
def test_ten_workers_tell_once(promise: Promise, manager: User) -> None:
    keep(promise, manager)

    def work(_number: int) -> int:
        try:
            return tell_kept_promises(now=now())
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(work, range(10))) == 1
    assert Message.objects.filter(wave__kind="promise_kept").count() == SecondScore.objects.count() == 1


def test_words_change_until_the_letters_leave(promise: Promise, manager: User, as_manager: Browser) -> None:
    url = reverse("surveys:promise_edit", args=[promise.pk])
    assert as_manager.get(url).status_code == 200
    assert as_manager.post(url, form(text="{whatever}")).status_code == 422
    assert as_manager.post(url, form(text="{greeting} {stray")).status_code == 422
    assert as_manager.post(url, form(text="{{name}}")).status_code == 422
    as_manager.post(url, form(wording="Две кассы"))
    promise.refresh_from_db()
    assert promise.wording == "Две кассы"
    keep(promise, manager)
    tell_kept_promises(now=now())
    assert not change_promise(promise=promise, words=WORDS, actor=manager)
    as_manager.post(url, form(wording="Три кассы"))
    promise.refresh_from_db()
    assert promise.wording == "Две кассы"


def test_who_was_told_stays(promise: Promise, wish: Answer, wave: Wave, manager: User, as_manager: Browser) -> None:
    other = make_answer(wave, 3, client=make_client(2), ten="Касса")
    as_manager.post(reverse("surveys:asker_add", args=[promise.pk]), {"answers": [other.pk, "x"]})
    assert set(promise.asked_by.all()) == {wish, other}
    as_manager.post(reverse("surveys:asker_remove", args=[promise.pk, other.pk]))
    assert set(promise.asked_by.all()) == {wish}
    keep(promise, manager)
    tell_kept_promises(now=now())
    assert not remove_asker(promise=promise, answer=wish, actor=manager)
    as_manager.post(reverse("surveys:asker_remove", args=[promise.pk, wish.pk]))
    assert set(promise.asked_by.all()) == {wish}


def test_those_who_ask_for_the_same_are_found(promise: Promise, wish: Answer, wave: Wave, as_manager: Browser) -> None:
    other = make_answer(wave, 3, client=make_client(2), ten="Касса нужна")
    page = as_manager.get(reverse("surveys:promise_detail", args=[promise.pk]) + "?q=касса")
    assert list(page.context["found"]) == [other]


def test_money_counts_each_client_once(promise: Promise, wave: Wave, irina: Client, manager: User) -> None:
    worth(irina, 1000)
    other = make_client(2)
    worth(other, 500)
    more = [make_answer(wave, 3, client=irina, channel=AnswerChannel.PHONE), make_answer(wave, 3, client=other), make_answer(wave, 3)]
    add_askers(promise=promise, answers=more, actor=manager)
    asked = asked_for([promise])[promise.pk]
    assert (asked.people, asked.cents) == (3, 1500)
    assert [one.cents for one in askers(promise)] == [1000, 500, None]


def test_kept_promises_in_percent(wish: Answer, manager: User) -> None:
    today = timezone.localdate()
    yesterday, tomorrow = today - dt.timedelta(days=1), today + dt.timedelta(days=1)
    days = (tomorrow, yesterday, tomorrow, yesterday, yesterday)
    in_time, late, waiting, broken, dropped = [promise_of(manager, wish, due_on=day) for day in days]
    keep(in_time, manager)
    keep(late, manager)
    drop_action(action=dropped.action, reason="Дорого", actor=manager)
    counts = promise_counts(today)
    assert (counts.open, counts.overdue, counts.done, counts.dropped) == (2, 1, 2, 1)
    assert (counts.due, counts.kept, counts.kept_share) == (4, 1, 0.25)
    assert {waiting.action.state, broken.action.state} == {ActionState.OPEN}


def test_without_promises_there_is_no_share(company: object) -> None:
    assert promise_counts(timezone.localdate()).kept_share is None


def test_movement_leaves_machines_out(promise: Promise, wave: Wave) -> None:
    rows = [(3, 9, ""), (6, 8, ""), (5, 10, SuspectReason.TOO_FAST), (4, None, "")]
    for number, (before, after, reason) in enumerate(rows):
        SecondScore.objects.create(
            answer=make_answer(wave, before),
            promise=promise,
            token_hash=token_hash(str(number)),
            score=after,
            answered_at=now() if after is not None else None,
            suspect_reason=reason,
        )
    found = movement(promise)
    assert found is not None
    assert (found.n, found.before, found.after, found.change) == (2, 4.5, 8.5, None)
    assert movement() == found


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_fixed_number_of_questions(
    as_manager: Browser, manager: User, wish: Answer, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(count):
        promise_of(manager, wish)
    with django_assert_num_queries(9):
        as_manager.get(reverse("surveys:promise_list"))


@pytest.mark.parametrize("state", ["open", "overdue", "done", "dropped", "all", "lost"])
def test_every_list_opens(as_manager: Browser, promise: Promise, state: str) -> None:
    rows = as_manager.get(reverse("surveys:promise_list") + f"?state={state}").context["rows"]
    assert [row[0] for row in rows] == ([promise] if state in {"open", "all", "lost"} else [])


@pytest.fixture
def second(promise: Promise, manager: User) -> SecondScore:
    """A second score asked for."""
    keep(promise, manager)
    tell_kept_promises(now=now())
    return SecondScore.objects.get()


@pytest.fixture
def again(promise: Promise, wish: Answer, second: SecondScore) -> str:
    """The address of its page."""
    return reverse("surveys:second_score", args=[second_link(f"promise-{promise.pk}", wish.pk).token])


def posted(url: str, seconds: int = 30, **changes: Any) -> dict[str, Any]:
    """Return what a person sends."""
    stamp = new_stamp(url.rstrip("/").rpartition("/")[2], now() - dt.timedelta(seconds=seconds))
    return {"stamp": stamp, "score": "9", "comment": "Стало лучше", **changes}


def test_looking_changes_nothing(client: Browser, again: str, second: SecondScore) -> None:
    before = SecondScore.objects.values().get()
    assert "Касса в субботу" in client.get(again + "?score=10").content.decode()
    client.head(again)
    client.get(again + "thanks/")
    assert SecondScore.objects.values().get() == before


def test_a_second_score_is_given_and_corrected(client: Browser, again: str, second: SecondScore) -> None:
    response = client.post(again, posted(again))
    assert response["Location"] == again + "thanks/"
    assert client.get(again + "thanks/").status_code == 200
    second.refresh_from_db()
    assert (second.score, second.comment, second.suspect_reason) == (9, "Стало лучше", "")
    client.post(again, posted(again, score="4", comment=""))
    second.refresh_from_db()
    assert (second.score, second.comment) == (4, "")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"seconds": 0}, "too_fast"), ({"website": "x"}, "honeypot"), ({"stamp": ""}, "no_page"), ({"stamp": "forged"}, "no_page")],
)
def test_machines_are_marked_and_never_overrule(
    client: Browser, as_manager: Browser, again: str, second: SecondScore, *, changes: dict[str, Any], reason: str
) -> None:
    page = reverse("surveys:promise_detail", args=[second.promise_id])
    client.post(again, posted(again, **changes))
    second.refresh_from_db()
    assert second.suspect_reason == reason
    assert (movement(), promise_rows("", timezone.localdate()).get().answered) == (None, 0)
    assert "Под сомнением" in as_manager.get(page).content.decode()
    client.post(again, posted(again, score="8"))
    second.refresh_from_db()
    assert (second.score, second.suspect_reason) == (8, "")
    assert promise_rows("", timezone.localdate()).get().answered == 1
    assert "Под сомнением" not in as_manager.get(page).content.decode()
    assert client.post(again, posted(again, score="1", **changes)).status_code == 422
    second.refresh_from_db()
    assert second.score == 8


@pytest.mark.parametrize("score", ["", "11", "-1", "x"])
def test_a_wrong_score_is_refused(client: Browser, again: str, second: SecondScore, score: str) -> None:
    response = client.post(again, posted(again, score=score, comment="Мои слова"))
    assert response.status_code == 422
    assert "Мои слова" in response.content.decode()
    second.refresh_from_db()
    assert second.score is None


def test_the_question_closes(client: Browser, again: str, second: SecondScore) -> None:
    SecondScore.objects.update(asked_at=now() - dt.timedelta(days=61))
    assert client.get(again).status_code == 410
    assert client.post(again, posted(again)).status_code == 410
    second.refresh_from_db()
    assert second.score is None


def test_unknown_links_are_missing(client: Browser, company: object) -> None:
    for name in ("surveys:second_score", "surveys:second_thanks"):
        assert client.get(reverse(name, args=["x"])).status_code == 404


def test_the_page_needs_no_cookie_and_no_referrer(client: Browser, again: str) -> None:
    response = client.get(again)
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies


def test_the_clients_card_shows_cases_and_promises(promise: Promise, irina: Client, as_manager: Browser) -> None:
    page = as_manager.get(reverse("surveys:client_panel", args=[irina.pk])).content.decode()
    assert "Касса в субботу" in page
