"""The wording of the three questions: a change is a new version."""

from dataclasses import asdict, dataclass, fields

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from company.models import User
from surveys.enums import WaveState
from surveys.models import Questionnaire, Wave
from surveys.queries import newest_questionnaire


@dataclass(frozen=True)
class Wording:
    """The texts of a questionnaire."""

    score_question: str
    low_label: str
    high_label: str
    why_question: str
    ten_question: str
    promoter_question: str


def standard_wording(locale: str) -> Wording:
    """Return the standard wording in a language."""
    with translation.override(locale):
        return Wording(
            score_question=_("How likely are you to recommend us to a friend or colleague?"),
            low_label=_("not at all likely"),
            high_label=_("extremely likely"),
            why_question=_("Why did you give this score?"),
            ten_question=_("What should we do so that you give us a 10?"),
            promoter_question=_("What must we keep by all means?"),
        )


def wording_in_force(locale: str) -> Wording:
    """Return the wording the next wave will have."""
    newest = newest_questionnaire(locale)
    return Wording(**{field.name: getattr(newest, field.name) for field in fields(Wording)}) if newest else standard_wording(locale)


def default_questionnaire(locale: str) -> Questionnaire:
    """Return the wording in force in a language, writing down the standard one on first use."""
    return newest_questionnaire(locale) or Questionnaire.objects.create(locale=locale, **asdict(standard_wording(locale)))


@transaction.atomic
def save_questionnaire(*, locale: str, wording: Wording, actor: User) -> Questionnaire:
    """Put a wording in force: a new version if it differs. Drafts of waves follow, started waves keep theirs."""
    current = default_questionnaire(locale)
    if all(getattr(current, field) == text for field, text in asdict(wording).items()):
        return current
    fresh = Questionnaire.objects.create(locale=locale, created_by=actor, **asdict(wording))
    Wave.objects.filter(state=WaveState.DRAFT, questionnaire__locale=locale).update(questionnaire=fresh)
    return fresh
