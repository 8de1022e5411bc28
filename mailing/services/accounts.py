"""Sending accounts: their limits, breaker and restore fence; and who was last heard from."""

import logging

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from company.models import User
from mailing import fence
from mailing.enums import AccountState, EventKind
from mailing.formulas.pace import rest
from mailing.models import Heartbeat, MailEvent, MailSettings, SmtpAccount
from mailing.queries import database_name

logger = logging.getLogger(__name__)
DEFAULT_ACCOUNT_ID = 1
QUIET_FROM, QUIET_TO = 22, 8


def default_account() -> SmtpAccount:
    """Return the account letters leave through, making it on first use.

    A database without it has nothing to send, so that an older file of the fence says nothing against this one.
    """
    found = SmtpAccount.objects.filter(pk=DEFAULT_ACCOUNT_ID).first()
    if found is not None:
        return found
    try:
        claim = fence.read().claim_of(DEFAULT_ACCOUNT_ID)
    except (OSError, fence.FenceUnreadableError):
        claim = 0
    return SmtpAccount.objects.get_or_create(pk=DEFAULT_ACCOUNT_ID, defaults={"name": "default", "claim_seq": claim})[0]


@transaction.atomic
def resume_account(*, account: SmtpAccount, actor: User) -> bool:
    """Let a stopped or resting account send again; say whether there was anything to do. A held one has to be confirmed instead."""
    fresh = {"state": AccountState.OPEN, "stopped_reason": "", "open_until": None, "fail_streak": 0}
    idle = SmtpAccount.objects.filter(pk=account.pk).exclude(state=AccountState.FENCED)
    if not idle.exclude(state=AccountState.OPEN, open_until=None).update(**fresh):
        return False
    MailEvent.objects.create(account=account, actor=actor, what=EventKind.STARTED)
    return True


@transaction.atomic
def stop_account(*, account: SmtpAccount, reason: str) -> None:
    """Stop the account until a person resumes it: the server does not let us in."""
    working = SmtpAccount.objects.filter(pk=account.pk, state=AccountState.OPEN)
    if working.update(state=AccountState.STOPPED, stopped_reason=reason):
        MailEvent.objects.create(account=account, what=EventKind.STOPPED, note=reason)


def check_fence(*, account: SmtpAccount) -> bool:
    """Say whether the database is the one the fence knows; hold the account if it is another or an older one."""
    database = database_name()
    try:
        known = fence.read()
    except fence.FenceUnreadableError:
        return hold_and_renew(account, database, 0)
    if known.database and database and known.database != database:
        return hold_and_renew(account, database, known.claim_of(account.pk))
    if not SmtpAccount.objects.filter(pk=account.pk, claim_seq__gte=known.claim_of(account.pk)).exists():
        return hold_and_renew(account, database, known.claim_of(account.pk))
    if database and known.database != database:
        fence.note_database(database=database)
    return True


def hold_and_renew(account: SmtpAccount, database: str, claim: int) -> bool:
    """Hold the account, then let the file know this database; in this order, so that a crash between holds it once more."""
    hold_account(account=account, claim=claim)
    held = SmtpAccount.objects.get(pk=account.pk)
    fence.renew(database=database, account_id=held.pk, claim=held.claim_seq)
    return False


@transaction.atomic
def hold_account(*, account: SmtpAccount, claim: int) -> None:
    """Hold the account until a person confirms the database, and put its number past the file's."""
    logger.error("the database does not know claim %s of account %s: restored from a backup? Sending is held", claim, account.pk)
    rows = SmtpAccount.objects.filter(pk=account.pk).exclude(state=AccountState.FENCED)
    if rows.update(state=AccountState.FENCED, claim_seq=Greatest(F("claim_seq"), claim) + 1):
        MailEvent.objects.create(account=account, what=EventKind.FENCED)


@transaction.atomic
def confirm_database(*, account: SmtpAccount, actor: User) -> bool:
    """Let a held account send: a person has looked at what this database would send."""
    held = SmtpAccount.objects.filter(pk=account.pk, state=AccountState.FENCED)
    if not held.update(state=AccountState.OPEN, stopped_reason="", open_until=None, fail_streak=0):
        return False
    MailEvent.objects.create(account=account, actor=actor, what=EventKind.CONFIRMED)
    return True


@transaction.atomic
def rest_account(*, account: SmtpAccount) -> None:
    """Open the breaker: nothing is claimed for 30 s, then 1 min, 2 min ... at most 15 min."""
    locked = SmtpAccount.objects.select_for_update().annotate(now=Now()).get(pk=account.pk)
    if locked.open_until is not None and locked.open_until > locked.now:
        return  # another worker has just found out
    SmtpAccount.objects.filter(pk=account.pk).update(fail_streak=F("fail_streak") + 1, open_until=Now() + rest(locked.fail_streak))


def note_working(*, account: SmtpAccount) -> None:
    """Close the breaker: the server let us in."""
    SmtpAccount.objects.filter(pk=account.pk).exclude(fail_streak=0, open_until=None).update(fail_streak=0, open_until=None)


def refund(*, account: SmtpAccount, count: int) -> None:
    """Give letters that were not sent after all back to the day's quota."""
    if count:
        SmtpAccount.objects.filter(pk=account.pk, day_quota__isnull=False).update(day_used=Greatest(F("day_used") - count, 0))


@transaction.atomic
def set_limits(*, account: SmtpAccount, domain_rate_per_minute: int | None, day_quota: int | None, actor: User) -> None:
    """Change how many letters a minute one domain may get, and how many leave in a day; None means no limit."""
    limits = {"domain_rate_per_minute": domain_rate_per_minute, "day_quota": day_quota}
    SmtpAccount.objects.filter(pk=account.pk).update(**limits)
    MailEvent.objects.create(
        account=account, actor=actor, what=EventKind.LIMITED, note=f"{domain_rate_per_minute or '∞'} / {day_quota or '∞'}"
    )


@transaction.atomic
def set_quiet_hours(*, quiet_from: int, quiet_to: int, actor: User) -> None:
    """Change when Clients get no letters; equal hours mean no quiet."""
    MailSettings.objects.update_or_create(pk=1, defaults={"quiet_from": quiet_from, "quiet_to": quiet_to})
    MailEvent.objects.create(actor=actor, what=EventKind.QUIETED, note=f"{quiet_from}:00-{quiet_to}:00")


def ensure_quiet_hours() -> None:
    """Give a new company quiet nights; what it has chosen itself stays."""
    MailSettings.objects.get_or_create(pk=1, defaults={"quiet_from": QUIET_FROM, "quiet_to": QUIET_TO})


def heartbeat(*, name: str, note: str = "") -> None:
    """Write down that a background job is alive."""
    beat = Heartbeat(name=name, at=timezone.now(), note=note)
    Heartbeat.objects.bulk_create([beat], update_conflicts=True, unique_fields=["name"], update_fields=["at", "note"])
