"""Ready standards for touchpoints of the catalogue: data in `standards.json`, in both languages."""

import json
from pathlib import Path

from django.utils import translation

from common.speech import per_word, say

SOURCE = Path(__file__).with_name("standards.json")


@per_word
def read_standards(language: str) -> dict[str, list[str]]:
    """Return the sentences of every entry of the catalogue in one language."""
    return {
        key: [say(sentence, language) for sentence in row[language]] for key, row in json.loads(SOURCE.read_text(encoding="utf-8")).items()
    }


def ready_sentences(catalogue_key: str) -> list[str]:
    """Return ready sentences for an entry in the language in use; Russian for any other than English."""
    language = "en" if (translation.get_language() or "").startswith("en") else "ru"
    return read_standards(language).get(catalogue_key, [])
