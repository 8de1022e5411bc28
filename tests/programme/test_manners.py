"""The code of manners: publish, read, remind, print."""

import datetime as dt
import io

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from company.models import Branch, Company, Employee, User
from mailing.models import MailWave, Message
from programme.enums import Way
from programme.formulas.manners import MOST_RULES, Rule, changes, rules_of, text_of
from programme.manners_prints import manners_pdf, sheet_pdf
from programme.manners_start import RULES, start_intro, start_text
from programme.models import ColleaguePage, MannersAck, MannersVersion
from programme.queries.manners import ack_of, manners_in_force, manners_readers
from programme.services.colleagues import page_link
from programme.services.manners import (
    NothingChangedError,
    StaleCodeError,
    acknowledge_manners,
    publish_manners,
    remind_of_manners,
)

pytestmark = pytest.mark.usefixtures("company_clock")
NOW = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
TEXT = "Здороваемся первыми.\nКто увидел, тот и здоровается.\n\nОтвечаем в тот же день."


def url(view: str, *args: object) -> str:
    return reverse(f"programme:{view}", args=args)


def publish(actor: User, text: str = TEXT, **more: object) -> MannersVersion:
    facts = {"intro": "", "change_note": "", "asks_again": True, "based_on": MannersVersion.objects.count(), "now": NOW} | more
    return publish_manners(text=text, actor=actor, **facts)  # type: ignore[arg-type]  # facts of a test


def test_rules_are_parted_by_empty_lines_whatever_the_line_ends() -> None:
    assert rules_of("\r\n Раз. \r\nа\r\nб\r\n\r\n \r\n\r\nДва.\r\n") == [Rule("Раз.", "а б"), Rule("Два.")]
    assert text_of(rules_of(TEXT)) == TEXT
    assert rules_of(" \n\n ") == []


def test_changes_tell_new_from_mended_and_name_what_is_gone() -> None:
    earlier = [Rule("Здороваемся первыми."), Rule("Отвечаем в тот же день."), Rule("Не спорим.")]
    newer = [Rule("Отвечаем в тот же день."), Rule("Здороваемся первыми, даже издали."), Rule("Помогаем друг другу.")]
    found, gone = changes(earlier, newer)
    assert [(one.kind, one.was) for one in found] == [("same", ""), ("mended", "Здороваемся первыми."), ("new", "")]
    assert gone == [Rule("Не спорим.")]
    assert changes([], newer) == ([type(found[0])(rule, "new") for rule in newer], [])


@pytest.mark.parametrize("language", ["ru", "en"])
def test_our_own_text_is_whole_in_both_languages(language: str) -> None:
    with translation.override(language):
        rules = rules_of(start_text())
        intro = start_intro()
    assert 12 <= len(rules) == len(RULES) <= 15
    assert all(rule.title and rule.body and len(rule.title) <= 80 for rule in rules)
    assert ("Клиент" in intro) == (language == "ru")


def test_the_first_version_asks_all_and_a_later_one_may_keep_readings(manager: User) -> None:
    first = publish(manager, asks_again=False)
    assert (first.number, first.asks_again) == (1, True)
    person = Employee.objects.create(name="Ира")
    acknowledge_manners(employee=person, version=first, way=Way.LINK, actor=None, now=NOW)
    publish(manager, TEXT + "\n\nГоворим просто.", asks_again=False)
    assert ack_of(person) is not None
    publish(manager, TEXT + "\n\nГоворим просто и коротко.", asks_again=True)
    assert ack_of(person) is None


def test_two_who_publish_at_once_do_not_lose_words(manager: User) -> None:
    publish(manager)
    with pytest.raises(StaleCodeError):
        publish(manager, "Другое.", based_on=0)
    with pytest.raises(NothingChangedError):
        publish(manager, TEXT.replace("\n", "\r\n"))
    assert MannersVersion.objects.count() == 1


def test_the_database_refuses_impossible_versions(manager: User) -> None:
    for facts in ({"number": 0, "text": "а"}, {"number": 1, "text": ""}, {"number": 1, "text": "а", "asks_again": False}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MannersVersion.objects.create(**facts)
    version = publish(manager)
    person = Employee.objects.create(name="Ира")
    for way in ("code", "x"):
        with pytest.raises(IntegrityError), transaction.atomic():
            MannersAck.objects.create(employee=person, version=version, way=way)
    assert MannersAck.objects.count() == 0


def test_a_reading_is_written_down_once(manager: User) -> None:
    version, person = publish(manager), Employee.objects.create(name="Ира")
    done = [acknowledge_manners(employee=person, version=version, way=Way.LOGIN, actor=manager, now=NOW) for _time in range(2)]
    assert (done, MannersAck.objects.count()) == ([True, False], 1)


def test_without_a_code_managers_see_ours_and_staff_a_word(as_manager: Browser, as_staff: Browser) -> None:
    assert len(as_manager.get(url("manners")).context["rules"]) == len(RULES)
    page = as_staff.get(url("manners"))
    assert page.status_code == 200
    assert url("praise") in page.content.decode()
    assert as_manager.get(url("manners_print")).status_code == 404
    assert as_manager.get(url("manners_people")).status_code == 302


def test_a_manager_publishes_ours_as_it_stands(as_manager: Browser) -> None:
    form = as_manager.get(url("manners_edit")).context["form"]
    typed = {"intro": form["intro"].value(), "text": form["text"].value(), "based_on": 0, "asks_again": "on"}
    assert as_manager.post(url("manners_edit"), typed).status_code == 302
    version = manners_in_force()
    assert version is not None
    assert len(rules_of(version.text)) == len(RULES)
    again = as_manager.post(url("manners_edit"), typed)
    assert (again.status_code, again.context["form"]["text"].value(), MannersVersion.objects.count()) == (422, typed["text"], 1)


@pytest.mark.parametrize("text", ["", " \n ", "\n\n".join(f"Правило {n}" for n in range(MOST_RULES + 1)), "длинное " * 40, "а" * 13_000])
def test_a_text_nobody_could_keep_is_refused(as_manager: Browser, text: str) -> None:
    answer = as_manager.post(url("manners_edit"), {"text": text, "based_on": 0})
    assert (answer.status_code, MannersVersion.objects.count()) == (422, 0)


def test_staff_read_and_say_so(as_staff: Browser, staff: User, manager: User) -> None:
    version, person = publish(manager), Employee.objects.create(name="Марина", user=staff)
    for _time in range(2):
        as_staff.post(url("manners_ack", version.number))
    assert [(ack.employee, ack.way) for ack in MannersAck.objects.all()] == [(person, Way.LOGIN)]
    assert as_staff.get(url("manners")).context["ack"].version == version


def test_an_account_without_an_employee_is_told_so(as_staff: Browser, manager: User) -> None:
    version = publish(manager)
    as_staff.post(url("manners_ack", version.number))
    assert MannersAck.objects.count() == 0
    assert as_staff.get(url("manners")).status_code == 200


def test_who_has_not_read_stands_first_by_branch_in_few_queries(
    manager: User, as_manager: Browser, django_assert_num_queries: object
) -> None:
    version, branch = publish(manager), Branch.objects.create(name="Садовая")
    read, unread = (Employee.objects.create(name=name, branch=branch, email=f"{name}@example.org") for name in ("anna", "boris"))
    Employee.objects.create(name="Ушёл", left_on=dt.date(2020, 1, 1))
    acknowledge_manners(employee=read, version=version, way=Way.PAPER, actor=manager, now=NOW)
    for people in (1, 3):
        Employee.objects.bulk_create(Employee(name=f"Без почты {people} {n}") for n in range(people))
        with django_assert_num_queries(3):  # type: ignore[operator]  # the plugin's own type is not exported
            readers = manners_readers(timezone.localdate())
    assert [reader.employee for reader in readers.branches[0].readers] == [unread, read]
    assert (readers.total, readers.read, readers.on_paper, readers.to_write) == (6, 1, 4, [unread])
    assert as_manager.get(url("manners_people")).status_code == 200


def test_reminders_go_once_a_day_with_a_personal_link(manager: User, client: Browser) -> None:
    publish(manager)
    person = Employee.objects.create(name="Ирина Соколова", email="irina@example.org")
    Employee.objects.create(name="Курьер")
    counts = [remind_of_manners(actor=manager, today=NOW.date(), now=NOW) for _time in range(2)]
    assert (counts, Message.objects.count(), MailWave.objects.count()) == ([1, 1], 1, 1)
    remind_of_manners(actor=manager, today=NOW.date() + DAY, now=NOW + DAY)
    assert Message.objects.count() == 2
    link = page_link(person)
    assert Message.objects.latest("pk").link == {"view": link.view, "purpose": link.purpose, "value": link.value}
    page = client.get(link.url.partition("://")[2].partition("/")[2].join(["/", ""]))
    assert (page.status_code, page["Referrer-Policy"], page["Cache-Control"]) == (200, "same-origin", "no-store")


def test_the_button_of_reminders_says_when_there_is_nobody(as_manager: Browser, manager: User) -> None:
    publish(manager)
    assert as_manager.post(url("manners_remind")).status_code == 302
    assert MailWave.objects.count() == 0


def test_by_the_personal_link_the_code_is_read_and_an_old_link_is_dead(manager: User, client: Browser) -> None:
    version, person = publish(manager), Employee.objects.create(name="Ирина")
    token = page_link(person).token
    client.post(url("colleague_read", token), {"number": version.number + 1})
    assert MannersAck.objects.count() == 0
    client.post(url("colleague_read", token), {"number": version.number})
    assert [(ack.employee, ack.way) for ack in MannersAck.objects.all()] == [(person, Way.LINK)]
    client.post(url("colleague_close", token))
    new = page_link(person).token
    assert [client.get(url("colleague", each)).status_code for each in (token, new)] == [404, 200]
    Employee.objects.filter(pk=person.pk).update(left_on=dt.date(2020, 1, 1))
    assert client.get(url("colleague", new)).status_code == 404
    assert token.encode() not in bytes(ColleaguePage.objects.get().token_hash)


def test_managers_mark_signatures_on_paper(as_manager: Browser, manager: User) -> None:
    publish(manager)
    person = Employee.objects.create(name="Курьер")
    as_manager.post(url("manners_paper", person.pk))
    assert [(ack.employee, ack.way, ack.marked_by) for ack in MannersAck.objects.all()] == [(person, Way.PAPER, manager)]


def test_prints_hold_every_rule_and_never_read_words_as_typst(manager: User, company: Company) -> None:
    odd = '#panic() $x$ *b* [ #import "x"'
    Company.objects.update(name=odd)
    version = publish(manager, "\n\n".join(f"Правило {n}. {odd}\nКак это выглядит: {'слово ' * 12}" for n in range(30)), intro=odd)
    pages = PdfReader(io.BytesIO(manners_pdf(version))).pages
    words = " ".join(pages[0].extract_text().split())
    assert len(pages) == 1
    assert "Правило 29." in words
    branch = Branch.objects.create(name="Садовая")
    Employee.objects.bulk_create(Employee(name=f"Коллега {n} {odd}", branch=branch) for n in range(60))
    sheet = PdfReader(io.BytesIO(sheet_pdf(version, manners_readers(NOW.date())))).pages
    assert len(sheet) > 1
    assert "Коллега 59" in " ".join(page.extract_text() for page in sheet)


def test_an_earlier_wording_stays_readable(as_staff: Browser, manager: User) -> None:
    publish(manager)
    publish(manager, "Здороваемся первыми и с улыбкой.", change_note="Короче")
    page = as_staff.get(url("manners"))
    assert [one.kind for one in page.context["rules"]] == ["mended"]
    assert [each.number for each in page.context["earlier"]] == [1]
    assert [one.kind for one in as_staff.get(url("manners_version", 1)).context["rules"]] == ["same", "same"]
    assert as_staff.get(url("manners_version", 9)).status_code == 404
