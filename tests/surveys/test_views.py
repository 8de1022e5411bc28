"""The company's pages of surveys."""

import csv
import datetime as dt
import io
import uuid
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from python_calamine import CalamineWorkbook

from clients.models import Client, ClientSum, ValueBand
from company.models import Branch, User
from mailing.models import Message
from surveys.enums import AnswerChannel, SuspectReason, WaveState
from surveys.models import Answer, Questionnaire, Survey, Wave
from surveys.services import default_questionnaire, plan_due_waves, standard_wording
from tests.surveys.conftest import fill, make_answer, make_client, make_draft, start, token_of
from touchpoints.models import Action

pytestmark = pytest.mark.django_db


def fields(**changes: Any) -> dict[str, Any]:
    """Return a filled form of a wave."""
    return {
        "name": "Зима",
        "locale": "ru",
        "subject": "{name}, один вопрос",
        "intro": "Спасибо, что вы с нами.",
        "rest_days": "90",
        "closes_on": str(timezone.localdate() + dt.timedelta(days=10)),
        **changes,
    }


def text_of(response: Any) -> str:
    """Return the page's text."""
    return str(response.content.decode())


def page_of(browser: Browser, name: str, /, *args: Any, query: str = "") -> Any:
    """Open a page of surveys."""
    return browser.get(reverse(f"surveys:{name}", args=args) + query)


def press(browser: Browser, name: str, /, *args: Any, **data: Any) -> HttpResponse:
    """Press a button of surveys."""
    return browser.post(reverse(f"surveys:{name}", args=args), data)  # type: ignore[return-value]


# --- the list and the draft --------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_to_do(as_manager: Browser) -> None:
    page = text_of(page_of(as_manager, "wave_list"))
    assert "Ещё никого не спросили" in page
    assert page.count("btn-beam") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_few_questions_of_any_length(
    as_manager: Browser, irina: Client, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        fill(start(make_draft(name=f"Волна {number}", rest_days=0)), 4, 1, 1)
    with django_assert_num_queries(7):
        page = text_of(page_of(as_manager, "wave_list"))
    assert page.count("+50") == count


def test_staff_see_no_drafts(as_staff: Browser, irina: Client) -> None:
    draft = make_draft()
    assert "Осень" not in text_of(page_of(as_staff, "wave_list"))
    assert page_of(as_staff, "wave_detail", draft.pk).status_code == 404


def test_a_draft_is_written_and_leads_to_its_preview(as_manager: Browser, irina: Client, manager: User) -> None:
    response = press(as_manager, "wave_create", **fields(branches=[irina.branch_id], has_public_link="on"))
    wave = Wave.objects.get()
    assert response["Location"] == reverse("surveys:wave_preview", args=[wave.pk])
    assert (wave.name, wave.state, wave.created_by, wave.has_public_link) == ("Зима", WaveState.DRAFT, manager, True)
    assert list(wave.branches.all()) == [irina.branch]
    assert wave.closes_at.astimezone(ZoneInfo("Europe/Moscow")).time() == dt.time.min


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"closes_on": "2020-01-01"}, "Выберите день не раньше завтрашнего"),
        ({"closes_on": "31.02.2026"}, "Введите правильную дату"),
        ({"name": ""}, "Обязательное поле"),
        ({"rest_days": "-5"}, 'value="-5"'),
        ({"locale": "de"}, "Выберите корректный вариант"),
    ],
)
def test_a_wrong_draft_comes_back_whole(as_manager: Browser, changes: dict[str, str], message: str) -> None:
    response = press(as_manager, "wave_create", **fields(intro="Здравствуйте 🌷", **changes))
    assert response.status_code == 422
    assert message in text_of(response)
    assert "Здравствуйте 🌷" in text_of(response)
    assert not Wave.objects.exists()


def test_a_new_wave_begins_like_the_last_one(as_manager: Browser, irina: Client) -> None:
    make_draft(subject="Как у нас дела?", rest_days=33)
    page = text_of(page_of(as_manager, "wave_create"))
    assert "Как у нас дела?" in page
    assert 'value="33"' in page


def test_bands_are_named_by_their_ends(as_manager: Browser) -> None:
    for up_to in (50_000_00, 150_000_00, None):
        ValueBand.objects.create(up_to=up_to)
    page = text_of(page_of(as_manager, "wave_create")).replace("\xa0", " ")
    assert "до 50 000 ₽" in page
    assert "50 000 ₽ – 150 000 ₽" in page
    assert "от 150 000 ₽" in page


def test_a_draft_is_changed(as_manager: Browser, irina: Client) -> None:
    draft = make_draft()
    assert 'value="Осень"' in text_of(page_of(as_manager, "wave_edit", draft.pk))
    press(as_manager, "wave_edit", draft.pk, **fields(name="Другая"))
    draft.refresh_from_db()
    assert draft.name == "Другая"


def test_a_started_wave_is_not_changed(as_manager: Browser, wave: Wave) -> None:
    assert press(as_manager, "wave_edit", wave.pk, **fields(name="Другая")).status_code == 404
    wave.refresh_from_db()
    assert wave.name == "Осень"


def test_the_audience_is_counted_while_the_form_is_filled_in(as_manager: Browser, irina: Client) -> None:
    make_client(2, email="")
    page = text_of(page_of(as_manager, "audience_count", query="?rest_days=90"))
    assert '<p class="mk-num mk-num-m">1</p>' in page
    assert "из 2 Клиентов" in page
    assert "нет почты" in page
    assert "Исправьте отмеченные поля" in text_of(page_of(as_manager, "audience_count", query="?rest_days=x"))


def test_an_empty_audience_says_what_to_do(as_manager: Browser) -> None:
    draft = make_draft()
    page = text_of(page_of(as_manager, "wave_preview", draft.pk))
    assert "В этом круге никого нет" in page
    assert reverse("surveys:wave_start", args=[draft.pk]) not in page


def test_partners_are_counted_and_called_by_their_name(as_manager: Browser) -> None:
    page = text_of(page_of(as_manager, "audience_count", query="?rest_days=90&audience=partners"))
    assert "Клиент" not in page
    assert reverse("surveys:contact_import") + "?kind=partners" in page


def test_a_draft_names_its_last_day_and_a_link_instead_of_no_letters(as_manager: Browser) -> None:
    day = timezone.localdate() + dt.timedelta(days=10)
    press(as_manager, "wave_create", **fields(has_public_link="on"))
    page = text_of(page_of(as_manager, "wave_preview", Wave.objects.get().pk))
    assert date_format(day, "j E Y") in page
    assert "Начать: открыть общую ссылку" in page


def test_a_new_wave_asks_clients_even_after_a_wave_of_partners(as_manager: Browser) -> None:
    make_draft(audience="partners", subject="Партнёрам")
    assert page_of(as_manager, "wave_create").context["form"]["audience"].value() == "clients"


def test_a_mistake_in_a_folded_reminder_is_unfolded(as_manager: Browser) -> None:
    response: Any = press(as_manager, "wave_create", **fields(reminder2_after="0"))
    assert [row["is_open"] for row in response.context["form"].reminder_rows()] == [False, True, False]


def test_partners_are_not_asked_after_purchases(as_manager: Browser) -> None:
    sent = fields(rhythm="after_purchase", after_days="7", open_days="14", audience="partners")
    response: Any = press(as_manager, "survey_create", **sent)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"audience"}
    assert not Survey.objects.exists()


def test_the_preview_shows_who_gets_the_letter(as_manager: Browser, irina: Client) -> None:
    draft = make_draft()
    response = page_of(as_manager, "wave_preview", draft.pk)
    page = text_of(response)
    assert "Начать: отправить 1 письмо" in page
    assert page.count("btn-beam") == 1
    assert "frame-src 'self'" in response["Content-Security-Policy"]
    assert page_of(as_manager, "wave_detail", draft.pk)["Location"] == reverse("surveys:wave_preview", args=[draft.pk])


def test_the_letter_is_shown_as_a_client_gets_it_and_sealed(as_manager: Browser, irina: Client) -> None:
    response = page_of(as_manager, "letter_preview", make_draft(intro="{url} <b>Мы</b>").pk)
    html, policy = text_of(response), response["Content-Security-Policy"]
    assert "Здравствуйте, Ирина! (url) &lt;b&gt;Мы&lt;/b&gt;" in html
    assert html.count("?score=") == 11
    assert "{" not in html.split("</style>")[1]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_the_answer_page_is_shown_and_sends_nothing(as_manager: Browser, irina: Client) -> None:
    draft = make_draft()
    response = page_of(as_manager, "answer_preview", draft.pk, query="?score=9")
    assert "Это просмотр" in text_of(response)
    assert " inert>" in text_of(response)
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert press(as_manager, "answer_preview", draft.pk, score="9").status_code == 405


def test_a_test_letter_goes_to_the_manager(as_manager: Browser, manager: User, irina: Client) -> None:
    draft = make_draft()
    for key in (str(uuid.uuid4()), "not a key"):
        press(as_manager, "wave_test", draft.pk, request_key=key)
    assert {message.to_address for message in Message.objects.all()} == {manager.email}
    assert reverse("surveys:answer_preview", args=[draft.pk]) in Message.objects.first().context["url"]  # type: ignore[union-attr]


def test_start_pressed_twice_is_one_wave(as_manager: Browser, irina: Client) -> None:
    draft = make_draft()
    for _ in range(2):
        assert press(as_manager, "wave_start", draft.pk)["Location"] == reverse("surveys:wave_detail", args=[draft.pk])
        plan_due_waves(now=timezone.now())
    assert Message.objects.count() == 1


def test_a_wave_is_paused_resumed_and_closed(as_manager: Browser, wave: Wave) -> None:
    press(as_manager, "wave_pause", wave.pk)
    assert "письма придержаны" in text_of(page_of(as_manager, "wave_detail", wave.pk))
    press(as_manager, "wave_resume", wave.pk)
    assert "Придержать письма" in text_of(page_of(as_manager, "wave_detail", wave.pk))
    press(as_manager, "wave_close", wave.pk)
    assert "закрыта" in text_of(page_of(as_manager, "wave_detail", wave.pk))


def test_a_draft_is_deleted(as_manager: Browser, wave: Wave) -> None:
    assert press(as_manager, "wave_delete", make_draft().pk)["Location"] == reverse("surveys:wave_list")
    assert press(as_manager, "wave_delete", wave.pk).status_code == 404
    assert list(Wave.objects.all()) == [wave]


def test_the_wording_is_edited(as_manager: Browser) -> None:
    page_of(as_manager, "questionnaire")
    assert not Questionnaire.objects.exists()
    texts = {name: getattr(standard_wording("ru"), name) for name in standard_wording("ru").__dataclass_fields__}
    assert press(as_manager, "questionnaire", **{**texts, "why_question": ""}).status_code == 422
    assert press(as_manager, "questionnaire", **{**texts, "why_question": "За что такая оценка?"}).status_code == 302
    assert default_questionnaire("ru").why_question == "За что такая оценка?"
    assert "Score question" not in text_of(page_of(as_manager, "questionnaire", query="?locale=en"))


def test_the_wording_of_candidates_is_edited_apart(as_manager: Browser) -> None:
    texts = {name: getattr(standard_wording("ru", "candidates"), name) for name in standard_wording("ru").__dataclass_fields__}
    url = reverse("surveys:questionnaire") + "?audience=candidates&locale=ru"
    assert as_manager.post(url, {**texts, "why_question": "Как вас встретили?"}).status_code == 302
    assert default_questionnaire("ru", "candidates").why_question == "Как вас встретили?"
    assert default_questionnaire("ru") == Questionnaire.objects.get(audience="clients")
    assert "посоветуете другу работать" in text_of(page_of(as_manager, "questionnaire", query="?audience=candidates"))


# --- results -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def result(irina: Client, owner: User) -> Wave:
    """A wave with 10 trusted answers (NPS +50), one of them Irina's with words, and a doubtful one."""
    wave = start(make_draft(name="Летняя"))
    make_answer(
        wave, 4, client=irina, branch=irina.branch, why="Обещали к пятнице", ten="Звоните заранее", invitation=wave.invitations.get()
    )
    fill(wave, 7, 1, 1)
    make_answer(wave, 0, suspect_reason=SuspectReason.TOO_FAST)
    return wave


def test_results_show_the_score_and_how_sure_we_are(as_manager: Browser, result: Wave) -> None:
    page = text_of(page_of(as_manager, "wave_detail", result.pk))
    assert '<div class="mk-num mk-num-xl mt-2">+50</div>' in page
    assert "рано судить" in page
    assert "Обещали к пятнице" in page
    assert "Ирина Белова" in page
    assert "Под сомнением" in page
    assert page.count("btn-beam") == 1


def test_staff_see_words_without_names(as_staff: Browser, result: Wave) -> None:
    page = text_of(page_of(as_staff, "wave_detail", result.pk))
    assert "+50" in page
    assert "Обещали к пятнице" in page
    for secret in ("Ирина", "Белова", "Под сомнением", "btn-beam", "XLSX", result.public_token):
        assert secret not in page


def test_under_five_answers_no_score_is_shown(as_manager: Browser, wave: Wave) -> None:
    fill(wave, 4, 0, 0)
    page = text_of(page_of(as_manager, "wave_detail", wave.pk))
    assert "Пока 4 ответа. NPS покажем с пяти." in page
    assert "+100" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_results_ask_the_same_few_questions_of_any_wave(
    as_manager: Browser, wave: Wave, irina: Client, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        client = make_client(100 + number, branch=irina.branch)
        ClientSum.objects.create(
            client=client, first_day=dt.date(2024, 1, 1), last_day=dt.date(2025, 1, 1), n_days=2, n_purchases=2, cents=1, first_cents=1
        )
        make_answer(wave, 9, client=client, branch=irina.branch, why="Хорошо")
    with django_assert_num_queries(17):
        page = text_of(page_of(as_manager, "wave_detail", wave.pk))
    assert page.count('class="cm"') == count


def test_comments_are_filtered(as_manager: Browser, result: Wave) -> None:
    fans = text_of(page_of(as_manager, "wave_detail", result.pk, query="?group=promoter&text=all"))
    assert fans.count('class="cm" id=') == 7
    assert "Обещали" not in fans
    assert page_of(as_manager, "wave_detail", result.pk, query="?group=robots&by=moon").status_code == 200


def test_segments_and_branches_are_compared(as_manager: Browser, result: Wave) -> None:
    good, bad = Branch.objects.create(name="Речной"), Branch.objects.create(name="Заводская")
    fill(result, 60, 5, 5, branch=good)
    fill(result, 10, 5, 50, branch=bad)
    page = text_of(page_of(as_manager, "wave_detail", result.pk))
    assert "выше</span>" in page
    assert "ниже</span>" in page
    assert "Сегмент" in text_of(page_of(as_manager, "wave_detail", result.pk, query="?by=segment"))


def test_two_waves_make_a_trend_with_a_verdict(as_manager: Browser, irina: Client) -> None:
    first = start(make_draft(name="Весна"), timezone.now() - dt.timedelta(days=120))
    second = start(make_draft(name="Лето"), timezone.now() - dt.timedelta(days=5))
    fill(first, 30, 30, 40)
    fill(second, 50, 30, 20)
    page = text_of(page_of(as_manager, "wave_detail", second.pk))
    assert "растёт</span>" in page
    assert "К волне «Весна»" in page
    assert "NPS по волнам: от −10 до +30." in page
    assert "mk-chart" in page


def test_answers_are_exported_without_formulas(as_manager: Browser, result: Wave) -> None:
    make_answer(result, 9, why='=HYPERLINK("https://example.org")', ten="@cmd", channel=AnswerChannel.LINK)
    response = page_of(as_manager, "wave_export", result.pk, query="?format=csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert response["Content-Disposition"] == f'attachment; filename="nps-{result.pk}.csv"'
    assert (len(rows), rows[0][:4]) == (13, ["Когда", "Оценка", "Группа", "Причина"])
    assert rows[1][1:8] == ["4", "критик", "Обещали к пятнице", "Звоните заранее", "", "Ирина Белова", "'+79035554107"]
    assert rows[-1][3:5] == ['\'=HYPERLINK("https://example.org")', "'@cmd"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(page_of(as_manager, "wave_export", result.pk).content))
    sheet = book.get_sheet_by_index(0).to_python()
    assert (len(sheet), sheet[-1][3]) == (13, '\'=HYPERLINK("https://example.org")')


def test_staff_and_strangers_get_no_files(as_staff: Browser, result: Wave) -> None:
    assert page_of(as_staff, "wave_export", result.pk).status_code == 403
    assert page_of(as_staff, "wave_links", result.pk).status_code == 403
    assert page_of(Browser(), "wave_export", result.pk).status_code == 302


def test_personal_links_are_given_for_those_without_an_address(as_manager: Browser, owner: User) -> None:
    silent = make_client(1, email="", phone="+79035550001")
    make_client(2, email="", do_not_mail=True)
    make_client(3)
    wave = start(make_draft())
    assert "У 1 Клиента нет почты" in text_of(page_of(as_manager, "wave_detail", wave.pk))
    rows = page_of(as_manager, "wave_links", wave.pk, query="?format=csv").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert rows[1].endswith(f"/surveys/a/{token_of(wave, silent)}/")


# --- comments ----------------------------------------------------------------------------------------------------------------


def test_comments_of_all_waves_are_found(as_manager: Browser, result: Wave) -> None:
    make_answer(result, 10, why="Всё чисто")
    assert "Обещали к пятнице" in text_of(page_of(as_manager, "comment_list"))
    assert "Всё чисто" not in text_of(page_of(as_manager, "comment_list", query="?q=ПЯТНИЦЕ"))
    assert "Обещали" in text_of(page_of(as_manager, "comment_list", query="?q=белова&group=detractor&days=30"))
    assert "Ничего не нашлось" in text_of(page_of(as_manager, "comment_list", query="?q=нет%00такого"))
    Answer.objects.update(answered_at=timezone.now() - dt.timedelta(days=31))
    assert "Обещали" not in text_of(page_of(as_manager, "comment_list", query="?days=30"))


def test_no_comments_yet_says_where_they_come_from(as_manager: Browser) -> None:
    assert "Отзывов пока нет" in text_of(page_of(as_manager, "comment_list"))


@pytest.mark.parametrize("count", [1, 3])
def test_comments_ask_the_same_few_questions_of_any_length(
    as_manager: Browser, wave: Wave, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        make_answer(wave, 3, client=make_client(50 + number), why="Долго")
    with django_assert_num_queries(12):
        page = text_of(page_of(as_manager, "comment_list"))
    assert page.count("Долго") == count


@pytest.mark.usefixtures("company_clock")
def test_a_comment_becomes_an_action(as_manager: Browser, manager: User, result: Wave) -> None:
    answer = result.answers.exclude(why="").get()
    assert 'value="Звоните заранее"' in text_of(page_of(as_manager, "comment_action", answer.pk))
    form = {"title": "Звонить заранее", "owner": manager.pk, "due_on": str(timezone.localdate())}
    assert press(as_manager, "comment_action", answer.pk, **{**form, "due_on": "2020-01-01"}).status_code == 422
    assert not Action.objects.exists()
    for _ in range(2):
        press(as_manager, "comment_action", answer.pk, **form)
    action = Action.objects.get()
    assert (action.title, action.owner) == ("Звонить заранее", manager)
    assert "Звонить заранее" in text_of(page_of(as_manager, "wave_detail", result.pk))


def test_the_client_card_shows_what_was_answered(as_manager: Browser, result: Wave, irina: Client) -> None:
    page = text_of(page_of(as_manager, "client_panel", irina.pk))
    assert "Обещали к пятнице" in page
    assert "<html" not in page
    assert "Ответов пока нет" in text_of(page_of(as_manager, "client_panel", make_client(9).pk))


def test_an_erased_client_leaves_the_answer(as_manager: Browser, result: Wave, irina: Client) -> None:
    irina.delete()
    page = text_of(page_of(as_manager, "wave_detail", result.pk))
    assert "Обещали к пятнице" in page
    assert "Ирина Белова" not in page
