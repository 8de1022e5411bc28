"""What the main constraint was on days gone by."""

from typing import ClassVar

from django.db import models


class ConstraintDay(models.Model):
    """The ranking of the levers as it was on one day: the last count of the day stands, days gone by are never edited."""

    day = models.DateField(unique=True)
    levers = models.JSONField(help_text="The dearest first: lever, cents a year, low, high, the mark and who shows it.")
    seen = models.CharField(max_length=200, blank=True, help_text="What it was counted from: while that is the same, so is the ranking.")
    price_cents = models.BigIntegerField(null=True, blank=True, help_text="The price of a Client it was counted with.")
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["-day"]

    def __str__(self) -> str:
        return str(self.day)
