"""The wording of the questions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from company.models import User
from surveys.enums import SurveyAudience


class Questionnaire(models.Model):
    """One version of the three questions in one language; a changed wording is a new row. `{company}` stands for the firm's name."""

    locale = models.CharField(max_length=8, default="ru")
    audience = models.CharField(max_length=10, choices=SurveyAudience.choices, default=SurveyAudience.CLIENTS)
    score_question = models.CharField(_("score question"), max_length=300)
    low_label = models.CharField(_("label at 0"), max_length=80)
    high_label = models.CharField(_("label at 10"), max_length=80)
    why_question = models.CharField(_("reason question"), max_length=300)
    ten_question = models.CharField(_("question about a 10"), max_length=300)
    promoter_question = models.CharField(_("question for 9 and 10"), max_length=300)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.score_question
