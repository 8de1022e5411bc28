"""The address a QR code at a touchpoint leads to."""

from django.conf import settings
from django.urls import reverse

from touchpoints.models import PointCode


def code_url(code: PointCode) -> str:
    """Return the full address a Client's phone opens."""
    return str(settings.BASE_URL) + reverse("touchpoints:point_rating", args=[code.token])
