"""What every template may use."""

from functools import partial
from typing import Any

from django.http import HttpRequest

from company.navigation import menu_of, tabs_of


def company(request: HttpRequest) -> dict[str, Any]:
    """Give templates the firm and, when they draw it, the menu."""
    return {
        "company": getattr(request, "company", None),
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "menu": partial(menu_of, request),
        "tabs": partial(tabs_of, request),
    }
