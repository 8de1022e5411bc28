"""Themes are found by dictionary forms."""

import pytest

from surveys.formulas.lemmas import Matcher, content_lemmas, lemma_of, lemmas_of, phrase_of, says_something
from surveys.formulas.wishes import group_near, likeness


@pytest.mark.parametrize(
    ("word", "text", "is_found"),
    [
        ("доставка", "Долго ждали доставку.", True),
        ("доставка", "ДОСТАВКОЙ доволен", True),
        ("доставка", "Доставили быстро", False),
        ("доставить", "Доставили быстро", True),
        ("цена", "Цены выросли", True),
        ("цена", "ценник не тот", False),
        ("ценник", "на ценниках одно, на кассе другое", True),
        ("курьер", "Курьеру спасибо!", True),
        ("курьер", "скурьерил", False),
        ("дорого", "Дороговато", False),
        ("дорогой", "стало дороже", True),
        ("дорогой", "слишком дорого", True),
        ("вежливый", "всё вежливо объяснили", True),
        ("дозвониться", "не могу дозвониться", True),
        ("дозвониться", "три дня не дозвонилась", True),
        ("не дозвониться", "К вам не дозвонишься", True),
        ("не дозвониться", "наконец дозвонился", False),
        ("не дозвониться", "Не. Дозвонился сразу", False),
        ("не дозвониться", "не смог дозвониться", False),
        ("не брать трубку", "никто не берёт трубку", True),
        ("не брать трубку", "не брали трубки", True),
        ("не брать трубку", "не берут телефонную трубку", False),
        ("ёлка", "купили у вас елку", True),
        ("елка", "красивая ёлка", True),
        ("счёт", "Прислали не тот счет", True),
        # Homonyms: any reading of a word of the text counts, a theme's own word means itself.
        ("сталь", "заказывали листы стали", True),
        ("сталь", "Вы стали хуже работать", True),
        ("стекло", "лобовые стекла", True),
        ("стечь", "лобовые стёкла", False),
        ("мыло", "мыла в уборной нет", True),
        ("мыло", "мыли пол при нас", False),
        ("банк", "оплата через банки", True),
        ("банка", "банки с краской текут", True),
        ("дорога", "дорогой мастер", True),
        # Words with hyphens, Latin letters, numbers.
        ("интернет-магазин", "в интернет-магазине нет", True),
        ("магазин", "в интернет-магазине нет", False),
        ("delivery", "Deliveries were late", True),
        ("be late", "It was late", False),
        ("wait", "We waited for an hour", True),
        ("waiting", "too long to wait", True),
        ("call back", "nobody called back", True),
        ("call back", "called. Back again", False),
        ("client's card", "the client card", True),
        ("24 часа", "за 24 часа привезли", True),
        ("сайт", "", False),
        ("сайт", "!!! ... ???", False),
        ("сайт", "😀 сайт", True),
    ],
)
def test_a_word_is_found_in_any_form(word: str, text: str, is_found: bool) -> None:
    assert bool(Matcher.of({7: [word]}).find(text)) == is_found


def test_a_text_has_several_themes_in_order() -> None:
    matcher = Matcher.of({1: ["цена", "дорого"], 2: ["доставка"], 3: ["сайт"]})
    assert matcher.find("Доставка хорошая, но дорого. Цена кусается, доставка тоже") == [2, 1]
    assert Matcher.of({}).find("Доставка") == []
    assert Matcher.of({1: ["", "…", "!"]}).find("! …") == []


def test_a_dictionary_word_means_itself() -> None:
    assert phrase_of("мыло") == (frozenset(["мыло"]),)
    assert phrase_of("стали") == (frozenset(["стать", "сталь"]),)
    assert phrase_of("не берут трубку")[0] == frozenset(["не"])
    assert phrase_of(" ?!") == ()
    assert lemmas_of("ёлки") == lemmas_of("елки")


def test_what_a_text_is_about() -> None:
    assert content_lemmas("Сделайте доставку быстрее, и ещё — скидки!") == {"доставка", "быстрый", "скидка"}
    assert content_lemmas("Please make delivery faster") == {"deliveri", "faster"}
    assert content_lemmas("Всё хорошо") == frozenset()
    assert lemma_of("Скидками") == "скидка"
    assert [says_something(word) for word in ("очень", "42", "на", "доставка", "the")] == [False, False, False, True, False]


def test_a_single_word_is_covered_and_a_phrase_is_not() -> None:
    matcher = Matcher.of({1: ["цена", "не дозвониться"]})
    assert [matcher.covers(lemma) for lemma in ("цена", "дозвониться", "не")] == [True, False, False]


def sets(*texts: str) -> list[frozenset[str]]:
    """Return what the texts are about."""
    return [content_lemmas(text) for text in texts]


def test_wishes_in_other_words_come_together() -> None:
    texts = ("Быстрее доставка", "Доставка побыстрее", "доставку бы быстрее!", "Скидки", "скидку", "", "", "Ниже цены")
    assert group_near(sets(*texts)) == [[0, 1, 2], [3, 4], [5], [6], [7]]


def test_likeness_is_the_share_in_common() -> None:
    one, other = frozenset("abc"), frozenset("bcd")
    assert likeness(one, other) == 0.5
    assert likeness(one, one) == 1.0
    assert likeness(frozenset(), frozenset()) == 0.0
    assert group_near([one, other], near=0.5) == [[0, 1]]
