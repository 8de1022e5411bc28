"""Which wording is in force."""

from surveys.enums import SurveyAudience
from surveys.models import Questionnaire


def newest_questionnaire(locale: str, audience: str = SurveyAudience.CLIENTS) -> Questionnaire | None:
    """Return the wording in force for an audience in a language."""
    return Questionnaire.objects.filter(locale=locale, audience=audience).order_by("-id").first()
