"""The wording of the three questions: a change is a new version."""

from dataclasses import asdict, dataclass, fields

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from company.models import User
from surveys.enums import SurveyAudience, WaveState
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


def standard_wording(locale: str, audience: str = SurveyAudience.CLIENTS) -> Wording:
    """Return the standard wording for an audience in a language."""
    with translation.override(locale):
        return STANDARD[SurveyAudience(audience)]()


def wording_for_clients() -> Wording:
    """Ask Clients whether they would recommend us."""
    return Wording(
        score_question=_("How likely are you to recommend us to a friend or colleague?"),
        low_label=_("not at all likely"),
        high_label=_("extremely likely"),
        why_question=_("Why did you give this score?"),
        ten_question=_("What should we do so that you give us a 10?"),
        promoter_question=_("What must we keep by all means?"),
    )


def wording_for_partners() -> Wording:
    """Ask partners whether they would recommend working with us."""
    return Wording(
        score_question=_("How likely are you to recommend us to others as a partner to work with?"),
        low_label=_("not at all likely"),
        high_label=_("extremely likely"),
        why_question=_("Why did you give this score?"),
        ten_question=_("What should we change in our work together so that you give us a 10?"),
        promoter_question=_("What in our work together must we keep by all means?"),
    )


def wording_for_candidates() -> Wording:
    """Ask candidates, taken or refused, whether they would recommend us as a place to work."""
    return Wording(
        score_question=_("How likely are you to recommend us to a friend as a place to work?"),
        low_label=_("not at all likely"),
        high_label=_("extremely likely"),
        why_question=_("How were you treated while you talked to us about the job?"),
        ten_question=_("What should we do differently so that you give us a 10?"),
        promoter_question=_("What in the way we meet candidates must we keep by all means?"),
    )


STANDARD = {
    SurveyAudience.CLIENTS: wording_for_clients,
    SurveyAudience.PARTNERS: wording_for_partners,
    SurveyAudience.CANDIDATES: wording_for_candidates,
}


def wording_in_force(locale: str, audience: str = SurveyAudience.CLIENTS) -> Wording:
    """Return the wording the next wave of an audience will have."""
    newest = newest_questionnaire(locale, audience)
    return (
        Wording(**{field.name: getattr(newest, field.name) for field in fields(Wording)}) if newest else standard_wording(locale, audience)
    )


def default_questionnaire(locale: str, audience: str = SurveyAudience.CLIENTS) -> Questionnaire:
    """Return the wording in force for an audience in a language, writing down the standard one on first use."""
    newest = newest_questionnaire(locale, audience)
    return newest or Questionnaire.objects.create(locale=locale, audience=audience, **asdict(standard_wording(locale, audience)))


@transaction.atomic
def save_questionnaire(*, locale: str, wording: Wording, actor: User, audience: str = SurveyAudience.CLIENTS) -> Questionnaire:
    """Put a wording in force: a new version if it differs. Drafts of waves follow, started waves keep theirs."""
    current = default_questionnaire(locale, audience)
    if all(getattr(current, field) == text for field, text in asdict(wording).items()):
        return current
    fresh = Questionnaire.objects.create(locale=locale, audience=audience, created_by=actor, **asdict(wording))
    drafts = Wave.objects.filter(state=WaveState.DRAFT, audience=audience, questionnaire__locale=locale)
    drafts.update(questionnaire=fresh)
    return fresh
