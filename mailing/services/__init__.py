"""Every write of the outbox. Other apps plan waves and skip messages; sending is this app's own business."""

from mailing.links import PersonalLink
from mailing.services.accounts import heartbeat, resume_account
from mailing.services.clicks import count_click
from mailing.services.letters import letter_of, reset_template, restore_template, save_template, send_test_letter
from mailing.services.planning import (
    Recipient,
    cancel_wave,
    create_letter,
    pause_wave,
    plan_wave,
    resume_wave,
    send_again,
    skip_messages,
    suppress,
    unsubscribe_recipient,
)
from mailing.services.sending import drain

__all__ = [
    "PersonalLink",
    "Recipient",
    "cancel_wave",
    "count_click",
    "create_letter",
    "drain",
    "heartbeat",
    "letter_of",
    "pause_wave",
    "plan_wave",
    "reset_template",
    "restore_template",
    "resume_account",
    "resume_wave",
    "save_template",
    "send_again",
    "send_test_letter",
    "skip_messages",
    "suppress",
    "unsubscribe_recipient",
]
