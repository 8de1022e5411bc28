"""Writes to the map, audits and actions."""

from touchpoints.services.action_letters import remind_owners
from touchpoints.services.actions import (
    change_action,
    comment_action,
    create_action,
    drop_action,
    finish_action,
    hand_over_actions,
    move_action,
    postpone_action,
    reopen_action,
    start_action,
)
from touchpoints.services.audit_letters import remind_of_audits
from touchpoints.services.audits import cancel_audit, finish_audit, plan_audit, start_audit
from touchpoints.services.map_settings import change_rating_words
from touchpoints.services.marks import MAX_PHOTOS, Said, save_mark
from touchpoints.services.photos import replace_photo
from touchpoints.services.points import add_from_catalogue, add_touchpoint, archive_touchpoint, change_touchpoint, move_touchpoint
from touchpoints.services.refusals import ClosedError, ConflictError, NothingMarkedError
from touchpoints.services.rounds import Guest, RoundPlan, close_forgotten_audits, plan_round, replace_guest_link
from touchpoints.services.standings import check_standings, refresh_standings

__all__ = [
    "MAX_PHOTOS",
    "ClosedError",
    "ConflictError",
    "Guest",
    "NothingMarkedError",
    "RoundPlan",
    "Said",
    "add_from_catalogue",
    "add_touchpoint",
    "archive_touchpoint",
    "cancel_audit",
    "change_action",
    "change_rating_words",
    "change_touchpoint",
    "check_standings",
    "close_forgotten_audits",
    "comment_action",
    "create_action",
    "drop_action",
    "finish_action",
    "finish_audit",
    "hand_over_actions",
    "move_action",
    "move_touchpoint",
    "plan_audit",
    "plan_round",
    "postpone_action",
    "refresh_standings",
    "remind_of_audits",
    "remind_owners",
    "reopen_action",
    "replace_guest_link",
    "replace_photo",
    "save_mark",
    "start_action",
    "start_audit",
]
