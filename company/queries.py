"""Reads of the firm."""

from company.models import Company


def the_company() -> Company:
    """Return the firm; before one is set up, an unsaved stand-in."""
    return Company.objects.first() or Company(name="Mayak")
