"""The sender's loop: claim a handful, send them one by one, commit between the phases. Any number may run at once."""

import logging
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable
from contextlib import closing

from mailing.enums import Phase, Reason
from mailing.links import envelope_address, envelope_sender
from mailing.models import MailWave, Message, SmtpAccount
from mailing.queries import usable_accounts
from mailing.rendering import RenderError, rendered
from mailing.services.accounts import check_fence, heartbeat, note_working, refund, rest_account, stop_account
from mailing.services.claiming import claim
from mailing.services.delivery import (
    Taken,
    mark_failed,
    mark_sending,
    mark_sent,
    mark_unknown,
    note_ends,
    note_sender_accepted,
    note_sender_refusal,
    put_back,
    sweep,
    try_later,
)
from mailing.smtp import (
    ContentRefusedError,
    LoginRefusedError,
    MailError,
    NoAnswerError,
    RecipientRefusedError,
    Reply,
    SenderRefusedError,
    ServerAwayError,
    Session,
    new_session,
)

logger = logging.getLogger(__name__)
BATCH = 100
# A batch is not worked on for longer: what it has not sent goes back and is looked at anew.
BATCH_SECONDS = 60
HEARTBEAT = 5


def drain(*, seconds: float, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is due, for at most so many seconds; return how many messages were dealt with."""
    deadline = time.monotonic() + seconds
    owner = uuid.uuid4()

    def is_over() -> bool:
        return is_stopping() or time.monotonic() >= deadline

    heartbeat(name="drain")
    sweep()
    return sum(drain_account(account, owner, is_over) for account in usable_accounts() if check_fence(account=account))


def drain_account(account: SmtpAccount, owner: uuid.UUID, is_over: Callable[[], bool]) -> int:
    """Send what is due through one account until nothing is, time is over or the server is away."""
    done, seen = 0, time.monotonic()
    with closing(new_session()) as session:
        while not is_over():
            batch = claim(account=account, owner=owner, size=BATCH)
            if not batch.messages:
                if batch.wait_seconds is None:
                    break
                time.sleep(min(batch.wait_seconds, 1))
                continue
            if time.monotonic() - seen > HEARTBEAT:
                heartbeat(name="drain")
                seen = time.monotonic()
            left = Run(account, session).send_batch(batch.messages, is_over)
            done += len(batch.messages) - left
            if left:
                break
    return done


class Run:
    """One batch on its way: the letters left, and the one the server has taken that is not written down yet."""

    def __init__(self, account: SmtpAccount, session: Session) -> None:
        self.account = account
        self.session = session
        self.last: Taken | None = None
        self.ends: Counter[tuple[int, bool]] = Counter()
        self.waves: dict[int, MailWave] = {}

    def send_batch(self, messages: list[Message], is_over: Callable[[], bool]) -> int:
        """Send claimed messages in turn; return how many went back to the queue, whatever stopped the work."""
        waiting = deque(messages)
        stale = time.monotonic() + BATCH_SECONDS
        try:
            while waiting and not is_over() and time.monotonic() < stale:
                self.send(waiting[0])
                waiting.popleft()
        except LoginRefusedError as error:
            logger.error("mail server refuses the login: %s", error)  # noqa: TRY400 - the reply says it all
            stop_account(account=self.account, reason=str(error))
        except ServerAwayError as error:
            logger.warning("mail server is away: %s", error)
            rest_account(account=self.account)
        finally:
            self.settle(list(waiting))
        return len(waiting)

    def settle(self, waiting: list[Message]) -> None:
        """Write down the last yes, give back what was not sent, count what came to an end."""
        self.write_last()
        if waiting:
            put_back(messages=waiting)
            refund(account=self.account, count=len(waiting))
        for key, wave in self.waves.items():
            note_ends(wave=wave, finished=self.ends[key, False] + self.ends[key, True], failed=self.ends[key, True])

    def write_last(self) -> None:
        """Commit the yes of the last letter by itself, where no other letter follows at once."""
        if self.last is not None:
            mark_sent(last=self.last)
            self.last = None

    def ended(self, message: Message, *, has_failed: bool) -> None:
        """Count a letter that came to its end."""
        self.waves[message.wave_id] = message.wave
        self.ends[message.wave_id, has_failed] += 1

    def send(self, message: Message) -> None:
        """Take one claimed message to the wire and write down what became of it."""
        data = self.put_together(message)
        if data is None:
            return
        if self.session.open():
            note_working(account=self.account)
        try:
            self.session.envelope(envelope_sender(message), envelope_address(message.to_address))
            is_ours = mark_sending(message=message, last=self.last)
            self.last = None  # not before the commit: what was not written down yet is tried once more at the end
            if not is_ours:
                self.session.reset()
                put_back(messages=[message])
                refund(account=self.account, count=1)
                return
            self.last = Taken(message, self.session.content(data))
            note_sender_accepted(wave=message.wave)
            self.ended(message, has_failed=False)
        except NoAnswerError as error:
            mark_unknown(message=message, reply=error.reply)
            self.ended(message, has_failed=False)
        except (SenderRefusedError, RecipientRefusedError, ContentRefusedError) as error:
            self.write_last()
            if settle_refusal(message, error):
                self.ended(message, has_failed=True)

    def put_together(self, message: Message) -> bytes | None:
        """Return the letter, or write down why there is none: one poisoned row must not hold up the others."""
        try:
            return rendered(message, message.wave.letter)
        except RenderError as error:
            mark_failed(message=message, reason=Reason.RENDER, phase=Phase.RENDER, reply=Reply(None, str(error)))
            self.ended(message, has_failed=True)
        except Exception as error:  # a fault of ours that may be mended before the next try
            logger.exception("message %s cannot be put together", message.pk)
            try_later(message=message, phase=Phase.RENDER, reply=Reply(None, repr(error)))
        return None


PHASES: dict[type[MailError], Phase] = {
    SenderRefusedError: Phase.SENDER,
    RecipientRefusedError: Phase.RECIPIENT,
    ContentRefusedError: Phase.CONTENT,
}


def settle_refusal(message: Message, error: MailError) -> bool:
    """Deal with an explicit no: for the sender's sake, for now, or for good; say whether the letter has failed."""
    phase, reply = PHASES[type(error)], error.reply
    if is_about_sender(phase, reply):
        note_sender_refusal(wave=message.wave, reply=reply)
        return try_later(message=message, phase=phase, reply=reply, reason=Reason.POLICY)
    if not reply.is_final:
        return try_later(message=message, phase=phase, reply=reply)
    reason = Reason.POLICY if reply.is_policy else Reason.HARD
    mark_failed(message=message, reason=reason, phase=phase, reply=reply)
    return True


def is_about_sender(phase: Phase, reply: Reply) -> bool:
    """Say whether the server refuses us, whoever the recipient: at MAIL FROM, for policy after the letter, or as a relay."""
    if phase == Phase.RECIPIENT:
        return reply.refuses_relay
    return phase == Phase.SENDER or reply.is_policy
