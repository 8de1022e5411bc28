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
from touchpoints.services.audit_changes import change_guest_audit, hand_over_audit
from touchpoints.services.audit_letters import remind_of_audits
from touchpoints.services.audits import cancel_audit, finish_audit, plan_audit, start_audit
from touchpoints.services.brought import AuditsChangedError, load_audits
from touchpoints.services.client_ratings import (
    CORRECTABLE,
    VISITOR_KEPT,
    CodeClosedError,
    TooManyRatingsError,
    add_note,
    forget_visitors,
    open_codes,
    record_rating,
    set_code_open,
)
from touchpoints.services.map_settings import change_rating_words
from touchpoints.services.marks import MAX_PHOTOS, Said, save_mark
from touchpoints.services.photos import replace_photo
from touchpoints.services.points import add_from_catalogue, add_touchpoint, archive_touchpoint, change_touchpoint, place_touchpoint
from touchpoints.services.refusals import ClosedError, ConflictError, NothingMarkedError
from touchpoints.services.rounds import Guest, RoundPlan, close_forgotten_audits, plan_round, replace_guest_link
from touchpoints.services.standards import add_standards, archive_standard, change_standard, move_standard
from touchpoints.services.standings import check_standings, refresh_standings
from touchpoints.services.tables import MapChangedError, load_map

__all__ = [
    "CORRECTABLE",
    "MAX_PHOTOS",
    "VISITOR_KEPT",
    "AuditsChangedError",
    "ClosedError",
    "CodeClosedError",
    "ConflictError",
    "Guest",
    "MapChangedError",
    "NothingMarkedError",
    "RoundPlan",
    "Said",
    "TooManyRatingsError",
    "add_from_catalogue",
    "add_note",
    "add_standards",
    "add_touchpoint",
    "archive_standard",
    "archive_touchpoint",
    "cancel_audit",
    "change_action",
    "change_guest_audit",
    "change_rating_words",
    "change_standard",
    "change_touchpoint",
    "check_standings",
    "close_forgotten_audits",
    "comment_action",
    "create_action",
    "drop_action",
    "finish_action",
    "finish_audit",
    "forget_visitors",
    "hand_over_actions",
    "hand_over_audit",
    "load_audits",
    "load_map",
    "move_action",
    "move_standard",
    "open_codes",
    "place_touchpoint",
    "plan_audit",
    "plan_round",
    "postpone_action",
    "record_rating",
    "refresh_standings",
    "remind_of_audits",
    "remind_owners",
    "reopen_action",
    "replace_guest_link",
    "replace_photo",
    "save_mark",
    "set_code_open",
    "start_action",
    "start_audit",
]
