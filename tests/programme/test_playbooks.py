"""Memos for surprises: find, follow, write down, word anew."""

import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from company.models import User
from programme.enums import SurpriseKind, UseOutcome
from programme.models import Playbook, PlaybookUse, PlaybookVersion
from programme.playbook_prints import playbook_pdf
from programme.playbook_start import MEMOS, ready_memos
from programme.queries.playbooks import found_playbooks, use_counts
from programme.services.playbooks import (
    SameTitleError,
    StalePlaybookError,
    act_on_use,
    add_playbooks,
    archive_playbook,
    note_use,
    reword_playbook,
    write_playbook,
)
from touchpoints.models import Action

pytestmark = pytest.mark.usefixtures("company_clock")
NOW = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)
TODAY = NOW.date()
WORDS = {
    "title": "Пришла жалоба",
    "trigger": "Клиент недоволен",
    "first_hour": "Поблагодарить\nРазобраться",
    "decides": "Старший смены",
    "tell": "Спасибо",
    "afterwards": "Записать",
}


def url(view: str, *args: object) -> str:
    return reverse(f"programme:{view}", args=args)


def memo(actor: User, **words: str) -> Playbook:
    return write_playbook(kind=SurpriseKind.BAD, words=WORDS | words, actor=actor, now=NOW)


def titles(asked: str, kind: SurpriseKind | None = None) -> list[str]:
    return [playbook.title for playbook in found_playbooks(asked=asked, kind=kind).playbooks]


def use(playbook: Playbook, actor: User, **more: object) -> PlaybookUse:
    facts = {"used_on": TODAY, "happened": "Было", "outcome": UseOutcome.HELPED, "to_change": "", "request_key": uuid.uuid4()} | more
    return note_use(playbook=playbook, actor=actor, **facts)  # type: ignore[arg-type]  # facts of a test


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("жалоба", "пожаловался"),
        ("пожаловался", "жалобы"),
        ("возврат денег", "вернуть"),
        ("вернули деньги", "возврата"),
        ("опоздание мастера", "опоздали"),
        ("мастер опаздывает", "задержка"),
        ("ошибка в заказе", "перепутали"),
        ("отмена записи", "отказались"),
        ("оплата не прошла", "заплатили"),
        ("поломка станка", "сломался"),
        ("кража из зала", "украли"),
        ("угроза по телефону", "угрожает"),
        ("грубость кассира", "нагрубил"),
        ("болезнь мастера", "заболела"),
        ("увольнение бригады", "уволились"),
        ("травма в зале", "упала"),
        ("отзыв в сети", "отозвались"),
        ("проверка налоговой", "проверяют"),
        ("подарок от партнёра", "подарили"),
        ("поставка сорвана", "поставщик"),
        ("брак ткани", "бракованную"),
        ("a complaint about the price", "complained"),
        ("the refund is late", "delayed"),
        ("things were stolen", "theft"),
    ],
)
def test_a_word_finds_its_family(manager: User, said: str, asked: str) -> None:
    memo(manager, title="Другое", trigger="Совсем о другом", first_hour="Ждать", decides="Никто", tell="", afterwards="")
    memo(manager, title=said)
    shelf = found_playbooks(asked=asked)
    assert ([playbook.title for playbook in shelf.playbooks], shelf.is_guess) == ([said], False)


def test_the_title_weighs_more_and_every_word_must_be_there(manager: User) -> None:
    memo(manager, title="Очередь у двери", trigger="Много людей", first_hour="Дать воды")
    memo(manager, title="Вода с потолка", trigger="Течёт", first_hour="Закрыть очередь")
    assert titles("вода") == ["Вода с потолка", "Очередь у двери"]
    assert titles("вода потолок") == ["Вода с потолка"]
    assert titles("  ") == ["Вода с потолка", "Очередь у двери"]


def test_a_mistyped_word_finds_the_nearest_and_says_so(manager: User) -> None:
    memo(manager, title="Эвакуация торгового зала")
    shelf = found_playbooks(asked="эвакуцаия")
    assert ([playbook.title for playbook in shelf.playbooks], shelf.is_guess) == (["Эвакуация торгового зала"], True)
    assert titles("квантовая механика") == []


def test_kinds_and_memos_put_away(manager: User) -> None:
    bad = memo(manager)
    write_playbook(kind=SurpriseKind.GOOD, words=WORDS | {"title": "Похвала", "trigger": "Клиент доволен"}, actor=manager, now=NOW)
    assert titles("", SurpriseKind.GOOD) == ["Похвала"]
    assert archive_playbook(playbook=bad, actor=manager)
    assert not archive_playbook(playbook=bad, actor=manager)
    assert titles("жалоба") == []
    assert memo(manager).title == bad.title, "the title is free again"


def test_found_words_are_marked_and_what_was_typed_is_escaped(as_staff: Browser, manager: User) -> None:
    memo(manager, first_hour="Выключить воду & свет < сразу", tell="</mark><script>alert(1)</script>")
    page = as_staff.get(url("playbook_list"), {"q": "вода"}).content.decode()
    assert "Выключить <mark>воду</mark> &amp; свет &lt; сразу" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    as_staff: Browser, manager: User, count: int, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(count):
        use(memo(manager, title=f"Жалоба {number}"), manager)
    as_staff.get(url("playbook_list"))
    with django_assert_num_queries(7):  # type: ignore[operator]  # the fixture is a function
        assert len(as_staff.get(url("playbook_list"), {"q": "жалоба"}).context["rows"]) == count


@pytest.mark.parametrize("language", ["ru", "en"])
def test_ten_ready_memos_are_taken_once_in_the_language_in_use(manager: User, language: str) -> None:
    with translation.override(language):
        assert add_playbooks(memos=ready_memos(), actor=manager, now=NOW) == len(MEMOS) == 10
        assert add_playbooks(memos=ready_memos(), actor=manager, now=NOW) == 0
    kinds = list(Playbook.objects.values_list("kind", flat=True))
    assert (kinds.count("bad"), kinds.count("good")) == (7, 3)
    is_russian = [bool(set("абвгд") & set(playbook.title.lower())) for playbook in Playbook.objects.all()]
    assert is_russian == [language == "ru"] * 10
    assert all(4 <= len(playbook.first_hour.splitlines()) <= 7 for playbook in Playbook.objects.all())


def test_a_new_wording_keeps_the_old_one(manager: User) -> None:
    playbook = memo(manager)
    facts: dict[str, Any] = {"playbook": playbook, "kind": SurpriseKind.BAD, "actor": manager, "now": NOW}
    assert not reword_playbook(based_on=1, words=WORDS, **facts)
    assert reword_playbook(based_on=1, words=WORDS | {"decides": "Владелец"}, **facts)
    with pytest.raises(StalePlaybookError):
        reword_playbook(based_on=1, words=WORDS | {"decides": "Никто"}, **facts)
    playbook.refresh_from_db()
    assert (playbook.version, playbook.decides) == (2, "Владелец")
    assert [version.words["decides"] for version in PlaybookVersion.objects.all()] == ["Владелец", "Старший смены"]


def test_two_memos_never_share_a_title(manager: User) -> None:
    memo(manager)
    with pytest.raises(SameTitleError):
        memo(manager, title="ПРИШЛА ЖАЛОБА")
    other = memo(manager, title="Другая")
    with pytest.raises(SameTitleError):
        reword_playbook(playbook=other, based_on=1, kind=SurpriseKind.BAD, words=WORDS, actor=manager, now=NOW)
    assert sorted(Playbook.objects.values_list("title", flat=True)) == ["Другая", "Пришла жалоба"]


@pytest.mark.parametrize("values", [{"title": ""}, {"first_hour": ""}, {"decides": ""}, {"kind": "odd"}, {"version": 0}])
def test_the_database_refuses_an_empty_memo(manager: User, values: dict[str, object]) -> None:
    playbook = memo(manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        Playbook.objects.filter(pk=playbook.pk).update(**values)


def test_uses_are_counted_and_one_key_is_one_use(manager: User, staff: User) -> None:
    playbook, key = memo(manager), uuid.uuid4()
    first = use(playbook, staff, request_key=key, to_change="Добавить телефон")
    assert use(playbook, staff, request_key=key) == first
    use(playbook, staff, outcome=UseOutcome.NOT, used_on=TODAY - dt.timedelta(days=400))
    counts = use_counts(since=TODAY - dt.timedelta(days=365), playbook=playbook)
    assert (counts.n, counts.helped, counts.to_change) == (1, 1, 1)


def test_a_proposal_becomes_one_action(as_manager: Browser, manager: User, staff: User) -> None:
    said = use(memo(manager), staff, to_change="Добавить телефон")
    assert as_manager.post(url("playbook_act", said.pk)).status_code == 302
    as_manager.post(url("playbook_act", said.pk))
    action = Action.objects.get()
    said.refresh_from_db()
    assert (said.action, action.details, action.title) == (action, "Добавить телефон", "Памятка «Пришла жалоба»: поправить")
    assert act_on_use(use=said, title="", owner=staff, due_on=TODAY, actor=staff) == action


def test_a_use_without_a_proposal_has_nothing_to_act_on(as_manager: Browser, manager: User) -> None:
    assert as_manager.post(url("playbook_act", use(memo(manager), manager).pk)).status_code == 404
    assert Action.objects.count() == 0


def test_staff_follow_a_memo_and_write_down_that_it_was_needed(as_staff: Browser, manager: User, staff: User) -> None:
    playbook = memo(manager)
    form = as_staff.get(url("playbook", playbook.pk)).context["form"]
    typed = {"key": form["key"].value(), "used_on": "2020-02-03", "happened": "Кричали", "outcome": "partly", "to_change": ""}
    assert as_staff.post(url("playbook", playbook.pk), typed).status_code == 302
    said = PlaybookUse.objects.get()
    assert (said.happened, said.outcome, said.written_by) == ("Кричали", "partly", staff)


@pytest.mark.parametrize("bad", [{"used_on": "2999-01-01"}, {"used_on": "когда-то"}, {"happened": " "}, {"outcome": "odd"}, {"key": "x"}])
def test_a_wrong_use_comes_back_filled(as_staff: Browser, manager: User, bad: dict[str, str]) -> None:
    playbook = memo(manager)
    typed = {"key": str(uuid.uuid4()), "used_on": "2020-02-03", "happened": "Кричали", "outcome": "helped", "to_change": "Слово"} | bad
    answer = as_staff.post(url("playbook", playbook.pk), typed)
    assert (answer.status_code, PlaybookUse.objects.count()) == (422, 0)
    assert "Слово" in answer.content.decode()


def test_a_manager_writes_and_changes_a_memo(as_manager: Browser) -> None:
    typed = {"kind": "bad", "based_on": "0"} | WORDS
    assert as_manager.post(url("playbook_add"), typed | {"title": ""}).status_code == 422
    assert as_manager.post(url("playbook_add"), typed | {"first_hour": " Раз \r\n\r\n Два "}).status_code == 302
    playbook = Playbook.objects.get()
    assert playbook.first_hour == "Раз\nДва"
    again = as_manager.post(url("playbook_add"), typed)
    assert (again.status_code, Playbook.objects.count()) == (422, 1)
    changed = typed | {"based_on": "1", "title": "Жалоба в сети"}
    assert as_manager.post(url("playbook_edit", playbook.pk), changed).status_code == 302
    stale = as_manager.post(url("playbook_edit", playbook.pk), typed | {"based_on": "1", "title": "Поздно"})
    assert stale.status_code == 422
    playbook.refresh_from_db()
    assert (playbook.title, playbook.version) == ("Жалоба в сети", 2)


def test_an_empty_shelf_offers_ready_memos_to_managers(as_manager: Browser, as_staff: Browser) -> None:
    assert "Взять все десять" not in as_staff.get(url("playbook_list")).content.decode()
    assert "Взять все десять" in as_manager.get(url("playbook_list")).content.decode()
    assert as_manager.post(url("playbook_start")).status_code == 302
    assert Playbook.objects.count() == 10


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_ready_memo_fits_one_page(manager: User, language: str) -> None:
    with translation.override(language):
        add_playbooks(memos=ready_memos(), actor=manager, now=NOW)
        for playbook in Playbook.objects.all():
            (page,) = PdfReader(io.BytesIO(playbook_pdf(playbook))).pages
            words = page.extract_text().replace("\n", " ")
            assert playbook.decides.split()[0] in words


def test_a_print_of_a_memo_put_away_is_gone(as_staff: Browser, manager: User) -> None:
    playbook = memo(manager)
    assert as_staff.get(url("playbook_print", playbook.pk))["Content-Type"] == "application/pdf"
    archive_playbook(playbook=playbook, actor=manager)
    assert as_staff.get(url("playbook_print", playbook.pk)).status_code == 404
    assert as_staff.get(url("playbook", playbook.pk)).status_code == 200
