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

__all__ = [
    "account_resume",
    "go",
    "message_again",
    "message_detail",
    "message_list",
    "message_preview",
    "unsubscribe",
    "wave_cancel",
    "wave_pause",
    "wave_resume",
]
