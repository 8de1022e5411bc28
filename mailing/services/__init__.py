"""Every write of the outbox. Other apps plan waves and skip messages; sending is this app's own business."""

from mailing.links import PersonalLink
from mailing.services.accounts import (
    confirm_database,
    default_account,
    ensure_quiet_hours,
    heartbeat,
    resume_account,
    set_limits,
    set_quiet_hours,
)
from mailing.services.clicks import count_click
from mailing.services.domain import note_domain
from mailing.services.letters import letter_of, reset_template, restore_template, save_template, send_test_letter
from mailing.services.planning import (
    Recipient,
    cancel_wave,
    create_letter,
    hold_back,
    pause_wave,
    plan_wave,
    resume_wave,
    send_again,
    send_all_again,
    skip_messages,
    suppress,
    unsubscribe_recipient,
)
from mailing.services.reports import read_reports, record_report, take_event, take_report
from mailing.services.sending import drain

__all__ = [
    "PersonalLink",
    "Recipient",
    "cancel_wave",
    "confirm_database",
    "count_click",
    "create_letter",
    "default_account",
    "drain",
    "ensure_quiet_hours",
    "heartbeat",
    "hold_back",
    "letter_of",
    "note_domain",
    "pause_wave",
    "plan_wave",
    "read_reports",
    "record_report",
    "reset_template",
    "restore_template",
    "resume_account",
    "resume_wave",
    "save_template",
    "send_again",
    "send_all_again",
    "send_test_letter",
    "set_limits",
    "set_quiet_hours",
    "skip_messages",
    "suppress",
    "take_event",
    "take_report",
    "unsubscribe_recipient",
]
