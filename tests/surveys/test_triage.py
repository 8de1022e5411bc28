"""Pages of comments: the queue, tags, themes, wishes, referrals, files."""

import csv
import io
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from company.models import User
from surveys.enums import CommentKind
from surveys.models import Answer, Contact, Tag, Theme, Wave
from surveys.replies import reply_to
from surveys.services import assign_themes, sort_comment, tag_answer
from tests.surveys.conftest import fill, make_answer, make_client
from tests.surveys.test_themes import make_theme
from tests.surveys.test_views import page_of, press, text_of
from touchpoints.models import Action

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def queue(**params: str) -> str:
    """Return the address of the queue."""
    return reverse("surveys:triage", query=params)


@pytest.fixture
def comment(wave: Wave, irina: Client) -> Answer:
    """A critic's comment."""
    return make_answer(wave, 3, why="Долго везли", client=irina)


# --- the queue ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_takes_the_same_queries_for_any_number_of_rows(
    as_manager: Browser, wave: Wave, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        answer = make_answer(wave, 3, client=make_client(50 + number), why="Долго")
        tag_answer(answer=answer, name=f"метка {number}")
    with django_assert_num_queries(10):
        page = text_of(page_of(as_manager, "triage"))
    assert page.count("data-row") == count


def test_an_empty_queue_says_so(as_manager: Browser) -> None:
    assert "Всё разобрано" in text_of(page_of(as_manager, "triage"))
    assert "Здесь таких нет" in text_of(page_of(as_manager, "triage", query="?kind=idea"))


def test_a_comment_is_sorted_without_javascript_and_undone(as_manager: Browser, comment: Answer, manager: User) -> None:
    answer = press(as_manager, "comment_sort", comment.pk, kind="idea", was="", next=queue(group="detractor"))
    assert answer.headers["Location"] == f"{reverse('surveys:triage')}?group=detractor&last={comment.pk}&before="
    comment.refresh_from_db()
    assert (comment.kind, comment.triaged_by) == (CommentKind.IDEA, manager)
    page = text_of(as_manager.get(answer.headers["Location"]))
    assert (page.count("data-row"), page.count('data-key="u"')) == (1, 1)
    press(as_manager, "comment_sort", comment.pk, kind="", was="idea", next=answer.headers["Location"])
    comment.refresh_from_db()
    assert (comment.kind, comment.triaged_at) == ("", None)


def test_a_sorted_row_is_swapped_with_the_counts(as_manager: Browser, comment: Answer) -> None:
    url = reverse("surveys:comment_sort", args=[comment.pk])
    page = text_of(as_manager.post(url, {"kind": "lead", "was": "", "next": queue()}, headers=HTMX))
    assert f'id="row-{comment.pk}"' in page
    assert '<span class="n" id="n-lead" hx-swap-oob="true">1</span>' in page
    assert '<span class="n" id="n-waiting" hx-swap-oob="true">0</span>' in page
    assert "Записать знакомого" in page
    back = text_of(as_manager.post(url, {"kind": "", "was": "lead", "next": queue()}, headers=HTMX))
    assert '<span class="n" id="n-waiting" hx-swap-oob="true">1</span>' in back
    assert 'data-key="6"' in back


def test_the_second_of_two_managers_is_told(as_manager: Browser, comment: Answer, owner: User) -> None:
    sort_comment(answer=comment, kind=CommentKind.NEGATIVE, was="", actor=owner, now=timezone.now())
    url = reverse("surveys:comment_sort", args=[comment.pk])
    swapped = as_manager.post(url, {"kind": "idea", "was": "", "next": queue()}, headers=HTMX)
    assert "owner person уже разобрал" in text_of(swapped)
    assert "toast" in swapped["HX-Trigger"]
    told = as_manager.post(url, {"kind": "idea", "was": "", "next": queue()}, follow=True)
    assert "owner person уже разобрал" in text_of(told)
    comment.refresh_from_db()
    assert (comment.kind, comment.triaged_by) == (CommentKind.NEGATIVE, owner)
    again = as_manager.post(url, {"kind": "idea", "was": "negative", "next": queue(kind="negative")}, headers=HTMX)
    assert again.status_code == 200
    comment.refresh_from_db()
    assert comment.kind == CommentKind.IDEA


@pytest.mark.parametrize("data", [{"kind": "spam", "was": ""}, {"kind": "idea", "was": "x"}])
def test_an_unknown_kind_changes_nothing(as_manager: Browser, comment: Answer, data: dict[str, str]) -> None:
    assert press(as_manager, "comment_sort", comment.pk, **data).status_code == 400
    comment.refresh_from_db()
    assert comment.kind == ""


@pytest.mark.parametrize("query", ["?wave=x&tag=99999&theme=-1&kind=spam&group=z", f"?last={'9' * 40}&before=", "?last=1&before=spam"])
def test_a_filter_that_makes_no_sense_is_left_out(as_manager: Browser, comment: Answer, query: str) -> None:
    for name in ("triage", "comment_list"):
        assert "Долго везли" in text_of(page_of(as_manager, name, query=query))


def test_critics_may_come_first(as_manager: Browser, comment: Answer, wave: Wave) -> None:
    make_answer(wave, 10, why="Отлично")
    newest, critics = (text_of(page_of(as_manager, "triage", query=query)) for query in ("", "?first=critics"))
    assert newest.index("Отлично") < newest.index("Долго везли")
    assert critics.index("Долго везли") < critics.index("Отлично")


# --- replies -----------------------------------------------------------------------------------------------------------------


def test_the_author_is_replied_to_by_letter_else_by_phone(wave: Wave, irina: Client) -> None:
    by_letter = reply_to(make_answer(wave, 3, client=irina))
    assert by_letter is not None
    assert by_letter.url.startswith("mailto:client1@example.org?subject=%D0%A1")
    by_phone = reply_to(make_answer(wave, 3, client=make_client(3, email="", phone="+79035554109")))
    assert by_phone is not None
    assert (by_phone.url, by_phone.is_call) == ("tel:+79035554109", True)
    partner = Contact.objects.create(kind="partners", name="Пётр", email="a&b@example.org")
    of_partner = reply_to(make_answer(wave, 3, contact=partner))
    assert of_partner is not None
    assert of_partner.url.startswith("mailto:a%26b@example.org?")
    assert reply_to(make_answer(wave, 3)) is None
    assert reply_to(make_answer(wave, 3, client=make_client(4, email=""))) is None


def test_without_an_address_the_row_says_so(as_manager: Browser, wave: Wave) -> None:
    make_answer(wave, 3, why="Аноним")
    assert "Ответить некуда" in text_of(page_of(as_manager, "triage"))


# --- tags --------------------------------------------------------------------------------------------------------------------


def test_a_tag_is_put_on_and_taken_off(as_manager: Browser, comment: Answer) -> None:
    press(as_manager, "comment_tag", comment.pk, name="Курьер", next=queue())
    tag = comment.tags.get()
    url = reverse("surveys:comment_tag", args=[comment.pk])
    assert "Курьер" in text_of(as_manager.post(url, {"name": "КУРЬЕР", "next": queue()}, headers=HTMX))
    assert list(comment.tags.all()) == [tag]
    refused = as_manager.post(url, {"name": " # "}, headers=HTMX)
    assert (refused.status_code, text_of(refused), refused["HX-Retarget"]) == (422, "Напишите метку.", f"#tag-problem-{comment.pk}")
    assert "Напишите метку." in text_of(as_manager.post(url, {"name": ""}, follow=True))
    assert Tag.objects.count() == 1
    press(as_manager, "comment_untag", comment.pk, tag.pk)
    assert comment.tags.count() == 0


def test_tags_are_put_in_order(as_manager: Browser, comment: Answer, wave: Wave) -> None:
    one, other = tag_answer(answer=comment, name="курьер"), tag_answer(answer=make_answer(wave, 9, why="Да"), name="Доставка")
    refused = press(as_manager, "tag_rename", one.pk, name="доставка")
    assert (refused.status_code, "Объедините" in text_of(refused)) == (422, True)
    press(as_manager, "tag_rename", one.pk, name="Курьеры")
    one.refresh_from_db()
    assert one.name == "Курьеры"
    press(as_manager, "tag_merge", one.pk, into=str(one.pk))
    assert Tag.objects.count() == 2
    merged = as_manager.post(reverse("surveys:tag_merge", args=[one.pk]), {"into": other.pk}, follow=True)
    assert "1 комментарий" in text_of(merged)
    assert other.answers.count() == 2
    deleted = as_manager.post(reverse("surveys:tag_delete", args=[other.pk]), follow=True)
    assert "2 комментариях" in text_of(deleted)
    assert "Меток пока нет" in text_of(page_of(as_manager, "tag_list"))


# --- themes ------------------------------------------------------------------------------------------------------------------


def test_the_ready_dictionary_is_offered_and_taken(as_manager: Browser, comment: Answer) -> None:
    assert "Взять готовые" in text_of(page_of(as_manager, "theme_list"))
    assert Theme.objects.count() == 0
    press(as_manager, "theme_start")
    assert Theme.objects.count() == 12
    assert "Доставка" in text_of(page_of(as_manager, "theme_list"))
    assert "1 комментарий" in text_of(page_of(as_manager, "theme_list"))


@pytest.mark.parametrize("count", [1, 3])
def test_themes_take_the_same_queries_for_any_number(
    as_manager: Browser, owner: User, wave: Wave, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        make_theme(owner, f"Тема {number}", f"слово{number}")
        fill(wave, 3, 1, 1, why=f"слово{number}")
    assign_themes()
    with django_assert_num_queries(10):
        page = text_of(page_of(as_manager, "theme_list"))
    assert page.count("+40") == count


def test_a_theme_is_written_changed_and_deleted(as_manager: Browser) -> None:
    empty = press(as_manager, "theme_create", name="Связь", words=" , !")
    assert (empty.status_code, Theme.objects.count()) == (422, 0)
    press(as_manager, "theme_create", name="Связь", words="дозвониться, не брать трубку\nДозвонились")
    theme = Theme.objects.get()
    assert theme.words == ["дозвониться", "не брать трубку"]
    taken = press(as_manager, "theme_create", name="связь", words="звонок")
    assert (taken.status_code, "Такая тема уже есть" in text_of(taken)) == (422, True)
    assert press(as_manager, "theme_edit", theme.pk, name="Связь", words="а" * 61).status_code == 422
    assert press(as_manager, "theme_edit", theme.pk, name="Связь", words="\n".join(f"слово{n}" for n in range(301))).status_code == 422
    press(as_manager, "theme_edit", theme.pk, name="Телефон", words="звонок")
    theme.refresh_from_db()
    assert (theme.name, theme.words) == ("Телефон", ["звонок"])
    press(as_manager, "theme_delete", theme.pk)
    assert Theme.objects.count() == 0


def test_a_theme_shows_its_score_and_comments(as_manager: Browser, wave: Wave, owner: User) -> None:
    theme = make_theme(owner, "Доставка", "доставка")
    fill(wave, 4, 0, 1, why="Доставка")
    make_answer(wave, 0, why="Цена")
    assign_themes()
    page = text_of(page_of(as_manager, "theme_detail", theme.pk))
    assert "+60" in page
    assert page.count("Score") == 0
    assert page.count('class="cm"') == 5
    listed = text_of(page_of(as_manager, "comment_list", query=f"?theme={theme.pk}"))
    assert listed.count('class="cm"') == 5


def test_a_frequent_word_goes_into_a_theme(as_manager: Browser, wave: Wave, owner: User) -> None:
    theme = make_theme(owner, "Доставка", "доставка")
    for _ in range(2):
        make_answer(wave, 3, why="Упаковка мятая")
    assert "упаковка" in text_of(page_of(as_manager, "theme_list"))
    press(as_manager, "theme_add_word", word="упаковка", theme=theme.pk)
    press(as_manager, "theme_add_word", word="упаковка")
    theme.refresh_from_db()
    assert theme.words == ["доставка", "упаковка"]


# --- wishes, actions, referrals ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("company_clock")
def test_wishes_lead_to_actions_and_back(as_manager: Browser, wave: Wave, manager: User) -> None:
    answer = make_answer(wave, 6, ten="Больше размеров")
    page = text_of(page_of(as_manager, "wish_list", query=f"?wave={wave.pk}"))
    assert "Больше размеров" in page
    values = {"title": "Завезти размеры", "owner": manager.pk, "due_on": timezone.localdate().isoformat(), "next": queue()}
    assert press(as_manager, "comment_action", answer.pk, **values).headers["Location"] == queue()
    assert Action.objects.get().title == "Завезти размеры"
    assert "Завезти размеры" in text_of(page_of(as_manager, "wish_list"))
    assert press(as_manager, "comment_action", answer.pk, next="https://example.com/").headers["Location"] == reverse(
        "surveys:wave_detail", args=[wave.pk]
    )


def test_without_wishes_the_page_says_when_they_come(as_manager: Browser) -> None:
    assert "Пожеланий пока нет" in text_of(page_of(as_manager, "wish_list"))


def test_a_friend_is_written_down_once(as_manager: Browser, comment: Answer, irina: Client) -> None:
    assert "Долго везли" in text_of(page_of(as_manager, "referral_create", comment.pk))
    wrong = press(as_manager, "referral_create", comment.pk, name="Ольга", phone="12")
    assert (wrong.status_code, Client.objects.count()) == (422, 1)
    press(as_manager, "referral_create", comment.pk, name="Ольга", phone="8 903 555-41-08")
    olga = Client.objects.get(name="Ольга")
    assert (olga.phone, olga.referred_by) == ("+79035554108", irina)
    again = press(as_manager, "referral_create", comment.pk, name="Оля", phone="+79035554108")
    assert (again.status_code, reverse("clients:client_detail", args=[olga.pk]) in text_of(again)) == (422, True)
    assert Client.objects.count() == 2
    card = text_of(as_manager.get(reverse("clients:client_detail", args=[irina.pk])))
    assert "Ольга" in card
    assert "Ирина Белова" in text_of(as_manager.get(reverse("clients:client_detail", args=[olga.pk])))


# --- the list and its file ---------------------------------------------------------------------------------------------------


def test_the_file_holds_what_the_list_shows(as_manager: Browser, comment: Answer, wave: Wave, owner: User) -> None:
    make_theme(owner, "Доставка", "везти")
    tag_answer(answer=comment, name="=1+1")
    sort_comment(answer=comment, kind=CommentKind.CRITICISM, was="", actor=owner, now=timezone.now())
    make_answer(wave, 10, why="Отлично")
    assign_themes()
    file = page_of(as_manager, "comment_export", query="?kind=criticism&format=csv")
    heads, *rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 1
    row = dict(zip(heads, rows[0], strict=True))
    assert (row["Причина"], row["Волна"], row["Что это"]) == ("Долго везли", "Осень", "критика")
    assert (row["Метки"], row["Темы"]) == ("'=1+1", "Доставка")
    assert page_of(as_manager, "comment_export").headers["Content-Type"].endswith("sheet")


def test_the_list_is_narrowed_by_kind_tag_and_wave(as_manager: Browser, comment: Answer, wave: Wave, owner: User) -> None:
    tag = tag_answer(answer=comment, name="курьер")
    make_answer(wave, 10, why="Отлично")
    sort_comment(answer=comment, kind=CommentKind.CRITICISM, was="", actor=owner, now=timezone.now())
    for query in ("?kind=criticism", f"?tag={tag.pk}", f"?tag={tag.pk}&wave={wave.pk}"):
        page = text_of(page_of(as_manager, "comment_list", query=query))
        assert ("Долго везли" in page, "Отлично" in page) == (True, False)
    assert "Отлично" in text_of(page_of(as_manager, "comment_list", query="?kind=waiting"))
