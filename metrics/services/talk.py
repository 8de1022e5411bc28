"""Keeping how many people hear from one who is pleased or displeased."""

import logging
from decimal import Decimal
from fractions import Fraction

from django.db import transaction

from company.models import User
from metrics.models import TalkSettings

logger = logging.getLogger(__name__)
HUNDREDTHS = Decimal("0.01")


@transaction.atomic
def save_talk_settings(*, fan_tells: int, critic_tells: int, acts_percent: Fraction | None, actor: User) -> None:
    """Keep the company's own numbers; the share of those who act is empty while nobody assumes one."""
    percent = None if acts_percent is None else (Decimal(acts_percent.numerator) / acts_percent.denominator).quantize(HUNDREDTHS)
    values = {"fan_tells": fan_tells, "critic_tells": critic_tells, "acts_percent": percent}
    TalkSettings.objects.update_or_create(pk=1, defaults=values)
    logger.info("Word of mouth set by user %s", actor.pk)
