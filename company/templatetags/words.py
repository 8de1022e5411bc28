"""The company's word for a Client in templates, without loading."""

from typing import Any

from django import template
from django.utils.translation import get_language

from company.formulas.words import fill

register = template.Library()


@register.filter
def worded(text: object, company: Any) -> str:
    """Put the company's word into a text: `{{ _("Value of a {client}")|worded:company }}`."""
    return fill(str(text), company.word_forms if company else {}, get_language() or "ru")


@register.simple_tag(takes_context=True)
def client_word(context: template.Context, case: str = "", number: str = "one") -> str:
    """Write the word in a case and number: `{% client_word "gen" "many" %}`."""
    noun = "clients" if number == "many" else "client"
    return worded(f"{{{noun}_{case}}}" if case else f"{{{noun}}}", context.get("company"))
