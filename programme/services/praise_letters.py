"""The letter that tells a colleague of praise: sent once, never of a remark."""

import datetime as dt

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from company.formulas.names import first_name
from company.queries import company_day
from mailing import services as mailing
from mailing.enums import TemplateKind
from mailing.models import MailWave
from programme.models import Praise
from programme.queries.praise import is_off_board, reached_by_letter
from programme.services.colleagues import page_link

KIND = TemplateKind.PRAISED
WINDOW = dt.timedelta(days=2)


def occurrence_of(praise: Praise) -> str:
    """Return the key under which the letter of a praise is planned once."""
    return f"praise-{praise.pk}"


def tell_praised(*, praise: Praise, now: dt.datetime) -> None:
    """Plan the letter, if one reaches the colleague; a second time, or once it was held back, there is none.

    It has no author of ours: who thanks may want to stay unnamed.
    """
    occurrence = occurrence_of(praise)
    is_planned = MailWave.objects.filter(kind=KIND, occurrence_key=occurrence).exists()
    if is_planned or not reached_by_letter(praise.about, company_day(now)):
        return
    locale = settings.LANGUAGE_CODE
    with translation.override(locale):
        recipient = praised_recipient(praise)
    mailing.plan_wave(
        kind=KIND,
        occurrence_key=occurrence,
        letter=mailing.letter_of(kind=KIND, locale=locale, name=str(KIND.label), actor=None),
        recipients=[recipient],
        not_before=now,
        window_end=now + WINDOW,
        actor=None,
        keeps_quiet_hours=True,
    )


def praised_recipient(praise: Praise) -> mailing.Recipient:
    """Return whom the letter goes to. Managers can read what is sent, so it says no more than the board would."""
    employee = praise.about
    name = first_name(employee.name)
    is_named = praise.author_name and not is_off_board(praise.author)
    facts = {
        "greeting": _("Hello, %(name)s!") % {"name": name} if name else _("Hello!"),
        "author": praise.author_name if is_named else _("a colleague"),
        "thanks": _("The words stand on your page: only you see them.") if is_off_board(employee) else praise.words,
    }
    return mailing.Recipient(
        address=employee.email, name=employee.name, external_key=f"employee-{employee.pk}", context=facts, link=page_link(employee)
    )


def hold_back(*, praise: Praise) -> None:
    """Give up on the letter of a praise that is not to be seen after all, while it has not left yet."""
    if wave := MailWave.objects.filter(kind=KIND, occurrence_key=occurrence_of(praise)).first():
        mailing.cancel_wave(mail_wave=wave, actor=None)
