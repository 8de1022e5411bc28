"""What the demo owner believes a Client is worth, saved twice."""

import datetime as dt

from company.models import User
from metrics.models import LtvVersion
from programme.demo.firm import OWNER

VERSIONS = ((280, "4", "2150", "5", 4_300_000), (20, "4,2", "2315", "5", 4_861_500))


def create_prices(now: dt.datetime) -> None:
    """Save the calculations, oldest first."""
    owner = User.objects.get(email=OWNER)
    for days_ago, purchases, check, years, cents in VERSIONS:
        version = LtvVersion.objects.create(
            purchases_per_year=purchases, average_check=check, years=years, revenue_cents=cents, created_by=owner
        )
        LtvVersion.objects.filter(pk=version.pk).update(created_at=now - dt.timedelta(days=days_ago))
