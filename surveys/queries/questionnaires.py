"""Which wording is in force."""

from surveys.models import Questionnaire


def newest_questionnaire(locale: str) -> Questionnaire | None:
    """Return the wording in force in a language."""
    return Questionnaire.objects.filter(locale=locale).order_by("-id").first()
