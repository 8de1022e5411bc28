"""Themes, tags, kinds and wishes: what is made of comments."""

import datetime as dt
import time
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clients.models import Client, ClientSum
from clients.services import KnownClientError, PhoneError, create_client, phone_of
from company.models import User
from surveys.enums import AnswerChannel, CommentKind, SurveyAudience, SuspectReason
from surveys.models import Answer, Tag, Theme, ThemeDictionary, Wave
from surveys.queries import (
    CommentFilter,
    comments,
    count_to_theme,
    count_to_triage,
    kind_counts,
    tags_with_use,
    theme_results,
    theme_trend,
    triage_queue,
    wish_list,
    wishes,
    word_hints,
)
from surveys.services import (
    TagTakenError,
    add_word,
    assign_themes,
    delete_tag,
    delete_theme,
    make_referral,
    merge_tags,
    rename_tag,
    save_theme,
    sort_comment,
    start_dictionary,
    tag_answer,
    untag_answer,
)
from surveys.starter_themes import starter_themes
from surveys.tasks import find_themes
from tests.surveys.conftest import fill, make_answer, make_client, make_draft, start

pytestmark = pytest.mark.django_db


def make_theme(owner: User, name: str, *words: str) -> Theme:
    """Save a theme."""
    return save_theme(theme=Theme(name=name, words=list(words)), actor=owner)


def themes_of(answer: Answer) -> list[str]:
    """Return the names of an answer's themes."""
    return [theme.name for theme in answer.themes.all()]


# --- finding themes ----------------------------------------------------------------------------------------------------------


def test_themes_are_found_in_both_answers(wave: Wave, owner: User) -> None:
    make_theme(owner, "Доставка", "доставка")
    make_theme(owner, "Цена", "цена", "дорогой")
    both = make_answer(wave, 3, why="Долгая доставка", ten="Снизьте цены")
    none = make_answer(wave, 10, why="Спасибо")
    silent = make_answer(wave, 9)
    assert (count_to_theme(), assign_themes(), count_to_theme()) == (2, 2, 0)
    assert [themes_of(answer) for answer in (both, none, silent)] == [["Доставка", "Цена"], [], []]
    assert assign_themes() == 0


def test_without_a_dictionary_nothing_is_done(wave: Wave) -> None:
    make_answer(wave, 3, why="Долгая доставка")
    assert (assign_themes(), count_to_theme()) == (0, 0)


def test_a_phrase_does_not_reach_over_to_the_next_question(wave: Wave, owner: User) -> None:
    make_theme(owner, "Связь", "не дозвониться")
    answer = make_answer(wave, 3, why="Ну не", ten="дозвонился")
    find_themes()
    assert themes_of(answer) == []


def test_a_changed_dictionary_is_read_with_again(wave: Wave, owner: User) -> None:
    theme = make_theme(owner, "Доставка", "доставка")
    answer = make_answer(wave, 3, why="Курьер опоздал, доставка подвела")
    assign_themes()
    assert add_word(theme=theme, word="курьер")
    assert not add_word(theme=theme, word="Курьеры")
    theme.refresh_from_db()
    assert theme.words == ["доставка", "курьер"]
    theme.words = ["оплата"]
    save_theme(theme=theme, actor=owner)
    assert assign_themes() == 1
    assert themes_of(answer) == []


def test_a_new_name_does_not_have_all_answers_read_again(wave: Wave, owner: User) -> None:
    theme = make_theme(owner, "Доставка", "доставка")
    make_answer(wave, 3, why="доставка")
    assign_themes()
    theme.name = "Привоз"
    save_theme(theme=theme, actor=owner)
    assert count_to_theme() == 0


def test_a_corrected_answer_is_looked_at_again(wave: Wave, owner: User) -> None:
    make_theme(owner, "Доставка", "доставка")
    make_theme(owner, "Цена", "цена")
    answer = make_answer(wave, 3, why="доставка")
    assign_themes()
    Answer.objects.filter(pk=answer.pk).update(score=9, why="доставка")
    assert count_to_theme() == 0
    Answer.objects.filter(pk=answer.pk).update(why="Цена", corrected_at=timezone.now())
    assert (count_to_theme(), assign_themes()) == (1, 1)
    assert themes_of(answer) == ["Цена"]


def test_reading_goes_on_in_chunks(wave: Wave, owner: User, django_assert_num_queries: Any) -> None:
    make_theme(owner, "Доставка", "доставка")
    for _number in range(5):
        make_answer(wave, 3, why="доставка")
    with django_assert_num_queries(29):
        assert assign_themes(chunk=2) == 5
    assert Answer.themes.through.objects.count() == 5


def test_ten_thousand_comments_take_seconds(wave: Wave, owner: User) -> None:
    start_dictionary(locale="ru", actor=owner)
    text = "Доставка задержалась на два дня, курьер не брал трубку, цены выросли, а менеджер {} был вежлив и всё объяснил"
    rows = [
        Answer(wave=wave, score=number % 11, channel=AnswerChannel.EMAIL, submission_key=uuid.uuid4(), why=text.format(f"имя{number}"))
        for number in range(10_000)
    ]
    Answer.objects.bulk_create(rows)
    began = time.monotonic()
    assert assign_themes() == 10_000
    assert time.monotonic() - began < 60
    assert theme_results()[0].counts.n == 10_000


def test_a_theme_keeps_one_of_equal_words_and_its_name_is_its_own(owner: User) -> None:
    theme = make_theme(owner, "Цена", "цена", " Цены ", "", "?!", "дорогой", "не  дозвониться")
    assert theme.words == ["цена", "дорогой", "не дозвониться"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Theme.objects.create(name="ЦЕНА")
    with pytest.raises(IntegrityError), transaction.atomic():
        ThemeDictionary.objects.create(pk=2)


def test_the_ready_dictionary_comes_only_into_an_empty_one(owner: User) -> None:
    assert start_dictionary(locale="ru", actor=owner) == 12
    assert start_dictionary(locale="ru", actor=owner) == 0
    assert Theme.objects.filter(name="Доставка").exists()
    assert [name for name, _words in starter_themes("en")][:2] == ["Delivery", "Price"]
    assert all(len(words) >= 8 for _name, words in starter_themes("en"))


def test_a_deleted_theme_leaves_the_comments(wave: Wave, owner: User) -> None:
    theme = make_theme(owner, "Доставка", "доставка")
    answer = make_answer(wave, 3, why="доставка")
    assign_themes()
    delete_theme(theme=theme)
    assert (themes_of(answer), Answer.objects.count()) == ([], 1)


# --- results of themes -------------------------------------------------------------------------------------------------------


def test_results_of_themes(wave: Wave, owner: User, django_assert_num_queries: Any) -> None:
    price, delivery = make_theme(owner, "Цена", "цена"), make_theme(owner, "Доставка", "доставка")
    other = start(make_draft(name="Зима", rest_days=0))
    fill(wave, 3, 1, 2, why="доставка")
    fill(other, 1, 0, 0, why="цена и доставка")
    make_answer(wave, 0, why="цена", suspect_reason=SuspectReason.HONEYPOT)
    partners = start(make_draft(name="Партнёры", rest_days=0))
    Wave.objects.filter(pk=partners.pk).update(audience=SurveyAudience.PARTNERS)
    make_answer(partners, 0, why="цена")
    assign_themes()
    with django_assert_num_queries(2):
        results = theme_results()
    assert [(result.theme, result.counts.n) for result in results] == [(delivery, 7), (price, 1)]
    assert results[0].estimate is not None
    assert round(results[0].estimate.score) == 29
    assert (results[1].estimate, results[1].critics_share) == (None, 0.0)
    assert theme_results(wave=wave)[1].critics_share is None
    assert [result.counts.n for result in theme_results(wave=wave, theme=delivery)] == [6]
    assert [result.counts.n for result in theme_results(theme=delivery)] == [7]
    assert [(point.wave, point.estimate.n) for point in theme_trend(delivery)] == [(wave, 6)]


def test_words_no_theme_covers_are_offered(wave: Wave, owner: User) -> None:
    make_theme(owner, "Доставка", "доставка")
    for why in ("Доставка и упаковка", "Мятая упаковка", "В упаковке дыра, упаковка плохая", "Parking is bad", "no parkings", "Шум"):
        make_answer(wave, 3, why=why)
    assign_themes()
    assert [(hint.word, hint.count) for hint in word_hints(5)] == [("parking", 2), ("упаковка", 2)]


# --- kinds and the queue -----------------------------------------------------------------------------------------------------


def test_a_comment_is_sorted_once(wave: Wave, owner: User, manager: User) -> None:
    answer, now = make_answer(wave, 3, why="Долго"), timezone.now()
    assert sort_comment(answer=answer, kind=CommentKind.IDEA, was="", actor=owner, now=now)
    assert not sort_comment(answer=answer, kind=CommentKind.NEGATIVE, was="", actor=manager, now=now)
    answer.refresh_from_db()
    assert (answer.kind, answer.triaged_by, answer.triaged_at) == (CommentKind.IDEA, owner, now)
    assert sort_comment(answer=answer, kind="", was=CommentKind.IDEA, actor=manager, now=now)
    answer.refresh_from_db()
    assert (answer.kind, answer.triaged_by, answer.triaged_at) == ("", None, None)


def test_the_queue_holds_trusted_words_nobody_sorted(wave: Wave, owner: User) -> None:
    fan, critic, neutral = (make_answer(wave, score, why="Слова") for score in (10, 2, 8))
    make_answer(wave, 5)
    make_answer(wave, 5, why="Слова", suspect_reason=SuspectReason.TOO_FAST)
    done = make_answer(wave, 6, why="Слова", kind=CommentKind.LEAD, triaged_at=timezone.now())
    waiting = CommentFilter(kind="")
    assert list(triage_queue(waiting, critics_first=False)) == [neutral, critic, fan]
    assert list(triage_queue(waiting, critics_first=True)) == [critic, neutral, fan]
    assert list(comments(CommentFilter(kind=CommentKind.LEAD))) == [done]
    assert count_to_triage() == 3
    assert kind_counts(waiting) == {"waiting": 3, "negative": 0, "positive": 0, "question": 0, "criticism": 0, "idea": 0, "lead": 1}


# --- tags --------------------------------------------------------------------------------------------------------------------


def test_a_tag_is_one_whatever_its_case(wave: Wave) -> None:
    one, other = make_answer(wave, 3, why="Долго"), make_answer(wave, 3, why="Дорого")
    tag = tag_answer(answer=one, name=" #Юбка  миди")
    assert (tag.name, tag_answer(answer=other, name="ЮБКА МИДИ")) == ("Юбка миди", tag)
    assert [(found.name, found.n) for found in tags_with_use()] == [("Юбка миди", 2)]  # type: ignore[attr-defined]
    untag_answer(answer=one, tag=tag)
    assert tag.answers.get() == other
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(name="юбка миди")


def test_tags_are_renamed_merged_and_deleted(wave: Wave) -> None:
    one, both = make_answer(wave, 3, why="Долго"), make_answer(wave, 3, why="Дорого")
    short, long = tag_answer(answer=one, name="курьер"), tag_answer(answer=both, name="Курьеры")
    tag_answer(answer=both, name="курьер")
    with pytest.raises(TagTakenError) as refused:
        rename_tag(tag=short, name="КУРЬЕРЫ")
    assert refused.value.tag == long
    rename_tag(tag=short, name="Курьер")
    assert merge_tags(tag=short, into=long) == 2
    assert [(tag.name, sorted(tag.answers.values_list("pk", flat=True))) for tag in Tag.objects.all()] == [("Курьеры", [one.pk, both.pk])]
    assert (delete_tag(tag=long), Tag.objects.count(), Answer.objects.count()) == (2, 0, 2)


# --- wishes ------------------------------------------------------------------------------------------------------------------


def spend(client: Client, cents: int) -> Client:
    """Give a Client a sum."""
    day = dt.date(2026, 1, 1)
    ClientSum.objects.create(client=client, first_day=day, last_day=day, n_days=1, n_purchases=1, cents=cents, first_cents=cents)
    return client


def test_wishes_come_together_by_theme_and_meaning(wave: Wave, owner: User, irina: Client, django_assert_num_queries: Any) -> None:
    delivery = make_theme(owner, "Доставка", "доставка")
    rich, poor = spend(irina, 500_00), spend(make_client(2), 100_00)
    make_answer(wave, 3, ten="Быстрее доставка", client=rich)
    make_answer(wave, 8, ten="Доставку бы быстрее!", client=rich)
    newest = make_answer(wave, 7, ten="быстрее доставка.", client=poor)
    make_answer(wave, 6, ten="Больше цветов")
    make_answer(wave, 10, ten="Быстрее доставка")
    make_answer(wave, 2, ten="Быстрее доставка", suspect_reason=SuspectReason.NO_PAGE)
    with django_assert_num_queries(2):
        found = wish_list(wave=wave)
    assert (found.asked, found.is_cut) == (4, False)
    assert [(part.theme, part.count, part.cents) for part in found.themes] == [(delivery, 3, 600_00), (None, 1, 0)]
    group = found.themes[0].groups[0]
    assert (group.text, group.detractors, group.passives, group.answer_pk) == ("быстрее доставка.", 1, 2, newest.pk)
    assert group.answers_line == ",".join(str(one.pk) for one in group.answers)
    assert len(group.answers) == 3
    assert [(wish.count, wish.detractors, wish.passives) for wish in wishes(wave, 5)] == [(3, 1, 2), (1, 1, 0)]
    assert wish_list(wave=start(make_draft(name="Зима", rest_days=0))).themes == ()


# --- leads -------------------------------------------------------------------------------------------------------------------


def test_a_lead_becomes_a_client_who_knows_who_sent_them(wave: Wave, irina: Client, owner: User) -> None:
    answer = make_answer(wave, 10, why="Подруга Ольга ищет такое же", client=irina)
    values: dict[str, Any] = {"name": "Ольга", "phone": "+79035554108", "email": "Olga@example.org", "note": "Ищет пальто", "actor": owner}
    olga = make_referral(answer=answer, **values)
    assert (olga.referred_by, olga.email, list(irina.referrals.all())) == (irina, "olga@example.org", [olga])
    for again in ({"phone": ""}, {"email": ""}, {"phone": "", "email": ""}):
        with pytest.raises(KnownClientError) as refused:
            make_referral(answer=answer, **values | again)
        assert refused.value.client == olga
    assert Client.objects.count() == 2


def test_a_client_may_be_added_by_name_alone(owner: User) -> None:
    first, second = (create_client(name="Пётр", actor=owner) for _ in range(2))
    assert first != second
    assert (first.referred_by, first.phone, first.email) == (None, "", "")


@pytest.mark.parametrize(("typed", "phone"), [("8 (903) 555-41-08", "+79035554108"), ("", ""), ("+49 30 901820", "+4930901820")])
def test_a_phone_is_read_as_people_type_it(company: Any, typed: str, phone: str) -> None:
    assert phone_of(typed) == phone


def test_what_is_no_phone_is_refused(company: Any) -> None:
    with pytest.raises(PhoneError):
        phone_of("12 34")
