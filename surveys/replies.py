"""How to answer the author of a comment: a letter, a call, or no way at all."""

from dataclasses import dataclass
from urllib.parse import quote

from django.utils import translation
from django.utils.translation import gettext as _

from common.templatetags.mayak import phone
from surveys.models import Answer


@dataclass(frozen=True)
class Reply:
    """A link that opens a letter or dials."""

    url: str
    address: str
    is_call: bool


def reply_to(answer: Answer) -> Reply | None:
    """Return the way to the author, by letter if there is an address; None for a nameless one."""
    author = answer.client or answer.contact
    if author and author.email:
        with translation.override(answer.locale):
            subject = _("Thank you for your answer")
        return Reply(f"mailto:{quote(author.email, safe='@+')}?subject={quote(subject)}", author.email, is_call=False)
    return Reply(f"tel:{author.phone}", phone(author.phone), is_call=True) if author and author.phone else None
