"""Reads of the map, audits and actions."""

from touchpoints.queries.actions import action_columns, action_counts, open_actions, overdue_actions
from touchpoints.queries.audits import (
    Step,
    audit_marks,
    audit_to_walk,
    audits_due,
    audits_with_counts,
    last_audit,
    latest_by_branch,
    marks_of,
    walk_steps,
)
from touchpoints.queries.board import WORST_FIRST, Card, Column, board, map_cards, next_position, open_action_counts
from touchpoints.queries.ratings import EVERYTHING, ClassCounts, CurrentRating, count_class, current_ratings, map_summary, rating_of
from touchpoints.queries.words import RatingWords, map_settings, rating_words

__all__ = [
    "EVERYTHING",
    "WORST_FIRST",
    "Card",
    "ClassCounts",
    "Column",
    "CurrentRating",
    "RatingWords",
    "Step",
    "action_columns",
    "action_counts",
    "audit_marks",
    "audit_to_walk",
    "audits_due",
    "audits_with_counts",
    "board",
    "count_class",
    "current_ratings",
    "last_audit",
    "latest_by_branch",
    "map_cards",
    "map_settings",
    "map_summary",
    "marks_of",
    "next_position",
    "open_action_counts",
    "open_actions",
    "overdue_actions",
    "rating_of",
    "rating_words",
    "walk_steps",
]
