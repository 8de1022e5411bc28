"""The letter to a praised colleague: once, to an address of their own, and saying no more than the board would."""

import datetime as dt
import uuid

import pytest
from django.test import Client as Browser
from django.urls import reverse

from company.enums import Role
from company.models import Company, Employee, User
from mailing.enums import MessageState
from mailing.models import MailWave, Message
from mailing.rendering import rendered
from programme.enums import PraiseState, Way
from programme.models import Praise
from programme.services import praise as services
from programme.services.colleagues import choose_board, page_link

pytestmark = pytest.mark.usefixtures("company_clock")
NOW = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)
WORDS = "Нашла пуговицу, которую искали три дня"


@pytest.fixture
def ira(company: Company) -> Employee:
    """Somebody with an address."""
    return Employee.objects.create(name="Ирина Соколова", email="ira@example.org")


def said(about: Employee, author: Employee | None = None, *, way: Way = Way.LINK, key: uuid.UUID | None = None) -> Praise:
    speaker = services.Speaker(way, author, "" if author else "Тимур")
    return services.praise_colleague(about=about, speaker=speaker, said={"words": WORDS}, key=key or uuid.uuid4(), now=NOW)


def decide(praise: Praise, state: PraiseState, actor: User) -> bool:
    return services.decide_praise(praise=praise, state=state, actor=actor, now=NOW)


def colleague(name: str, **facts: object) -> Employee:
    return Employee.objects.create(name=name, **facts)


def test_a_colleague_gets_the_words_and_who_thanks_once(ira: Employee) -> None:
    key = uuid.uuid4()
    praise, again = said(ira, colleague("Олег Дунаев"), key=key), said(ira, colleague("Рома"), key=key)
    assert praise == again
    message = Message.objects.select_related("wave__letter").get()
    assert (message.to_address, message.wave.occurrence_key, message.wave.created_by) == ("ira@example.org", f"praise-{praise.pk}", None)
    assert message.context == {"greeting": "Здравствуйте, Ирина!", "author": "Олег Дунаев", "thanks": WORDS}
    assert (message.link["value"], message.wave.keeps_quiet_hours) == (page_link(ira).value, True)
    assert rendered(message, message.wave.letter)


@pytest.mark.parametrize("facts", [{"email": ""}, {"email": "ira@example.org"}, {"email": "w@example.org", "left_on": dt.date(2026, 1, 1)}])
def test_nobody_is_written_to_by_an_address_not_their_own(ira: Employee, facts: dict[str, object]) -> None:
    said(colleague("Вера", **facts))
    assert (Praise.objects.count(), MailWave.objects.count()) == (1, 0)


def test_what_waits_is_told_when_it_is_shown_and_never_again(ira: Employee, manager: User) -> None:
    code = services.open_praise_code(branch=None, actor=manager)
    speaker = services.Speaker(Way.CODE, None, "Тимур", code)
    praise = services.praise_colleague(about=ira, speaker=speaker, said={"words": WORDS}, key=uuid.uuid4(), now=NOW)
    assert MailWave.objects.count() == 0
    assert decide(praise, PraiseState.HIDDEN, manager)
    assert MailWave.objects.count() == 0
    assert [decide(praise, PraiseState.SHOWN, manager) for _press in range(2)] == [True, False]
    assert Message.objects.get().context["author"] == "Тимур"


def test_what_is_taken_off_before_it_left_is_not_sent_any_more(ira: Employee, manager: User) -> None:
    praise = said(ira)
    assert Message.objects.get().state == MessageState.QUEUED
    assert decide(praise, PraiseState.HIDDEN, manager)
    assert decide(praise, PraiseState.SHOWN, manager)
    assert Message.objects.get().state == MessageState.CANCELLED


def test_who_stays_off_the_board_is_not_named_in_the_letter(ira: Employee) -> None:
    shy = colleague("Застенчивая")
    choose_board(employee=shy, is_off=True)
    said(ira, shy)
    assert Message.objects.get().context["author"] == "коллега"


def test_words_only_the_colleague_sees_are_not_in_a_letter_managers_can_read(ira: Employee, as_manager: Browser) -> None:
    choose_board(employee=ira, is_off=True)
    said(ira, colleague("Олег"))
    page = as_manager.get(reverse("mailing:message_detail", args=[Message.objects.get().pk])).content.decode()
    assert ("Слова стоят на вашей странице" in page, WORDS in page) == (True, False)


def test_a_remark_sends_nothing(ira: Employee) -> None:
    User.objects.create_user("owner@example.org", "a long test password", name="Хозяйка", role=Role.OWNER)
    services.leave_remark(about=ira, words=WORDS, author_name="", key=uuid.uuid4(), now=NOW)
    assert MailWave.objects.count() == 0
