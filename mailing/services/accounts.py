"""Sending accounts: their speed limit and breaker; and who was last heard from."""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from company.models import User
from mailing.enums import AccountState
from mailing.formulas.pace import rest
from mailing.models import Heartbeat, SmtpAccount

DEFAULT_ACCOUNT_ID = 1


def default_account() -> SmtpAccount:
    """Return the account letters leave through, making it on first use."""
    return SmtpAccount.objects.get_or_create(pk=DEFAULT_ACCOUNT_ID, defaults={"name": "default"})[0]


@transaction.atomic
def resume_account(*, account: SmtpAccount, actor: User) -> bool:
    """Let a stopped or resting account send again; say whether there was anything to do."""
    del actor  # named for the record the audit history will keep
    fresh = {"state": AccountState.OPEN, "stopped_reason": "", "open_until": None, "fail_streak": 0}
    return bool(SmtpAccount.objects.filter(pk=account.pk).exclude(state=AccountState.OPEN, open_until=None).update(**fresh))


@transaction.atomic
def stop_account(*, account: SmtpAccount, reason: str) -> None:
    """Stop the account until a person resumes it: the server does not let us in."""
    SmtpAccount.objects.filter(pk=account.pk).update(state=AccountState.STOPPED, stopped_reason=reason)


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


def heartbeat(*, name: str, note: str = "") -> None:
    """Write down that a background job is alive."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now(), "note": note})
