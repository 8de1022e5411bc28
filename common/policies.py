"""Content policies of single pages, for django-csp."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.http import HttpResponse

View = TypeVar("View", bound=Callable[..., HttpResponse])
# A letter needs inline styles, as every letter does; nothing else may run or load in it.
LETTER = {"default-src": [NONE], "style-src": [UNSAFE_INLINE], "img-src": ["data:"], "frame-ancestors": [SELF], "sandbox": [True]}


def policy(decorator: Any) -> Callable[[View], View]:
    """Give a decorator of django-csp the type it forgets: it takes views with any arguments."""
    return cast("Callable[[View], View]", decorator)


def letter_policy(view: View) -> View:
    """Let the view show a letter inside a frame of ours, and do nothing else."""
    return policy(csp(LETTER))(view)


def framing_policy(view: View) -> View:
    """Let the page hold frames of ours."""
    return policy(csp_update({"frame-src": [SELF]}))(view)
