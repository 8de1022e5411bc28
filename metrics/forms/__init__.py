"""What people type about money."""

from metrics.forms.ltv import LtvForm
from metrics.forms.numbers import NumberField
from metrics.forms.pool import WhatIfForm
from metrics.forms.sell_more import SellActionForm, SellNoteForm, SellWordsForm
from metrics.forms.signs import HangForm, PrintForm, ScreenForm, new_request_key
from metrics.forms.talk import TalkSettingsForm

__all__ = [
    "HangForm",
    "LtvForm",
    "NumberField",
    "PrintForm",
    "ScreenForm",
    "SellActionForm",
    "SellNoteForm",
    "SellWordsForm",
    "TalkSettingsForm",
    "WhatIfForm",
    "new_request_key",
]
