"""The company's word for a Client in every case and number, always with a capital letter.

Texts are written with «Клиент» and Client. All words a company may choose are masculine and animate in Russian, so every form of
«Клиент» names its case and number without doubt, and a text can be said with another word (`company.formulas.respeaking`).
"""

from collections.abc import Mapping

CASES = ("gen", "dat", "acc", "ins", "loc")
RUSSIAN_KEYS = tuple(noun + suffix for noun in ("client", "clients") for suffix in ("", *(f"_{case}" for case in CASES)))
ENGLISH_KEYS = ("client", "clients")
# What a company may type as its own word.
RUSSIAN_WORD = r"^[А-Яа-яЁё]+(?:[ -][А-Яа-яЁё]+)*$"
Forms = dict[str, str]
WordForms = dict[str, Forms]

CLIENT: WordForms = {
    "ru": dict(
        zip(
            RUSSIAN_KEYS,
            [
                "Клиент",
                "Клиента",
                "Клиенту",
                "Клиента",
                "Клиентом",
                "Клиенте",
                "Клиенты",
                "Клиентов",
                "Клиентам",
                "Клиентов",
                "Клиентами",
                "Клиентах",
            ],
            strict=True,
        )
    ),
    "en": {"client": "Client", "clients": "Clients"},
}

# Words offered ready, with their English pairs.
READY = {
    "Клиент": ("Client", "Clients"),
    "Покупатель": ("Customer", "Customers"),
    "Пользователь": ("User", "Users"),
    "Партнёр": ("Partner", "Partners"),
    "Заказчик": ("Customer", "Customers"),
    "Абонент": ("Subscriber", "Subscribers"),
    "Пациент": ("Patient", "Patients"),
    "Гость": ("Guest", "Guests"),
    "Турист": ("Traveller", "Travellers"),
    "Пассажир": ("Passenger", "Passengers"),
}


def forms_in(word_forms: Mapping[str, Mapping[str, str]], language: str) -> Forms:
    """Return every form in the language, from the company's own words where they are set."""
    own = word_forms.get(language) or CLIENT.get(language) or CLIENT["en"]
    base = {key: own.get(key) or own.get(key.partition("_")[0]) or CLIENT["en"][key.partition("_")[0]] for key in RUSSIAN_KEYS}
    return {key: capital(form) for key, form in base.items()}


def capital(word: str) -> str:
    """Write the word with a capital letter and leave the rest as it is."""
    return word[:1].upper() + word[1:]
