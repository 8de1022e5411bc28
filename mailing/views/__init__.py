"""Pages of letters."""

from mailing.views.dead import dead_again, dead_export, dead_list
from mailing.views.domain import domain
from mailing.views.messages import (
    account_resume,
    message_again,
    message_detail,
    message_list,
    message_preview,
    wave_cancel,
    wave_pause,
    wave_resume,
)
from mailing.views.public import go, unsubscribe
from mailing.views.rules import account_confirm, rules
from mailing.views.templates import template_edit, template_list, template_preview, template_reset, template_restore, template_test
from mailing.views.webhooks import on_event

__all__ = [
    "account_confirm",
    "account_resume",
    "dead_again",
    "dead_export",
    "dead_list",
    "domain",
    "go",
    "message_again",
    "message_detail",
    "message_list",
    "message_preview",
    "on_event",
    "rules",
    "template_edit",
    "template_list",
    "template_preview",
    "template_reset",
    "template_restore",
    "template_test",
    "unsubscribe",
    "wave_cancel",
    "wave_pause",
    "wave_resume",
]
