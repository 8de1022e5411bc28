"""Letters to colleagues about cases: to the owner of a new one, to the company's owners about a late one."""

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.batches import done_each
from company.models import User
from company.queries import active_owners, the_company
from mailing import services as mailing
from mailing.enums import TemplateKind
from surveys.enums import CaseKind
from surveys.models import Case, CaseEvent
from surveys.queries import late_cases

WINDOW = dt.timedelta(days=7)
LONGEST_QUOTE = 600


@transaction.atomic
def alert_owner(*, case: Case, now: dt.datetime) -> None:
    """Write to the case's owner that it is theirs; the same owner gets it once."""
    send_alert(TemplateKind.CASE_ALERT, case, [case.owner], f"case-{case.pk}-{case.owner_id}", now)


def escalate_late_cases(*, now: dt.datetime) -> int:
    """Let every late case climb to the company's owners, once."""
    return done_each(late_cases(now), lambda case: escalate_case(case=case, now=now), "a late case")


@transaction.atomic
def escalate_case(*, case: Case, now: dt.datetime) -> bool:
    """Write to the owners that a case is late; it stays with whoever has it."""
    if not Case.objects.overdue(now).filter(pk=case.pk, escalated_at=None).update(escalated_at=now):
        return False
    CaseEvent.objects.create(case=case, at=now, text=_("The deadline is over: the company's owner has been told."))
    send_alert(TemplateKind.CASE_LATE, case, active_owners(), f"case-{case.pk}", now)
    return True


def send_alert(kind: TemplateKind, case: Case, people: Iterable[User], key: str, now: dt.datetime) -> None:
    """Put the letters in the outbox, in the company's language."""
    locale = settings.LANGUAGE_CODE
    with translation.override(locale):
        facts, words = facts_of(case), silent_words(kind) if case.kind == CaseKind.SILENCE else (None, None)
    letter = mailing.letter_of(kind=kind, locale=locale, name=str(kind.label), actor=None, subject=words[0], text=words[1])
    mailing.plan_wave(
        kind=kind.value,
        occurrence_key=key,
        letter=letter,
        recipients=[
            mailing.Recipient(address=user.email, name=user.name, external_key=f"user-{user.pk}", context=facts) for user in people
        ],
        not_before=now,
        window_end=now + WINDOW,
        actor=None,
    )


def facts_of(case: Case) -> dict[str, str]:
    """Return what fills the letter's places: no link of the Client is among it, only the page of the case."""
    zone, answer = ZoneInfo(the_company().time_zone), case.answer
    said = "\n".join(text for text in (answer.why, answer.ten) if text) if answer else ""
    return {
        "client": str(case.client or _("somebody without a name")),
        "score": str(answer.score) if answer else "",
        "words": said[:LONGEST_QUOTE] or _("no words"),
        "due": date_format(case.due_at.astimezone(zone), "j E, H:i"),
        "url": settings.BASE_URL + reverse("surveys:case_detail", args=[case.pk]),
    }


def silent_words(kind: TemplateKind) -> tuple[str, str]:
    """Return subject and text about a Client who said nothing, where the usual ones speak of a score."""
    if kind == TemplateKind.CASE_LATE:
        return _("Time is over: {client} still keeps silent"), _(
            "The talk with {client} was due by {due}, and nobody has closed the case. Decide today who talks to the Client."
        )
    return _("A dear Client keeps silent: {client}"), _(
        "{client} got our question and said nothing. People who care little leave without a word: "
        "talk to the Client by {due} and write down what you learnt."
    )
