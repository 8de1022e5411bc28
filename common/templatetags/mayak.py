"""Filters and tags every template has without loading them."""

from django import template
from django.urls import NoReverseMatch, reverse

from common.money import MINUS, NBSP, format_cents, group_digits

register = template.Library()


@register.filter
def grouped(number: int | None) -> str:
    """Write a whole number in groups of three digits."""
    return "" if number is None else group_digits(int(number))


@register.filter
def money(cents: int | None, currency: str = "RUB") -> str:
    """Write minor units as whole money: `{{ cents|money:company.currency }}`."""
    return "" if cents is None else format_cents(int(cents), currency)


@register.filter
def signed(number: float | None) -> str:
    """Write a number with its sign, as NPS is written: +42, −3, 0."""
    if number is None:
        return ""
    whole = round(number)
    return f"+{whole}" if whole > 0 else str(whole).replace("-", MINUS)


@register.filter
def percent(share: float | None) -> str:
    """Write a share from 0 to 1 as whole percent."""
    return "" if share is None else f"{round(share * 100)}{NBSP}%"


@register.simple_tag
def url_if_any(name: str, *args: object) -> str:
    """Return the address of the view, or nothing while no app serves it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
