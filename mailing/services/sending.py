"""The sender's loop: claim a handful, send them one by one, commit between the phases. Any number may run at once."""

import logging
import time
import uuid
from collections import deque
from collections.abc import Callable
from contextlib import closing

from django.conf import settings

from mailing.enums import Phase, Reason
from mailing.links import envelope_address
from mailing.models import Message, SmtpAccount
from mailing.queries import usable_accounts
from mailing.rendering import RenderError, rendered
from mailing.services.accounts import heartbeat, note_working, rest_account, stop_account
from mailing.services.delivery import (
    claim,
    mark_failed,
    mark_sending,
    mark_sent,
    mark_unknown,
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
BATCH = 50


def drain(*, seconds: float, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is due, for at most so many seconds; return how many messages were dealt with."""
    deadline = time.monotonic() + seconds
    owner = uuid.uuid4()

    def is_over() -> bool:
        return is_stopping() or time.monotonic() >= deadline

    heartbeat(name="drain")
    sweep()
    return sum(drain_account(account, owner, is_over) for account in usable_accounts())


def drain_account(account: SmtpAccount, owner: uuid.UUID, is_over: Callable[[], bool]) -> int:
    """Send what is due through one account until nothing is, time is over or the server is away."""
    done = 0
    with closing(new_session()) as session:
        while not is_over():
            batch = claim(account=account, owner=owner, size=BATCH)
            if not batch.messages:
                if batch.wait_seconds is None:
                    break
                time.sleep(min(batch.wait_seconds, 1))
                continue
            heartbeat(name="drain")
            left = send_batch(batch.messages, account, session, is_over)
            done += len(batch.messages) - left
            if left:
                break
    return done


def send_batch(messages: list[Message], account: SmtpAccount, session: Session, is_over: Callable[[], bool]) -> int:
    """Send claimed messages in turn; return how many went back to the queue, whatever stopped the work."""
    waiting = deque(messages)
    try:
        while waiting and not is_over():
            send(waiting[0], account, session)
            waiting.popleft()
    except LoginRefusedError as error:
        logger.error("mail server refuses the login: %s", error)  # noqa: TRY400 - the reply says it all
        stop_account(account=account, reason=str(error))
    except ServerAwayError as error:
        logger.warning("mail server is away: %s", error)
        rest_account(account=account)
    finally:
        put_back(messages=list(waiting))
    return len(waiting)


def put_together(message: Message) -> bytes | None:
    """Return the letter, or write down why there is none: one poisoned row must not hold up the others."""
    try:
        return rendered(message, message.wave.letter)
    except RenderError as error:
        mark_failed(message=message, reason=Reason.RENDER, phase=Phase.RENDER, reply=Reply(None, str(error)))
    except Exception as error:  # a fault of ours that may be mended before the next try
        logger.exception("message %s cannot be put together", message.pk)
        try_later(message=message, phase=Phase.RENDER, reply=Reply(None, repr(error)))
    return None


def send(message: Message, account: SmtpAccount, session: Session) -> None:
    """Take one claimed message to the wire and write down what became of it."""
    data = put_together(message)
    if data is None:
        return
    if session.open():
        note_working(account=account)
    try:
        session.envelope(envelope_address(settings.DEFAULT_FROM_EMAIL), envelope_address(message.to_address))
        if not mark_sending(message=message):
            session.reset()
            put_back(messages=[message])
            return
        mark_sent(message=message, reply=session.content(data))
        note_sender_accepted(wave=message.wave)
    except NoAnswerError as error:
        mark_unknown(message=message, reply=error.reply)
    except (SenderRefusedError, RecipientRefusedError, ContentRefusedError) as error:
        settle_refusal(message, error)


PHASES: dict[type[MailError], Phase] = {
    SenderRefusedError: Phase.SENDER,
    RecipientRefusedError: Phase.RECIPIENT,
    ContentRefusedError: Phase.CONTENT,
}


def settle_refusal(message: Message, error: MailError) -> None:
    """Deal with an explicit no: for the sender's sake, for now, or for good."""
    phase, reply = PHASES[type(error)], error.reply
    if phase == Phase.SENDER or reply.is_policy:
        try_later(message=message, phase=phase, reply=reply)
        note_sender_refusal(wave=message.wave, reply=reply)
    elif reply.is_final:
        mark_failed(message=message, reason=Reason.HARD, phase=phase, reply=reply)
    else:
        try_later(message=message, phase=phase, reply=reply)
