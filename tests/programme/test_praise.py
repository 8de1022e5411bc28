"""Praise, the month's board, remarks: said in twenty seconds, shown to whom it is meant for and to nobody else."""

import datetime as dt
import io
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from company.enums import Role
from company.models import Branch, Company, Employee, User
from programme.enums import PraiseState, Way
from programme.models import MonthPick, Praise, PraiseCode, Remark
from programme.queries.praise import praise_board, praises_for, remark_readers, remarks_for
from programme.services import praise as services
from programme.services.colleagues import choose_board, page_link
from tests.conftest import signed_in
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.usefixtures("company_clock")
NOW = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)
MARCH = dt.date(2026, 3, 1)
WORDS = "Нашла пуговицу, которую искали три дня"


def url(view: str, *args: object) -> str:
    return reverse(f"programme:{view}", args=args)


def person(name: str, **facts: object) -> Employee:
    return Employee.objects.create(name=name, **facts)


def said(about: Employee, author: Employee | None = None, *, now: dt.datetime = NOW, way: Way = Way.LOGIN, words: str = WORDS) -> Praise:
    speaker = services.Speaker(way, author)
    return services.praise_colleague(about=about, speaker=speaker, said={"words": words}, key=uuid.uuid4(), now=now)


def user(email: str, role: Role, **facts: object) -> User:
    return User.objects.create_user(f"{email}@example.org", "a long test password", name=email, role=role, **facts)


@pytest.fixture
def ira(company: Company) -> Employee:
    """Somebody to thank."""
    return person("Ира")


def test_staff_thank_a_colleague_in_one_form_sent_once(as_staff: Browser, staff: User, ira: Employee) -> None:
    me, point = person("Марина", user=staff), Touchpoint.objects.create(name="Касса", kind="service")
    form = as_staff.get(url("praise")).context["form"]
    assert list(form.fields["about"].queryset) == [ira]
    typed = {"key": uuid.uuid4(), "about": ira.pk, "words": WORDS, "client_words": "Вы искали?", "touchpoint": point.pk}
    for _time in range(2):
        assert as_staff.post(url("praise"), typed).status_code == 302
    found = [(row.about, row.author, row.author_name, row.way, row.state, row.client_words, row.touchpoint) for row in Praise.objects.all()]
    assert found == [(ira, me, "Марина", Way.LOGIN, PraiseState.SHOWN, "Вы искали?", point)]


@pytest.mark.parametrize("wrong", [{"words": ""}, {"words": "я" * 601}, {"about": 10**9}, {"about": ""}, {"touchpoint": "x"}, {"key": "x"}])
def test_what_cannot_be_saved_comes_back_as_typed(as_staff: Browser, ira: Employee, wrong: dict[str, object]) -> None:
    typed = {"key": str(uuid.uuid4()), "about": ira.pk, "words": WORDS} | wrong
    page = as_staff.post(url("praise"), typed)
    assert (page.status_code, page.context["form"]["words"].value(), Praise.objects.count()) == (422, typed["words"], 0)


def test_nobody_thanks_oneself_or_somebody_who_left(as_staff: Browser, staff: User, ira: Employee) -> None:
    me, gone = person("Марина", user=staff), person("Ушёл", left_on=dt.date(2020, 1, 1))
    for about in (me, gone):
        assert as_staff.post(url("praise"), {"key": uuid.uuid4(), "about": about.pk, "words": WORDS}).status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        said(me, me)
    assert Praise.objects.count() == 0


def test_the_database_refuses_impossible_praise(ira: Employee) -> None:
    good: dict[str, Any] = {"about": ira, "way": "login", "words": "а", "state": "shown"}
    wrong: Mapping[str, Any]
    for wrong in ({"words": ""}, {"way": "paper"}, {"state": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Praise.objects.create(request_key=uuid.uuid4(), **good | dict(wrong))
    for wrong in ({"month": dt.date(2026, 3, 2), "why": "а"}, {"month": MARCH, "why": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MonthPick.objects.create(employee=ira, **wrong)
    for wrong in ({"words": ""}, {"words": "а", "outcome": "б"}, {"words": "а", "settled_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Remark.objects.create(about=ira, request_key=uuid.uuid4(), **wrong)
    for _time in range(2):
        services.open_praise_code(branch=None, actor=None)  # type: ignore[arg-type]  # nobody in particular
    assert (Praise.objects.count(), MonthPick.objects.count(), Remark.objects.count(), PraiseCode.objects.count()) == (0, 0, 0, 1)


def test_too_much_at_once_is_refused(ira: Employee) -> None:
    author = person("Олег")
    for _number in range(services.MOST_BY_PERSON):
        said(ira, author)
    with pytest.raises(services.TooManyError):
        said(ira, author)
    said(ira, author, now=NOW + services.FLOOD_WINDOW)


def test_the_board_counts_people_and_not_words(ira: Employee) -> None:
    nina, oleg, roma = person("Нина"), person("Олег"), person("Рома")
    for _time in range(3):
        said(nina, oleg)
    said(ira, oleg)
    said(ira, roma)
    said(nina, oleg, now=dt.datetime(2026, 2, 28, 20, tzinfo=dt.UTC))
    board = praise_board(MARCH)
    assert [(one.employee, one.voices, len(one.praises)) for one in board.people] == [(ira, 2, 2), (nina, 1, 3)]
    assert board.praises == 5
    assert praise_board(dt.date(2026, 2, 1)).praises == 1


def test_a_month_is_the_firms_own(ira: Employee) -> None:
    said(ira, now=dt.datetime(2026, 2, 28, 22, tzinfo=dt.UTC))
    assert (praise_board(MARCH).praises, praise_board(dt.date(2026, 2, 1)).praises) == (1, 0)


def test_who_stays_off_the_board_is_thanked_alone(as_staff: Browser, staff: User, manager: User, ira: Employee) -> None:
    me = person("Марина", user=staff)
    said(me, ira, now=timezone.now())
    services.pick_of_month(employee=me, month=MARCH, why="Просто так", actor=manager, now=NOW)
    as_staff.post(url("praise_choice"), {"to": "off"})
    assert (praise_board(timezone.localdate().replace(day=1)).is_empty, praise_board(MARCH).is_empty) == (True, True)
    assert WORDS not in as_staff.get(url("praise_board")).content.decode()
    assert [praise.about for praise in as_staff.get(url("praise")).context["page"]] == [me]
    with pytest.raises(services.StaysOffError):
        services.pick_of_month(employee=me, month=MARCH, why="Ещё раз", actor=manager, now=NOW)
    as_staff.post(url("praise_choice"), {"to": "on"})
    assert not praise_board(MARCH).is_empty


def test_who_stays_off_the_board_is_not_named_there_as_an_author_either(as_staff: Browser, ira: Employee) -> None:
    shy = person("Застенчивая")
    choose_board(employee=shy, is_off=True)
    said(ira, shy, now=timezone.now())
    page = as_staff.get(url("praise_board")).content.decode()
    assert (WORDS in page, "Застенчивая" in page) == (True, False)


def test_boards_take_few_queries_however_many_stand_on_them(ira: Employee, django_assert_num_queries: object) -> None:
    for people in (1, 3):
        for number in range(people):
            said(person(f"Коллега {people} {number}"), ira)
        with django_assert_num_queries(2):  # type: ignore[operator]  # the plugin's own type is not exported
            board = praise_board(MARCH)
            assert [(one.employee.branch, [str(praise) for praise in one.praises]) for one in board.people]


def test_a_manager_picks_prints_and_takes_back(as_manager: Browser, manager: User, ira: Employee) -> None:
    address = f"{url('praise_pick', ira.pk)}?month=2026-03"
    assert as_manager.post(address, {"why": ""}).status_code == 422
    for why in ("Раз", '#panic() $x$ [ #import "x"'):
        as_manager.post(address, {"why": why})
    pick = MonthPick.objects.get()
    assert (pick.month, pick.employee, pick.why, pick.picked_by) == (MARCH, ira, '#panic() $x$ [ #import "x"', manager)
    made = as_manager.get(url("praise_certificate", pick.pk))
    pages = PdfReader(io.BytesIO(made.content)).pages
    assert (made["Content-Type"], len(pages), round(float(pages[0].mediabox.width))) == ("application/pdf", 1, 842)
    assert "Ира" in pages[0].extract_text()
    as_manager.post(url("praise_unpick", pick.pk))
    assert MonthPick.objects.count() == 0


def test_a_page_for_whoever_stays_off_says_so(as_manager: Browser, ira: Employee) -> None:
    choose_board(employee=ira, is_off=True)
    assert as_manager.post(url("praise_pick", ira.pk), {"why": "За всё"}).status_code == 422
    assert MonthPick.objects.count() == 0


@pytest.mark.parametrize("month", ["", "x", "2026-13", "9999-01", "0001-01", "2026-03-04"])
def test_a_month_nobody_can_read_is_this_one(as_staff: Browser, month: str) -> None:
    assert as_staff.get(url("praise_board"), {"month": month}).context["month"] == timezone.localdate().replace(day=1)


def test_a_code_on_the_wall_takes_praise_that_waits(as_manager: Browser, client: Browser, company: Company) -> None:
    branch = Branch.objects.create(name="Садовая")
    ira, far = person("Ира", branch=branch), person("Дальний")
    as_manager.post(url("praise_code_open"), {"branch": branch.pk})
    code = PraiseCode.objects.get()
    address = url("praise_box", code.token)
    page = client.get(address)
    assert list(page.context["form"].fields["about"].queryset) == [ira]
    typed = {"stamp": page.context["stamp"], "about": ira.pk, "words": WORDS, "author_name": " Тимур "}
    for _time in range(2):
        assert client.post(address, typed)["Location"] == f"{address}?said=1"
    assert client.post(address, typed | {"about": far.pk}).status_code == 422
    assert client.post(address, typed | {"stamp": "x"}).status_code == 422
    praise = Praise.objects.get()
    assert (praise.author, praise.author_name, praise.way, praise.state, praise.code) == (
        None,
        "Тимур",
        Way.CODE,
        PraiseState.WAITING,
        code,
    )
    this = timezone.localdate().replace(day=1)
    assert (praise_board(this).is_empty, list(praises_for(ira))) == (True, [])
    assert list(as_manager.get(url("praise_check")).context["waiting"]) == [praise]
    as_manager.post(url("praise_decide", praise.pk), {"to": "shown"})
    assert praise_board(this).praises == 1
    as_manager.post(url("praise_decide", praise.pk), {"to": "hidden", "back": "board"})
    assert praise_board(this).is_empty
    as_manager.post(url("praise_code_toggle", code.pk), {"to": "closed"})
    assert (client.get(address).status_code, client.post(address, typed).status_code) == (410, 410)
    assert client.get(url("praise_box", "x")).status_code == 404
    assert as_manager.get(url("praise_code_print", code.pk))["Content-Type"] == "application/pdf"


def test_one_code_takes_so_much_at_once(company: Company, manager: User) -> None:
    ira, code = person("Ира"), services.open_praise_code(branch=None, actor=manager)
    speaker = services.Speaker(Way.CODE, None, "", code)

    def thank() -> None:
        services.praise_colleague(about=ira, speaker=speaker, said={"words": WORDS}, key=uuid.uuid4(), now=NOW)

    for _number in range(services.MOST_BY_CODE):
        thank()
    with pytest.raises(services.TooManyError):
        thank()
    services.set_praise_code_open(code=code, is_open=False, actor=manager)
    with pytest.raises(services.CodeClosedError):
        thank()


def test_by_a_personal_link_one_thanks_and_stays_off(client: Browser, ira: Employee) -> None:
    oleg = person("Олег")
    token = page_link(oleg).token
    client.post(url("colleague_praise", token), {"key": uuid.uuid4(), "about": ira.pk, "words": WORDS})
    assert [(row.author, row.way, row.state) for row in Praise.objects.all()] == [(oleg, Way.LINK, PraiseState.SHOWN)]
    said(oleg, ira)
    client.post(url("colleague_choice", token), {"to": "off"})
    assert [one.employee for one in praise_board(MARCH).people] == []
    assert WORDS in client.get(url("colleague", token)).content.decode()
    assert client.post(url("colleague_praise", token), {"about": oleg.pk}).status_code == 422


def test_remarks_are_read_by_the_branchs_manager_and_owners_only(owner: User) -> None:
    here, there = Branch.objects.create(name="Здесь"), Branch.objects.create(name="Там")
    mine, other, roaming = (
        user("mine", Role.MANAGER, branch=here),
        user("other", Role.MANAGER, branch=there),
        user("roaming", Role.MANAGER),
    )
    clerk = user("clerk", Role.STAFF, branch=here)
    people = {
        "ira": person("Ира", branch=here),
        "free": person("Без филиала"),
        "boss": person("Начальник", branch=here, user=mine),
        "clerk": person("Клерк", branch=there, user=clerk),
    }
    remarks = {
        key: services.leave_remark(about=about, words=key, author_name="", key=uuid.uuid4(), now=NOW) for key, about in people.items()
    }
    seen = {reader.email.partition("@")[0]: {row.words for row in remarks_for(reader)} for reader in (owner, mine, other, roaming, clerk)}
    assert seen == {
        "owner": set(people),
        "mine": {"ira"},
        "other": {"clerk"},
        "roaming": {"free", "boss"},
        "clerk": set(),
    }
    for reader in (owner, mine, other, roaming, clerk):
        for key, remark in remarks.items():
            assert (reader in remark_readers(people[key])) == remarks_for(reader).filter(pk=remark.pk).exists()


def test_a_remark_stands_nowhere_staff_look(as_staff: Browser, staff: User, manager: User, owner: User, ira: Employee) -> None:
    me, secret = person("Марина", user=staff), "Секретные слова замечания"
    answer = as_staff.post(url("remark"), {"key": uuid.uuid4(), "about": ira.pk, "words": secret, "with_name": "on"}, follow=True)
    assert answer.status_code == 200
    services.leave_remark(about=me, words=secret, author_name="", key=uuid.uuid4(), now=NOW)
    pages = ["manners", "praise", "praise_board", "book_list", "remark", "overview"]
    found = [as_staff.get(url(page)).content.decode() for page in pages]
    found += [Browser().get(url("colleague", page_link(one).token)).content.decode() for one in (me, ira)]
    assert [secret in page for page in [answer.content.decode(), *found]] == [False] * (len(found) + 1)
    assert as_staff.get(url("remark_list")).status_code == 403
    assert secret in signed_in(owner).get(url("remark_list")).content.decode()
    assert [remark.author_name for remark in Remark.objects.order_by("pk")] == [staff.name, ""]


def test_without_a_tick_no_name_is_kept(client: Browser, owner: User, ira: Employee) -> None:
    token = page_link(person("Олег")).token
    client.post(url("colleague_remark", token), {"key": uuid.uuid4(), "about": ira.pk, "words": "Опоздала"})
    assert [(remark.words, remark.author_name) for remark in Remark.objects.all()] == [("Опоздала", "")]


def test_a_remark_with_no_reader_is_not_taken(as_staff: Browser, owner: User) -> None:
    boss = person("Хозяйка", user=owner)
    answer = as_staff.post(url("remark"), {"key": uuid.uuid4(), "about": boss.pk, "words": "Не здоровается"})
    assert (answer.status_code, Remark.objects.count()) == (422, 0)


def test_a_remark_is_settled_once_by_whoever_may_read_it(owner: User, manager: User, ira: Employee) -> None:
    branch = Branch.objects.create(name="Здесь")
    stranger = user("stranger", Role.MANAGER, branch=branch)
    remark = services.leave_remark(about=ira, words="Опоздала", author_name="", key=uuid.uuid4(), now=NOW)
    address = url("remark_settle", remark.pk)
    assert signed_in(stranger).post(address, {"outcome": "Поговорили"}).status_code == 404
    signed_in(manager).post(address, {"outcome": ""})
    assert Remark.objects.get().settled_at is None
    for reader, words in ((manager, "Поговорили"), (owner, "Другое")):
        signed_in(reader).post(address, {"outcome": words})
    assert (Remark.objects.get().outcome, Remark.objects.get().settled_by) == ("Поговорили", manager)
