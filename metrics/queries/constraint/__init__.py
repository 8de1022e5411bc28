"""What branches, sales managers, channels and quarters show by every lever; what the ranking was on days gone by."""

from metrics.queries.constraint.history import constraint_days, constraint_on, kept_constraint, seen_by_now
from metrics.queries.constraint.ranking import count_constraint, main_constraint

__all__ = ["constraint_days", "constraint_on", "count_constraint", "kept_constraint", "main_constraint", "seen_by_now"]
