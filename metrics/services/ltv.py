"""Saving what the company believes a Client is worth."""

from collections.abc import Mapping

from django.db import transaction

from clients.models import Segment
from company.models import Company, User
from metrics.formulas.ltv import Calculation
from metrics.models import LtvVersion


@transaction.atomic
def save_ltv_version(*, calculation: Calculation, typed: Mapping[str, str], segment: Segment | None, actor: User) -> LtvVersion:
    """Keep a calculation as a new version; the same numbers as in the last one change nothing and return that one.

    `typed` is what was written in the fields, kept as it was.
    """
    list(Company.objects.select_for_update().values_list("pk"))  # two clicks at once save one version
    texts = {field: typed.get(field, "").strip() for field in LtvVersion.TYPED}
    last = LtvVersion.objects.filter(segment=segment).first()
    if last and all(getattr(last, field) == text for field, text in texts.items()):
        return last
    return LtvVersion.objects.create(
        **texts,
        segment=segment,
        revenue_cents=calculation.revenue,
        profit_cents=calculation.profit.total if calculation.profit else None,
        created_by=actor,
    )
