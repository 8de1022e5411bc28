"""The company's word for a Client in every case and number."""

import pytest

from company.formulas.morphology import russian_forms, word_forms_of
from company.formulas.words import CLIENT, READY, RUSSIAN_KEYS, forms_in


def test_the_default_word_is_what_morphology_gives() -> None:
    assert russian_forms("клиент") == CLIENT["ru"]


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("Гость", "Гость Гостя Гостю Гостя Гостем Госте Гости Гостей Гостям Гостей Гостями Гостях"),
        ("партнёр", "Партнёр Партнёра Партнёру Партнёра Партнёром Партнёре Партнёры Партнёров Партнёрам Партнёров Партнёрами Партнёрах"),
        ("Больной", "Больной Больного Больному Больного Больным Больном Больные Больных Больным Больных Больными Больных"),
        ("Больная", "Больная Больной Больной Больную Больной Больной Больные Больных Больным Больных Больными Больных"),
        ("Ученица", "Ученица Ученицы Ученице Ученицу Ученицей Ученице Ученицы Учениц Ученицам Учениц Ученицами Ученицах"),
    ],
)
def test_forms_of_people(word: str, forms: str) -> None:
    assert list(russian_forms(word).values()) == forms.split()


def test_a_thing_is_declined_as_a_person() -> None:
    assert russian_forms("абонемент")["clients_acc"] == "Абонементов"


def test_an_adjective_agrees_with_its_noun() -> None:
    forms = russian_forms("дорогой друг")
    assert [forms["client_acc"], forms["clients_ins"]] == ["Дорогого Друга", "Дорогими Друзьями"]


def test_an_unknown_word_stays_as_it_is() -> None:
    assert set(russian_forms("Customer").values()) == {"Customer"}


@pytest.mark.parametrize("word", READY)
def test_ready_words_have_all_forms_and_an_english_pair(word: str) -> None:
    forms = word_forms_of(word)
    assert tuple(forms["ru"]) == RUSSIAN_KEYS
    assert tuple(forms["en"].values()) == READY[word]


def test_english_plural_is_made_when_it_is_not_given() -> None:
    assert word_forms_of("Читатель", "reader")["en"] == {"client": "Reader", "clients": "Readers"}


def test_forms_get_a_capital_letter_and_missing_ones_fall_back() -> None:
    assert forms_in({"ru": {"client": "гость"}}, "ru")["client_gen"] == "Гость"
