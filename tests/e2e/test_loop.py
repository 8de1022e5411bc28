"""The whole loop as a person walks it: web server, Celery worker with beat, Valkey and an SMTP server are all real."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from churn.models import ExitCall
from clients.models import Client, Purchase
from company.enums import Role
from company.models import Company, User
from programme.services import load_demo
from surveys.models import Answer, Wave
from surveys.services.answers import TOO_SOON
from tests.clients.imports import DATA
from tests.e2e.conftest import MILLISECONDS, PASSWORD, Screenshot, let_letters_go_at_night
from tests.touchpoints.make import picture
from tests.workers import SmtpSink, wait_for
from touchpoints.models import Action, AuditMark

SCORES = {"regular1@example.org": 10, "regular2@example.org": 9, "regular3@example.org": 8, "regular4@example.org": 3}
NAMES = ("Вера Лапшина", "Илья Кузнецов", "Софья Абрамова", "Павел Ёлкин", "Роман Ким")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("worker", "patience", "company_clock")
def test_a_person_walks_the_loop(
    page: Page, sign_in: Callable[[User], None], smtp_sink: SmtpSink, browser: Browser, *, tmp_path: Path, screenshot: Screenshot
) -> None:
    leave_the_demo(page, sign_in)
    load_and_undo_cdnow(page)
    load_the_salon(page)
    load_regulars(page, tmp_path)
    count_the_price(page)
    ask_clients(page, browser, smtp_sink)
    walk_the_map(page)
    call_a_leaver(page)
    see_the_overview(page)
    screenshot("loop_overview")


def leave_the_demo(page: Page, sign_in: Callable[[User], None]) -> None:
    """Step 1: look at the demo, then begin with a company of one's own, all of it empty."""
    load_demo(seed=7, now=timezone.localtime(), people=40)
    demo_owner = User.objects.get(role=Role.OWNER)
    demo_owner.set_password(PASSWORD)
    demo_owner.save()
    sign_in(demo_owner)
    expect(page.locator(".mk-ribbon")).to_contain_text("все люди и цифры придуманы")
    page.get_by_role("link", name="Начать свою компанию").click()
    page.get_by_label("Как называется компания?").fill("Салон «Ромашка»")
    page.locator("form summary").click()
    page.get_by_label("Филиалы, по одному в строке").fill("Садовая\nЗаводская")
    page.locator("[name=owner_name]").fill("Олег Дунаев")
    page.locator("[name=owner_email]").fill("oleg@example.org")
    page.locator("[name=password]").fill("ромашка цветёт в мае")
    page.locator("form.own .btn-beam").click()
    expect(page.locator("h1")).to_have_text("Салон «Ромашка»")
    expect(page.locator(".steps > li")).to_have_count(7)
    expect(page.locator(".steps > li.is-done")).to_have_count(0)
    assert (Company.objects.get().is_demo, Client.objects.count(), User.objects.get().email) == (False, 0, "oleg@example.org")


def read_file(page: Page, file: Path) -> None:
    """Hand a file to the wizard; it guesses what the columns are."""
    page.goto("/clients/imports/new/")
    page.set_input_files("[name=file]", file)
    page.get_by_role("button", name="Прочитать файл").click()
    page.get_by_role("button", name="Проверить строки").click()
    expect(page.get_by_role("button", name="Загрузить готовые")).to_be_visible()


def load_file(page: Page, file: Path) -> None:
    """Read a file, check it, load it and wait for the report."""
    read_file(page, file)
    page.get_by_role("button", name="Загрузить готовые").click()
    expect(page.locator("h2", has_text="Что дальше")).to_be_visible()


def counts(page: Page) -> list[str]:
    """Return what a report counts: new and changed Clients, new and known purchases, refused rows."""
    return [text.replace("\u00a0", " ") for text in page.locator(".im-cnt b").all_inner_texts()]


def load_and_undo_cdnow(page: Page) -> None:
    """Step 2: a file once, the same file again, and back."""
    load_file(page, DATA / "cdnow_purchases.csv")
    assert counts(page) == ["2 357", "0", "6 919", "0", "0"]
    loaded_at = page.url
    load_file(page, DATA / "cdnow_purchases.csv")
    expect(page.locator("h2", has_text="Всё это уже было загружено")).to_be_visible()
    assert counts(page) == ["0", "0", "0", "6 919", "0"]
    assert (Client.objects.count(), Purchase.objects.count()) == (2357, 6919)
    page.goto(loaded_at)
    page.locator("summary", has_text="Отменить загрузку").click()
    page.get_by_role("button", name="Отменить", exact=True).click()
    expect(page.locator("h2", has_text="Загрузка отменена")).to_be_visible()
    assert (Client.objects.count(), Purchase.objects.count()) == (0, 0)


def load_the_salon(page: Page) -> None:
    """Step 2 with an awkward file: errors by line before loading, refused lines to take away after it."""
    read_file(page, DATA / "visits_salon_cp1251.csv")
    lines = page.locator("#rows tbody td:first-child").all_inner_texts()
    assert {"20", "63", "114", "183"} <= set(lines)
    page.get_by_role("button", name="Загрузить готовые").click()
    expect(page.locator("h2", has_text="Что дальше")).to_be_visible()
    assert counts(page)[2:] == ["1 345", "0", "3"]
    with page.expect_download() as download:
        page.get_by_role("link", name="Скачать ошибки").click()
    refused = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig")), delimiter=";"))
    assert [row[-2] for row in refused] == ["Строка", "20", "114", "183"]


def load_regulars(page: Page, folder: Path) -> None:
    """Load a few Clients with addresses who came every ten days and have been silent for two months."""
    file = folder / "regulars.csv"
    rows = [["Код клиента", "ФИО", "Телефон", "Почта", "Ответственный", "Дата покупки", "Сумма"]]
    for number, name in enumerate(NAMES, 1):
        keeper = "Олег Дунаев" if number == 1 else ""
        for visit in range(6):
            day = timezone.localdate() - dt.timedelta(days=60 + 10 * visit)
            price = f"{10 - number} 500,00"
            rows.append([f"Р-{number}", name, f"+7900000220{number}", f"regular{number}@example.org", keeper, f"{day:%d.%m.%Y}", price])
    file.write_text("\n".join(";".join(row) for row in rows), "cp1251")
    load_file(page, file)
    assert counts(page) == ["5", "0", "30", "0", "0"]


def count_the_price(page: Page) -> None:
    """Step 3: three numbers as people write them, beside what the purchases say."""
    page.goto("/value/")
    page.get_by_label("Покупок в год").fill("1/3")
    page.get_by_label("Средний чек").fill("дорого")
    page.get_by_label("Сколько лет с нами").fill("0,33")
    page.locator(".ltv-buttons .btn-beam").click()
    expect(page.locator("#id_average_check_error")).to_contain_text("Это не число")
    assert [page.input_value(f"#id_{name}") for name in ("purchases_per_year", "average_check", "years")] == ["1/3", "дорого", "0,33"]
    page.get_by_label("Средний чек").fill("12 500")
    page.locator(".ltv-buttons .btn-beam").click()
    expect(page.locator(".ltv-history > li")).to_have_count(1)
    expect(page.locator(".ltv-history")).to_contain_text("1/3 × 12 500 × 0,33")
    expect(page.locator("#ltv-result .ltv-answer")).to_have_text("1 380 ₽")
    expect(page.locator(".ltv-verdict")).to_contain_text("Вы думали")
    page.get_by_role("link", name="Изменить границы").click()
    page.get_by_label("Верхние границы").fill("10 000\n50 000")
    page.get_by_role("button", name="Сохранить").click()
    page.goto("/value/")
    expect(page.locator("section", has=page.locator("h2", has_text="Группы по ценности")).locator("tbody tr")).to_have_count(3)


def ask_clients(page: Page, browser: Browser, sink: SmtpSink) -> None:
    """Step 4: a wave from its form to its result."""
    let_letters_go_at_night()
    page.goto("/surveys/new/")
    page.get_by_label("Название волны").fill("Первая волна")
    page.get_by_label("Открыть и общую ссылку").check()
    expect(page.locator("#audience .mk-num")).to_have_text("5")
    page.get_by_role("button", name="К просмотру").click()
    expect(page.frame_locator("iframe.frame").locator("body")).to_contain_text("Салон «Ромашка»")
    public_url = page.locator(".link-box").inner_text()
    Wave.objects.update(hour_from=0, hour_to=24)
    page.locator("form[action$='/start/'] button").click()
    wave_url = page.url
    wait_for(lambda: len(sink.messages) == 5, 60)
    answer_letters(browser, sink)
    respondent = new_phone(browser)
    respondent.goto(public_url)
    answer(respondent, 7, "")
    page.goto(wave_url)
    shown = page.locator(".trio b").all_inner_texts()
    assert shown == ["1", "2", "2"], shown
    expect(page.locator("#comments")).to_contain_text("Слова про 3")


def new_phone(browser: Browser) -> Page:
    """Open a page of somebody who has never been here."""
    page = browser.new_context(locale="ru-RU", viewport={"width": 390, "height": 844}).new_page()
    page.set_default_timeout(MILLISECONDS)
    return page


def answer_letters(browser: Browser, sink: SmtpSink) -> None:
    """Open the links of four letters: nothing is recorded by that, only by the button."""
    phones = {}
    for letter in sink.messages:
        body = letter.get_body(("plain",))
        address = str(letter["X-Sink-Recipients"])
        link = re.search(r"http\S+\?score=9", str(body.get_content() if body else ""))
        if link and address in SCORES:
            phones[address] = new_phone(browser)
            phones[address].goto(link[0])
            expect(phones[address].locator("[name=score][value='9']")).to_be_checked()
    assert (len(phones), Answer.objects.count()) == (4, 0)
    page_of_the_first = next(iter(phones.values()))
    page_of_the_first.wait_for_timeout(TOO_SOON.total_seconds() * 1000)  # an answer right after the letter would be in doubt
    for address, respondent in phones.items():
        answer(respondent, SCORES[address], f"Слова про {SCORES[address]}")
    assert dict(Answer.objects.values_list("client__email", "score")) == SCORES


def answer(respondent: Page, score: int, words: str) -> None:
    """Answer as a person does: not sooner than one can read the question."""
    respondent.wait_for_timeout(3000)
    respondent.locator(f"[name=score][value='{score}']").check(force=True)
    respondent.locator("[name=why]").fill(words)
    assert respondent.evaluate("document.documentElement.scrollWidth") <= 390
    respondent.get_by_role("button", name="Отправить").click()
    respondent.wait_for_url("**/thanks/**")
    respondent.context.close()


def walk_the_map(page: Page) -> None:
    """Step 5: the catalogue, a walk with a phone, a photo, an action from what is awful."""
    page.goto("/touchpoints/catalogue/")
    page.get_by_role("button", name="Поставить на карту").click()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/touchpoints/audits/new/")
    page.get_by_label("Садовая").check()
    page.get_by_role("button", name="Запланировать и начать свой").click()
    for rating in (-1, 0, 1):
        name = page.locator("h1").inner_text()
        page.locator(f"label.big:has([value='{rating}'])").click()
        if rating == -1:
            shot = picture(size=(800, 600))
            page.set_input_files("[name=photo]", {"name": "shot.jpg", "mimeType": "image/jpeg", "buffer": shot.read()})
        page.locator("[data-next]").click()
        expect(page.locator("h1")).not_to_have_text(name)
    expect(page.locator("[data-sync]")).to_have_text("Всё сохранено")
    page.get_by_role("link", name="Закрыть").click()
    page.get_by_role("button", name="Завершить аудит").click()
    page.get_by_role("link", name="Создать действие").click()
    page.get_by_label("Что сделать").fill("Починить вывеску")
    page.get_by_role("button", name="Поставить").click()
    page.wait_for_url("**/audits/**")
    mark = AuditMark.objects.get(rating=-1)
    made = Action.objects.get()
    assert (mark.photos.count() == 1, made.mark, made.title, made.owner.name) == (True, mark, "Починить вывеску", "Олег Дунаев")
    assert made.due_on > timezone.localdate()
    page.set_viewport_size({"width": 1440, "height": 900})


def call_a_leaver(page: Page) -> None:
    """Step 6: who looked after a Client does not call them; somebody else does, and writes down why they left."""
    page.goto("/company/employees/")
    page.get_by_role("link", name="Олег Дунаев").click()
    page.get_by_label("Учётная запись").select_option(label=str(User.objects.get()))
    page.get_by_role("button", name="Сохранить").click()
    page.goto("/leavers/")
    page.get_by_role("button", name="Найти сейчас").click()
    page.locator(".qi", has_text=NAMES[0]).click()
    expect(page.locator(".rule")).to_contain_text("Звонить некому")
    expect(page.locator("#outcome")).to_have_count(0)
    page.goto("/leavers/")
    page.locator(".qi", has_text=NAMES[1]).click()
    page.get_by_label("Слова Клиента").fill("Долго ждал мастера")
    page.locator("#outcome details summary").first.click()
    page.locator("#outcome [name=reasons]:visible").first.check()
    page.locator("#outcome .qd label", has_text=re.compile("^Месяц$")).click()
    page.get_by_role("button", name="Сохранить и дальше").click()
    wait_for(ExitCall.objects.exists)
    call = ExitCall.objects.get()
    assert (call.leaver.client.name, call.words, call.reasons.count()) == (NAMES[1], "Долго ждал мастера", 1)
    assert call.leaver.next_call_on == timezone.localdate() + dt.timedelta(30)


def see_the_overview(page: Page) -> None:
    """Step 7: every number has moved."""
    page.goto("/")
    expect(page.locator(".steps")).to_have_count(0)
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    expect(page.locator("section[aria-label='Цена Клиента']")).to_contain_text("Вы думали")
    expect(page.locator("section[aria-label=NPS]")).to_contain_text("Первая волна")
    expect(page.locator(".today")).to_contain_text("Позвонить")
