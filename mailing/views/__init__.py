"""Pages of letters."""

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
from mailing.views.templates import template_edit, template_list, template_preview, template_reset, template_restore, template_test

__all__ = [
    "account_resume",
    "go",
    "message_again",
    "message_detail",
    "message_list",
    "message_preview",
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
