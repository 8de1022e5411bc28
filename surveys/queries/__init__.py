"""Every read of surveys: results of waves, who would be asked, what people said."""

from surveys.queries.audience import (
    Audience,
    AudienceCount,
    audience_count,
    audience_decisions,
    audience_of,
    example_client,
    unreachable_invitations,
)
from surveys.queries.comments import CommentFilter, Wish, answers_of, comment_counts, comments, export_rows, suspect_answers, wishes
from surveys.queries.contacts import contacts_in, find_contacts
from surveys.queries.doors import current_wave, doors, surveys_for_doors, turn_of
from surveys.queries.questionnaires import newest_questionnaire
from surveys.queries.results import (
    ChannelResult,
    Funnel,
    GroupResult,
    LatestResult,
    TrendPoint,
    WaveResult,
    WaveRow,
    group_results,
    latest_result,
    trend,
    wave_result,
    wave_rows,
)
from surveys.queries.rules import survey_settings

__all__ = [
    "Audience",
    "AudienceCount",
    "ChannelResult",
    "CommentFilter",
    "Funnel",
    "GroupResult",
    "LatestResult",
    "TrendPoint",
    "WaveResult",
    "WaveRow",
    "Wish",
    "answers_of",
    "audience_count",
    "audience_decisions",
    "audience_of",
    "comment_counts",
    "comments",
    "contacts_in",
    "current_wave",
    "doors",
    "example_client",
    "export_rows",
    "find_contacts",
    "group_results",
    "latest_result",
    "newest_questionnaire",
    "survey_settings",
    "surveys_for_doors",
    "suspect_answers",
    "trend",
    "turn_of",
    "unreachable_invitations",
    "wave_result",
    "wave_rows",
    "wishes",
]
