"""Letters about walks: the request at once, a reminder on the day before and one three days after."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.batches import done_each
from company.formulas.names import first_name
from company.models import User
from mailing import services as mailing
from mailing.enums import Reason, TemplateKind
from mailing.models import MailWave
from touchpoints.enums import ReminderMoment
from touchpoints.links import guest_link
from touchpoints.models import Audit, AuditRound
from touchpoints.queries import audits_to_remind, with_points
from touchpoints.services.mornings import day_of_reminders

CountedAudit = Any
"""An audit as `with_points` returns it."""

WINDOW = dt.timedelta(days=2)


@transaction.atomic
def ask_auditors(*, audit_round: AuditRound, actor: User, now: dt.datetime) -> None:
    """Write to every colleague of the round once, about all of their walks; whoever planned it knows already."""
    audits = with_points(audit_round.audits.filter(auditor__is_active=True).exclude(auditor=actor))
    write_to_auditors(TemplateKind.AUDIT_ASKED, f"round-{audit_round.pk}", audits.order_by("id"), actor=actor, now=now)


@transaction.atomic
def ask_auditor(*, audit: Audit, actor: User, now: dt.datetime) -> None:
    """Write to a colleague who got a walk from somebody else, once for each walk."""
    counted = with_points(Audit.objects.filter(pk=audit.pk, auditor__is_active=True))
    write_to_auditors(TemplateKind.AUDIT_ASKED, f"audit-{audit.pk}", counted, actor=actor, now=now)


@transaction.atomic
def ask_guest(*, audit: Audit, actor: User, now: dt.datetime) -> None:
    """Send a mystery guest the link; a new link is a new letter, and letters with an earlier link that still wait stay here."""
    earlier = MailWave.objects.filter(kind=TemplateKind.GUEST_ASKED.value, occurrence_key__startswith=f"guest-{audit.pk}-")
    for mail_wave in earlier:
        mailing.skip_messages(mail_wave=mail_wave, external_keys=[f"guest-{audit.pk}"], reason=Reason.REPLACED)
    write_to_guest(audit, f"guest-{audit.pk}-{audit.guest_key}", None, actor=actor, now=now)


def remind_of_audits(*, now: dt.datetime) -> int:
    """Remind of open audits that are due tomorrow or were three days ago, in the morning; return how many walks.

    Repeating writes to nobody twice.
    """
    today = day_of_reminders(now)
    return sum(remind_at(moment, today, now) for moment in ReminderMoment) if today else 0


def remind_at(moment: ReminderMoment, today: dt.date, now: dt.datetime) -> int:
    """Send one of the two reminders: people get one letter for all walks of a day, a guest one for each link."""
    audits = list(with_points(audits_to_remind(moment, today)))
    days = sorted({audit.due_on for audit in audits if audit.auditor_id})
    done_each(
        days,
        lambda day: remind_people(moment, day, [audit for audit in audits if audit.auditor_id and audit.due_on == day], now),
        "a reminder of audits",
    )
    done_each(
        [audit for audit in audits if audit.guest_email],
        lambda audit: write_to_guest(audit, f"guest-{audit.pk}-{audit.due_on}-{moment}", reminder_words(moment), actor=None, now=now),
        "a reminder of a guest's visit",
    )
    return len(audits)


@transaction.atomic
def remind_people(moment: ReminderMoment, day: dt.date, audits: Iterable[CountedAudit], now: dt.datetime) -> int:
    """Write to colleagues about their walks of one day."""
    return write_to_auditors(TemplateKind.AUDIT_LATE, f"{day}-{moment}", audits, actor=None, now=now)


def write_to_auditors(kind: TemplateKind, key: str, audits: Iterable[CountedAudit], *, actor: User | None, now: dt.datetime) -> int:
    """Put one letter per colleague in the outbox, in the company's language."""
    walks: dict[User, list[CountedAudit]] = {}
    for audit in audits:
        if audit.auditor:
            walks.setdefault(audit.auditor, []).append(audit)
    recipients = [
        mailing.Recipient(address=person.email, name=person.name, external_key=f"user-{person.pk}", context=facts_for(person, own))
        for person, own in walks.items()
    ]
    if recipients:
        plan(kind, key, None, recipients, actor=actor, now=now)
    return len(recipients)


@transaction.atomic
def write_to_guest(audit: Audit, key: str, words: tuple[str, str] | None, *, actor: User | None, now: dt.datetime) -> int:
    """Put a letter with the guest's own link in the outbox."""
    counted = with_points(Audit.objects.filter(pk=audit.pk)).get()
    recipient = mailing.Recipient(
        address=audit.guest_email,
        name=audit.guest_name,
        external_key=f"guest-{audit.pk}",
        context=facts(audit.guest_name, [counted]),
        link=guest_link(audit),
    )
    plan(TemplateKind.GUEST_ASKED, key, words, [recipient], actor=actor, now=now)
    return 1


def plan(  # noqa: PLR0913 - named, what a letter needs
    kind: TemplateKind,
    key: str,
    words: tuple[str, str] | None,
    recipients: list[mailing.Recipient],
    *,
    actor: User | None,
    now: dt.datetime,
) -> None:
    """Plan the letters; the words stand in for the usual subject and text."""
    subject, text = words or (None, None)
    letter = mailing.letter_of(kind=kind, locale=settings.LANGUAGE_CODE, name=str(kind.label), actor=actor, subject=subject, text=text)
    mailing.plan_wave(
        kind=kind.value,
        occurrence_key=key,
        letter=letter,
        recipients=recipients,
        not_before=now,
        window_end=now + WINDOW,
        actor=actor,
        keeps_quiet_hours=True,
    )


def facts_for(person: User, audits: list[CountedAudit]) -> dict[str, str]:
    """Return what fills a colleague's letter: the link leads to the walk, of several to the list."""
    page = reverse("touchpoints:audit_detail", args=[audits[0].pk]) if len(audits) == 1 else reverse("touchpoints:audit_list")
    return facts(person.name, audits) | {"url": settings.BASE_URL + page}


def facts(name: str, audits: list[CountedAudit]) -> dict[str, str]:
    """Return what fills a letter about walks besides the link."""
    called = first_name(name)
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "greeting": _("Hello, %(name)s!") % {"name": called} if called else _("Hello!"),
            "place": ", ".join(dict.fromkeys(str(audit.branch or _("the whole company")) for audit in audits)),
            "points": str(sum(audit.to_walk for audit in audits)),
            "due": date_format(audits[0].due_on, "j E"),
        }


def reminder_words(moment: ReminderMoment) -> tuple[str, str]:
    """Return subject and text of a reminder to a guest, whose usual letter is an invitation."""
    with translation.override(settings.LANGUAGE_CODE):
        if moment == ReminderMoment.BEFORE:
            return _("Tomorrow is the day: your visit to {company}"), _(
                "{greeting}\n\nWe count on your eyes: {place}, by {due}. Touchpoints: {points}. "
                "Open the link on a phone; what you have marked already is kept."
            )
        return _("Your visit to {company} is waiting"), _(
            "{greeting}\n\nThe visit “{place}” was to be by {due}. It is not too late: open the link on a phone. "
            "What you have marked already is kept."
        )
