"""Reads of the map, audits and actions."""

from touchpoints.queries.actions import action_columns, action_counts, open_actions, overdue_actions
from touchpoints.queries.audits import (
    audit_marks,
    audit_to_walk,
    audits_due,
    audits_with_counts,
    last_audit,
    latest_by_branch,
    marks_of,
)
from touchpoints.queries.board import WORST_FIRST, Card, Column, board, map_cards, next_position, open_action_counts
from touchpoints.queries.phone import call_traffic, reached_recently
from touchpoints.queries.ratings import EVERYTHING, ClassCounts, CurrentRating, count_class, current_ratings, map_summary, rating_of
from touchpoints.queries.walks import Criterion, Step, criteria_of, points_of_audit, points_to_walk, unmarked_points, walk_steps
from touchpoints.queries.words import RatingWords, map_settings, rating_words

__all__ = [
    "EVERYTHING",
    "WORST_FIRST",
    "Card",
    "ClassCounts",
    "Column",
    "Criterion",
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
    "call_traffic",
    "count_class",
    "criteria_of",
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
    "points_of_audit",
    "points_to_walk",
    "rating_of",
    "rating_words",
    "reached_recently",
    "unmarked_points",
    "walk_steps",
]
