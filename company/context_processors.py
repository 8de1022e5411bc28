"""What every template may use."""

from typing import Any

from django.http import HttpRequest


def company(request: HttpRequest) -> dict[str, Any]:
    """Give templates the firm."""
    return {"company": getattr(request, "company", None)}
