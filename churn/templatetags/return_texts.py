"""Words of the pages of returning."""

from django import template

from common.templatetags.mayak import signed

register = template.Library()


@register.filter
def points(share: float) -> str:
    """Write a difference of shares from -1 to 1 in signed points: +12, −3, 0."""
    return signed(100 * share)
