"""Taking messages to send: what is due, within every limit, under the restore fence. One short transaction."""

import datetime as dt
import logging
import uuid
from collections import Counter
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from common.zones import zone_of
from company.queries import company_zone
from mailing import fence
from mailing.enums import AccountState, MessageState, Reason
from mailing.formulas.pace import domain_burst, refilled, seconds_to_token
from mailing.formulas.quiet import Quiet, quiet_until
from mailing.models import DomainPace, Message, SmtpAccount
from mailing.queries import due_by_domain, due_messages, mail_settings, running_waves, suppressed_keys, waiting_domains
from mailing.services.accounts import hold_account

logger = logging.getLogger(__name__)
LEASE = dt.timedelta(seconds=900)
DOMAINS_AT_ONCE = 200
TURNS = 5
DEFERRED_AT_ONCE = 2_000


@dataclass(frozen=True)
class Claim:
    """Messages taken by a worker; with none, how long until more may be taken (None: nothing is due)."""

    messages: list[Message]
    wait_seconds: float | None = None
    number: int = 0


@dataclass
class Choice:
    """What was chosen to be sent: messages by id, and the domains' limits it used."""

    ids: list[int] = field(default_factory=list)
    buckets: dict[str, float] = field(default_factory=dict)
    cursor: str = ""
    wait_seconds: float | None = None


def claim(*, account: SmtpAccount, owner: uuid.UUID, size: int) -> Claim:
    """Take up to `size` due messages of the account for 15 minutes, and write the claim down outside the database too."""
    seen = fence.read().claim_of(account.pk)  # before the row is read: the file may lag behind the row, never the other way round
    batch = taken(account=account, owner=owner, size=size, seen=seen)
    if batch.number:
        try:
            fence.note_claim(account_id=account.pk, claim=batch.number)
        except OSError:
            logger.exception("the restore fence cannot be written: a restored backup may not be noticed")
    return batch


@transaction.atomic(durable=True)
def taken(*, account: SmtpAccount, owner: uuid.UUID, size: int, seen: int) -> Claim:
    """Take messages in one transaction. They share one attempt id, which every later step must name."""
    locked = SmtpAccount.objects.select_for_update().annotate(now=Now()).get(pk=account.pk)
    now: dt.datetime = locked.now
    if locked.state != AccountState.OPEN or (locked.open_until is not None and locked.open_until > now):
        return Claim([])
    if locked.claim_seq < seen:
        hold_account(account=locked, claim=seen)
        return Claim([])
    elapsed = (now - locked.refilled_at).total_seconds()
    tokens = refilled(locked.tokens, elapsed=elapsed, rate=locked.rate_per_second, burst=locked.burst)
    today = now.astimezone(company_zone()).date()
    used = locked.day_used if locked.quota_day == today else 0
    wanted = size if locked.day_quota is None else min(size, locked.day_quota - used)
    if wanted <= 0:
        return Claim([])
    if tokens < 1:
        SmtpAccount.objects.filter(pk=locked.pk).update(tokens=tokens, refilled_at=now)
        is_waiting = bool(due_messages(running_waves(locked), 1))
        return Claim([], seconds_to_token(tokens, rate=locked.rate_per_second) if is_waiting else None)
    choice = chosen(locked, min(wanted, int(tokens)), now)
    messages = allowed(choice.ids, now)
    SmtpAccount.objects.filter(pk=locked.pk).update(
        tokens=tokens - len(messages),
        refilled_at=now,
        day_used=used + len(messages),
        quota_day=today,
        domain_cursor=choice.cursor,
        claim_seq=F("claim_seq") + 1,
    )
    if not messages:
        return Claim([], 0.0 if choice.ids else choice.wait_seconds, locked.claim_seq + 1)
    spend(locked, choice, messages, now)
    return Claim(leased(messages, owner), None, locked.claim_seq + 1)


def chosen(account: SmtpAccount, size: int, now: dt.datetime) -> Choice:
    """Choose what is due: by time, or in turns over the domains where the account limits each of them."""
    waves = running_waves(account)
    if account.domain_rate_per_minute is None:
        return Choice(due_messages(waves, size))
    choice = Choice(cursor=account.domain_cursor)
    for _turn in range(TURNS):
        domains = waiting_domains(waves, choice.cursor, DOMAINS_AT_ONCE)
        buckets = {domain: tokens for domain, tokens in filled_buckets(account, domains, now).items() if tokens >= 1}
        if buckets:
            shares = {domain: min(int(tokens), size) for domain, tokens in buckets.items()}
            choice.ids = due_by_domain(waves, shares, size)
        if choice.ids:
            choice.buckets = buckets
            served = set(Message.objects.filter(pk__in=choice.ids).values_list("domain", flat=True))
            choice.cursor = next(domain for domain in reversed(domains) if domain in served)
            return choice
        if domains:
            choice.wait_seconds = 60 / account.domain_rate_per_minute
        choice.cursor = domains[-1] if len(domains) == DOMAINS_AT_ONCE else ""
    return choice


def filled_buckets(account: SmtpAccount, domains: list[str], now: dt.datetime) -> dict[str, float]:
    """Return how many letters each domain may get now."""
    rate = account.domain_rate_per_minute or 0
    burst = domain_burst(rate)
    found = dict.fromkeys(domains, float(burst))
    for pace in DomainPace.objects.filter(account=account, domain__in=domains):
        elapsed = (now - pace.refilled_at).total_seconds()
        found[pace.domain] = refilled(pace.tokens, elapsed=elapsed, rate=rate / 60, burst=burst)
    return found


def spend(account: SmtpAccount, choice: Choice, messages: list[Message], now: dt.datetime) -> None:
    """Take the letters out of their domains' buckets."""
    spent = Counter(message.domain for message in messages if message.domain in choice.buckets)
    DomainPace.objects.bulk_create(
        [
            DomainPace(account=account, domain=domain, tokens=max(0.0, choice.buckets[domain] - count), refilled_at=now)
            for domain, count in spent.items()
        ],
        update_conflicts=True,
        unique_fields=["account", "domain"],
        update_fields=["tokens", "refilled_at"],
    )


def allowed(ids: list[int], now: dt.datetime) -> list[Message]:
    """Lock the messages and return those that may be sent at this hour to people who may be written to."""
    waiting = Message.objects.filter(pk__in=ids, state=MessageState.QUEUED).order_by("next_at", "id")
    messages = list(waiting.select_for_update(skip_locked=True).prefetch_related("wave__letter"))
    return without_suppressed(awake(messages, now))


def awake(messages: list[Message], now: dt.datetime) -> list[Message]:
    """Put off those whose recipients have quiet hours now, and all like them; return the others. No attempt is counted."""
    rules = mail_settings()
    if rules is None or not any(message.wave.keeps_quiet_hours for message in messages):
        return messages
    quiet, home, keep = Quiet(rules.quiet_from, rules.quiet_to), company_zone(), []
    until: dict[tuple[int, str], dt.datetime] = {}
    for message in messages:
        end = quiet_until(quiet, now, zone_of(message.zone, home)) if message.wave.keeps_quiet_hours else None
        if end is None:
            keep.append(message)
        else:
            until[message.wave_id, message.zone] = end
    for (wave_id, zone), end in until.items():
        put_off(wave_id, zone, end)
    return keep


def put_off(wave_id: int, zone: str, end: dt.datetime) -> None:
    """Let the wave's due messages for the zone wait until the moment, thousands at a time."""
    due = Message.objects.filter(wave=wave_id, zone=zone, state=MessageState.QUEUED, next_at__lte=Now()).order_by("next_at", "id")
    ids = [message.pk for message in due.select_for_update(skip_locked=True).only("pk")[:DEFERRED_AT_ONCE]]
    Message.objects.filter(pk__in=ids).update(next_at=end)


def without_suppressed(messages: list[Message]) -> list[Message]:
    """Skip those whose recipients asked not to be written to since the planning; return the others."""
    keep: list[Message] = []
    for kind in {message.wave.kind for message in messages}:
        ours = [message for message in messages if message.wave.kind == kind]
        suppressed = suppressed_keys([bytes(message.recipient_key) for message in ours], kind)
        refused = [message.pk for message in ours if bytes(message.recipient_key) in suppressed]
        if refused:
            Message.objects.filter(pk__in=refused).update(state=MessageState.SKIPPED, reason=Reason.SUPPRESSED)
        keep += [message for message in ours if message.pk not in refused]
    return keep


def leased(messages: list[Message], owner: uuid.UUID) -> list[Message]:
    """Write the lease on the locked rows and on the objects in hand."""
    attempt_id = uuid.uuid4()
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(
        state=MessageState.CLAIMED, owner=owner, attempt_id=attempt_id, attempts=F("attempts") + 1, lease_until=Now() + LEASE
    )
    for message in messages:
        message.attempt_id, message.attempts = attempt_id, message.attempts + 1
    return messages
