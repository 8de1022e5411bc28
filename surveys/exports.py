"""Rows of files: the answers of a wave, personal links of those without an e-mail."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.enums import AnswerChannel, SuspectReason
from surveys.links import invitation_link
from surveys.models import Answer, Wave
from surveys.queries import export_rows, unreachable_invitations


def answer_heads() -> list[str]:
    """Return the heads of the answers' columns."""
    return [
        _("When"),
        _("Score"),
        _("Group"),
        _("Reason"),
        _("What to do or keep"),
        _("Asked to be called"),
        _("Client"),
        _("Phone"),
        _("E-mail"),
        _("Branch"),
        _("Segment"),
        _("Channel"),
        _("Why in doubt"),
    ]


def answer_rows(wave: Wave) -> Iterator[list[Any]]:
    """Yield every answer of the wave as a row."""
    return (answer_row(answer) for answer in export_rows(wave))


def answer_row(answer: Answer) -> list[Any]:
    """Return one answer as a row."""
    person = answer.client or answer.contact
    return [
        timezone.localtime(answer.answered_at).strftime("%d.%m.%Y %H:%M"),
        answer.score,
        str(answer.group.label),
        answer.why,
        answer.ten,
        _("yes") if answer.call_me else "",
        person.name if person else "",
        person.phone if person else "",
        person.email if person else "",
        str(answer.branch or ""),
        str(answer.segment or ""),
        str(AnswerChannel(answer.channel).label),
        str(SuspectReason(answer.suspect_reason).label) if answer.suspect_reason else "",
    ]


def link_heads() -> list[str]:
    """Return the heads of the personal links' columns."""
    return [_("Client"), _("Phone"), _("Personal link")]


def link_rows(wave: Wave) -> Iterator[list[Any]]:
    """Yield those who have no e-mail with the links to give them."""
    for invitation in unreachable_invitations(wave):
        person = invitation.person
        yield [person.name, person.phone, invitation_link(wave.public_token, invitation).url]


def comment_heads() -> list[str]:
    """Return the heads of the comments' columns."""
    return [*answer_heads()[:-1], _("Wave"), _("What it is"), _("Tags"), _("Themes"), _("Action")]


def comment_rows(answers: QuerySet[Answer]) -> Iterator[list[Any]]:
    """Yield comments with what was made of them."""
    for answer in answers.iterator(chunk_size=2000):
        tags, themes = ([str(one) for one in found.all()] for found in (answer.tags, answer.themes))
        made = [answer.wave.name, answer.get_kind_display(), ", ".join(tags), ", ".join(themes), str(answer.action or "")]
        yield [*answer_row(answer)[:-1], *made]
