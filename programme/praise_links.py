"""The address the code on the wall leads to."""

from django.conf import settings
from django.urls import reverse

from programme.models import PraiseCode


def code_url(code: PraiseCode) -> str:
    """Return the full address a phone opens."""
    return str(settings.BASE_URL) + reverse("programme:praise_box", args=[code.token])
