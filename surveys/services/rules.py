"""The rules the company sets for its surveys."""

from django.db import transaction

from common.tokens import new_token
from company.models import User
from surveys.models import SurveySettings

KEPT = ("id", "badge_token")


@transaction.atomic
def save_survey_settings(*, rules: SurveySettings, actor: User) -> SurveySettings:
    """Put the rules in force. The badge gets its address when it is first switched on and keeps it."""
    del actor  # named for the record the audit history will keep
    SurveySettings.objects.get_or_create(pk=1)
    saved = SurveySettings.objects.select_for_update().get(pk=1)
    for field in SurveySettings._meta.concrete_fields:
        if field.name not in KEPT:
            setattr(saved, field.attname, getattr(rules, field.attname))
    if saved.badge_is_on and not saved.badge_token:
        saved.badge_token = new_token()
    saved.save()
    return saved
