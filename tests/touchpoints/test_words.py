"""The company's own words for the three levels."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from company.models import User
from tests.touchpoints.make import finished_audit
from touchpoints import services
from touchpoints.models import MapSettings, Touchpoint
from touchpoints.queries import RatingWords, rating_words

PAGE = "/touchpoints/words/"


def test_without_words_of_its_own_a_company_has_the_usual_ones(db: None) -> None:
    assert rating_words() == RatingWords("отстой", "норм", "вау")


def test_empty_word_means_the_usual_one(manager: User) -> None:
    services.change_rating_words(awful="", ok="сойдёт", wow="", actor=manager)
    words = rating_words()
    assert [words.of(rating) for rating in (-1, 0, 1, None)] == ["отстой", "сойдёт", "вау", "нет оценки"]


def test_words_are_saved_and_shown_on_the_map(as_manager: Browser, manager: User, sign: Touchpoint) -> None:
    finished_audit({sign: 1}, days_ago=3)
    finished_audit({sign: -1})
    typed = {"awful_word": "кошмар", "ok_word": "", "wow_word": "огонь"}
    assert as_manager.post(PAGE, typed)["Location"] == reverse("touchpoints:map")
    assert MapSettings.objects.values_list("awful_word", "ok_word", "wow_word", "changed_by").get() == ("кошмар", "", "огонь", manager.pk)
    text = as_manager.get(reverse("touchpoints:map")).content.decode()
    assert [word in text for word in ("огонь 0 · кошмар 1", "было огонь", "Кошмар", "отстой", "вау")] == [True, True, True, False, False]


@pytest.mark.parametrize(
    "typed", [{"awful_word": "норм"}, {"awful_word": "Вау"}, {"ok_word": "так себе", "wow_word": "ТАК СЕБЕ"}, {"wow_word": "о" * 21}]
)
def test_one_word_for_two_levels_or_a_long_word_is_refused(as_manager: Browser, typed: dict[str, str]) -> None:
    answer = as_manager.post(PAGE, typed)
    assert (answer.status_code, MapSettings.objects.count()) == (422, 0)
    assert next(iter(typed.values())) in answer.content.decode()


def test_there_is_one_row_of_words(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        MapSettings.objects.create(pk=2)
    assert MapSettings.objects.count() == 0
