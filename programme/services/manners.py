"""Writes of the code of manners: publish, read, remind."""

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from company.formulas.names import first_name
from company.models import Employee, User
from mailing import services as mailing
from mailing.enums import TemplateKind
from programme.enums import Way
from programme.formulas.manners import rules_of, text_of
from programme.models import MannersAck, MannersVersion
from programme.queries.manners import manners_in_force, manners_readers
from programme.services.colleagues import page_link

WINDOW = dt.timedelta(days=2)


class StaleCodeError(Exception):
    """Somebody has published another version meanwhile: nothing was saved."""


class NothingChangedError(Exception):
    """The words are those of the version in force: nothing was saved."""


@transaction.atomic
def publish_manners(  # noqa: PLR0913 - named, what a version is
    *, intro: str, text: str, change_note: str, asks_again: bool, based_on: int, actor: User, now: dt.datetime
) -> MannersVersion:
    """Publish a new version made from the one with the number `based_on` (0: there was none)."""
    newest = manners_in_force()
    if (newest.number if newest else 0) != based_on:
        raise StaleCodeError
    tidy = text_of(rules_of(text))
    if newest and (tidy, intro.strip()) == (newest.text, newest.intro):
        raise NothingChangedError
    try:
        with transaction.atomic():
            return MannersVersion.objects.create(
                number=based_on + 1,
                intro=intro.strip(),
                text=tidy,
                change_note=change_note.strip(),
                asks_again=asks_again or not newest,
                published_at=now,
                published_by=actor,
            )
    except IntegrityError as error:  # two people pressed at once: the number is taken
        raise StaleCodeError from error


@transaction.atomic
def acknowledge_manners(*, employee: Employee, version: MannersVersion, way: Way, actor: User | None, now: dt.datetime) -> bool:
    """Write down that a colleague has read a version; False when it was written down already."""
    _ack, is_new = MannersAck.objects.get_or_create(
        employee=employee, version=version, defaults={"way": way, "marked_by": actor, "acked_at": now}
    )
    return is_new


@transaction.atomic
def remind_of_manners(*, actor: User, today: dt.date, now: dt.datetime) -> int:
    """Write to those who have not read the code in force and can be written to, once a day; return to how many."""
    version = manners_in_force()
    if version is None:
        return 0
    locale = settings.LANGUAGE_CODE
    with translation.override(locale):
        recipients = [reader_recipient(employee, version) for employee in manners_readers(today).to_write]
    if recipients:
        mailing.plan_wave(
            kind=TemplateKind.MANNERS_ASKED.value,
            occurrence_key=f"manners-{version.number}-{today}",
            letter=mailing.letter_of(
                kind=TemplateKind.MANNERS_ASKED, locale=locale, name=str(TemplateKind.MANNERS_ASKED.label), actor=actor
            ),
            recipients=recipients,
            not_before=now,
            window_end=now + WINDOW,
            actor=actor,
            keeps_quiet_hours=True,
        )
    return len(recipients)


def reader_recipient(employee: Employee, version: MannersVersion) -> mailing.Recipient:
    """Return whom the letter goes to, with the colleague's own link."""
    name = first_name(employee.name)
    facts = {
        "greeting": _("Hello, %(name)s!") % {"name": name} if name else _("Hello!"),
        "published": date_format(version.published_at, "j E"),
    }
    return mailing.Recipient(
        address=employee.email, name=employee.name, external_key=f"employee-{employee.pk}", context=facts, link=page_link(employee)
    )
