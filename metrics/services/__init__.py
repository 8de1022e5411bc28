"""Writes of the value of Clients: what the company believes, and what models make of purchases."""

from metrics.services.chain import (
    CellChange,
    ChangedMeanwhileError,
    FiguresClashError,
    KeepingChange,
    Loaded,
    Sender,
    load_months,
    save_month,
)
from metrics.services.constraint import keep_constraint
from metrics.services.ltv import save_ltv_version
from metrics.services.scores import score_clients
from metrics.services.sell_more import act_on_sell_note, add_sell_note, change_sell_note, take_sell_note_off
from metrics.services.signs import create_screen, hang_sign, note_screen_seen, revoke_screen, take_sign_down
from metrics.services.talk import save_talk_settings

__all__ = [
    "CellChange",
    "ChangedMeanwhileError",
    "FiguresClashError",
    "KeepingChange",
    "Loaded",
    "Sender",
    "act_on_sell_note",
    "add_sell_note",
    "change_sell_note",
    "create_screen",
    "hang_sign",
    "keep_constraint",
    "load_months",
    "note_screen_seen",
    "revoke_screen",
    "save_ltv_version",
    "save_month",
    "save_talk_settings",
    "score_clients",
    "take_sell_note_off",
    "take_sign_down",
]
