"""The script of an exit call: the one supplied, its placeholders, and how they are filled."""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
PLACEHOLDERS: dict[str, str | Promise] = {
    "name": _("the Client"),
    "company": _("your company"),
    "caller": _("who calls"),
    "responsible": _("who looks after the Client"),
    "product": _("what the Client buys most"),
    "since": _("the month of the first purchase"),
}
DEFAULT_STEPS: list[tuple[str | Promise, str | Promise]] = [
    (
        _("Say who you are and that you sell nothing"),
        _("Hello, this is {caller}, {company}. I sell nothing: I want to understand where we went wrong. Do you have two minutes?"),
    ),
    (
        _("Thank them and admit the loss"),
        _("You have been with us since {since}, most often you took: {product}. Then we lost you, so the fault is ours."),
    ),
    (
        _("Ask and keep silent"),
        _("What was the last straw? Tell me as it was, I will write it down word for word."),
    ),
    (
        _("Ask what to fix for them to return"),
        _("If we put this right, would you come to us again? What exactly must change?"),
    ),
    (
        _("Thank them and agree on the next talk"),
        _("Thank you, this is worth more to us than praise. May I call you when we have fixed it?"),
    ),
]


def default_steps() -> list[dict[str, str]]:
    """Return the supplied script in the language of the moment."""
    return [{"title": str(title), "say": str(say)} for title, say in DEFAULT_STEPS]


def unknown_placeholders(text: str) -> list[str]:
    """Return what stands in braces and means nothing."""
    return [found for found in PLACEHOLDER.findall(text) if found not in PLACEHOLDERS]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in place of the placeholders; nothing else in the text is touched."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)
